using Cassiopea.Contracts;

namespace Cassiopea.Migrations;

/// <summary>What is known of a site beside its passes: visit statistics, paths that change, its configurations at the new place.</summary>
internal sealed partial class Item
{
    public SiteStatistics? Statistics { get; set; }
    public int StatisticsRound { get; set; }

    /// <summary>Paths and addresses of a site that change; null = none.</summary>
    public IReadOnlyList<PathMapping>? Paths { get; set; }

    /// <summary>The round that was answered; below <see cref="StatisticsRound"/> while one runs.</summary>
    public int StatisticsAnswered { get; set; }

    /// <summary>A site's visit statistics are wanted (no answer counts as yes) and were not delivered yet.</summary>
    public bool LacksStatistics => Kind == ItemKind.Site && (Statistics is null || Statistics is { Wanted: not false, Saved: null });

    /// <summary>The same, and those that were taken at the cut-over.</summary>
    public bool LacksLastStatistics => Kind == ItemKind.Site && CutOverAt is null && (Statistics is null || Statistics is { Wanted: not false, Last: false });

    /// <summary>A site's configurations were written at the new place, or it must not be switched.</summary>
    public void NoteConfigured(SiteConfigured told)
    {
        if (State != ItemState.CutOver || told.Pass != Pass || ConfigureAskedAt is null || ConfiguredAt is not null)
            return;
        Refusals = [.. Refusals.Where(r => told.Exceptions.All(e => e.Item != r.Item)), .. told.Exceptions];
        if (told.Exceptions.Count > 0)
            ExceptionsApproved = false;
        if (told.Failure is null)
            ConfiguredAt = told.AsOf;
        else
            (State, Failure) = (ItemState.NeedsStaff, told.Failure);
    }
}
