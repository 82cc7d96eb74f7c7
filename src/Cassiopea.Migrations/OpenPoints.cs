using System.Globalization;
using Cassiopea.Checklist;
using Cassiopea.Contracts;
using Cassiopea.Migrations.Checklist;

namespace Cassiopea.Migrations;

/// <summary>What stands between Watching and the hand-over, one sentence each; empty = hand over.</summary>
internal static class OpenPoints
{
    public static IEnumerable<string> Of(Migration m, DateTimeOffset now, MigrationsOptions options)
    {
        foreach (var survey in m.Surveys.Where(s => s.Open).OrderBy(s => s.Kind))
            yield return $"{survey.Kind} was not surveyed: survey again, or exclude the kind with a reason.";
        foreach (var kind in KindSurvey.Kinds.Where(k => m.Survey(k) is null))
            yield return $"{kind} was never asked for: survey again.";
        if (m.InvoicesDue)
            yield return string.Create(CultureInfo.InvariantCulture, $"Invoices of {m.OpenCents / 100m:0.00} EUR are due.");
        if (MemberChecklist.Blocks(m, Gate.HandOver) is { Count: > 0 } blocks)
            yield return MemberChecklist.Describe(blocks);
        foreach (var item in m.Active.OrderBy(i => i.Kind).ThenBy(i => i.Name, StringComparer.Ordinal))
        {
            if (item.CutOverAt is null || item.State != ItemState.CutOver)
                yield return $"{item.Kind} {item.Id} is {item.State}{(item.Failure is { } f ? $" ({f.Code})" : "")}.";
            else if (item.LacksArchive)
                yield return $"{item.Kind} {item.Id}: its archive is not verified yet.";
            else if (item is { HasDifferences: true, ExceptionsApproved: false })
                yield return $"{item.Kind} {item.Id}: {item.DifferenceCount + item.Refusals.Count} differences wait for the member's approval.";
            foreach (var point in DomainGates.Open(item))
                yield return point;
        }

        if (QuietAt(m, options) is { } quiet && quiet > now)
            yield return string.Create(CultureInfo.InvariantCulture, $"The old place was not quiet long enough: earliest {quiet.UtcDateTime:yyyy-MM-dd HH:mm} UTC.");
        else if (m.Active.Any(i => !HeardQuiet(m, i, options)))
            yield return "A straggler pass without anything new is still to come.";
    }

    /// <summary>When the old place will have been silent long enough if nothing new arrives; null before the cut-over.</summary>
    public static DateTimeOffset? QuietAt(Migration m, MigrationsOptions options) =>
        m.WatchingSince is not { } since ? null
        : m.Active.Select(i => i.LastNewAt).Concat(m.Active.Select(i => i.OldTtlsOverAt)).OfType<DateTimeOffset>().Append(since).Max() + options.QuietPeriod;

    // a domain has no straggler passes, nor has what the new host moved in its own way
    private static bool HeardQuiet(Migration m, Item item, MigrationsOptions options) =>
        item.Kind is ItemKind.Domain || !item.IsWatched || item.LastQuietPassAt > (item.LastNewAt > m.WatchingSince ? item.LastNewAt : m.WatchingSince);
}
