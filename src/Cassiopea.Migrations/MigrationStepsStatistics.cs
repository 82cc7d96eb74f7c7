using Cassiopea.Contracts;
using Cassiopea.Migrations.Checklist;
using Cassiopea.Migrations.Notices;
using MassTransit;

namespace Cassiopea.Migrations;

/// <summary>Named steps of visit statistics: the member is asked, they are saved with the first copy, and once more between the last delta and the change of DNS.</summary>
internal static class MigrationStepsStatistics
{
    /// <summary>Tells the member once what they are good for, and that no answer counts as yes.</summary>
    public static void Ask(Migration m)
    {
        if (m.Active.Any(i => i is { Kind: ItemKind.Site, Statistics: null or { Wanted: null } }) && m.Notices.All(n => n.Template != Letter.StatisticsAsked))
            Letter.Send(m, Letter.StatisticsAsked);
    }

    /// <summary>A new answer is a new try: what failed before says nothing of another page.</summary>
    public static void Answer(BehaviorContext<Migration, AnswerStatistics> c)
    {
        var (m, told) = (c.Saga, c.Message);
        var item = MigrationStepsCopy.Of(m, told.ItemId)!;
        item.Statistics = (item.Statistics ?? new SiteStatistics()) with
        {
            Wanted = told.Wanted,
            AnsweredBy = told.Actor,
            AnsweredAt = m.Turn.Now,
            Page = told.Page,
            Failure = null,
        };
        MigrationStepsChecklist.Note(m, 28, item.Id, told.Wanted ? "needed" : "not-needed", told.Actor);
        item.StatisticsAnswered = item.StatisticsRound; // what still runs looks at the old page: its answer counts no more
        m.Turn.Detail = told.Wanted ? "They are saved before the cut-over, and once more at it." : "The cut-over does not wait for them.";
    }

    /// <summary>Saves what is wanted and not there yet; a failure waits for a person's word.</summary>
    public static void Save(Migration m)
    {
        foreach (var site in MigrationStepsCopy.ByName(m).Where(i => i is { LacksStatistics: true, Source: not null, Statistics: null or { Failure: null } } && i.IsSyncedOnce))
            Send(m, site, last: false);
    }

    /// <summary>After the last delta of a site, what visitors did until then.</summary>
    public static void SaveLast(Migration m)
    {
        foreach (var site in MigrationStepsCopy.ByName(m).Where(i => i is { LacksLastStatistics: true, State: ItemState.CutOver }))
            Send(m, site, last: true);
    }

    /// <summary>The newest round counts. What fails at the cut-over keeps the site from being switched.</summary>
    public static void Note(BehaviorContext<Migration, StatisticsSaved> c)
    {
        var (m, told) = (c.Saga, c.Message);
        if (MigrationStepsCopy.Of(m, told.ItemId) is not { Kind: ItemKind.Site } item || told.Round != item.StatisticsRound || told.Round <= item.StatisticsAnswered)
            return;
        item.StatisticsAnswered = told.Round;
        var known = item.Statistics ?? new SiteStatistics();
        if (told.Statistics is { } saved)
        {
            item.Statistics = known with { Saved = saved, Last = told.Last && item.State == ItemState.CutOver, Failure = null };
            Letter.Send(m, Letter.StatisticsDelivered, FormattableString.Invariant($"{item.Id:N}-{told.Round}"), item);
            return;
        }

        item.Statistics = known with { Failure = told.Failure };
        if (told.Last && item is { State: ItemState.CutOver, CutOverAt: null, LacksLastStatistics: true })
            (item.State, item.Failure) = (ItemState.NeedsStaff, told.Failure);
    }

    /// <summary>For whom the cut-over waits because of statistics; null when it does not.</summary>
    public static (string For, string Text)? Missing(Migration m)
    {
        var missing = m.Active.Where(i => i is { LacksStatistics: true, IsSyncedOnce: true }).ToList();
        if (missing.Count == 0)
            return null;
        var failed = missing.Where(i => i.Statistics?.Failure is not null).ToList();
        if (failed.Count == 0)
            return (Waiting.System, FormattableString.Invariant($"The visit statistics of {missing.Count} sites are being saved for the member, who may owe them to the subsidising authority."));
        return failed.Any(i => i.Statistics!.Wanted is null)
            ? (Waiting.Member, FormattableString.Invariant($"The visit statistics of {failed.Count} sites were not found: the member says whether the subsidising authority needs them, and where they are shown."))
            : (Waiting.Staff, FormattableString.Invariant($"The visit statistics of {failed.Count} sites, which the member needs, could not be saved ({failed[0].Statistics!.Failure!.Code}): name the page that shows them."));
    }

    private static void Send(Migration m, Item site, bool last)
    {
        if (site.StatisticsAnswered < site.StatisticsRound)
            return;
        site.StatisticsRound++;
        m.Turn.Send(KindCommands.SaveStatistics(site, last));
    }
}
