using Cassiopea.Contracts;
using Cassiopea.Gateway.Api;

namespace Cassiopea.Gateway.Pages.Member;

/// <summary>A status in words; the colour only repeats it. Kinds: good, wait, bad, idle, or empty.</summary>
internal sealed record StatusTag(string Text, string Kind);

/// <summary>Where an item stands, as its owner reads it.</summary>
internal static class ItemTags
{
    public static StatusTag Of(Visit t, Departure departure, ItemView item) => item.State switch
    {
        ItemState.Excluded => new StatusTag(t["tag.excluded"], "idle"),
        ItemState.NeedsStaff => new StatusTag(t["tag.staff"], "wait"),
        ItemState.Done => new StatusTag(t["tag.moved"], "good"),
        ItemState.DoneWithExceptions => new StatusTag(t.Count("tag.movedbut", item.Exceptions.Count), item.ExceptionsApproved ? "good" : "wait"),
        ItemState.CutOver => new StatusTag(t["tag.cutover"], "good"),
        ItemState.InSync => new StatusTag(t["tag.insync"], "good"),
        ItemState.Copying => new StatusTag(t["tag.copying"], ""),
        ItemState.Verified => new StatusTag(t["tag.complete"], "good"),
        ItemState.CredentialsNeeded => Missing(t, departure, item),
        _ => new StatusTag(departure.Migration?.State == MigrationState.Surveying ? t["tag.searching"] : t["tag.open"], "wait"),
    };

    static StatusTag Missing(Visit t, Departure departure, ItemView item) =>
        item.Failure?.Code == FailureCode.AuthenticationFailed ? new StatusTag(t["tag.wrongpassword"], "bad")
        : item.Source is not null && !departure.Has(item.Source) || item.Target is not null && !departure.Has(item.Target) ? new StatusTag(t["tag.password"], "wait")
        : item.Target is null ? new StatusTag(t["tag.destination"], "wait")
        : new StatusTag(t["tag.checking"], "idle");
}
