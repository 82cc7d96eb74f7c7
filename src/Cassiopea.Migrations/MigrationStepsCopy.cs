using Cassiopea.Contracts;
using MassTransit;

namespace Cassiopea.Migrations;

/// <summary>Named steps of the passes.</summary>
internal static class MigrationStepsCopy
{
    public static void NoteTransferred(BehaviorContext<Migration, ItemTransferred> c) => Of(c.Saga, c.Message.ItemId)?.NoteTransferred(c.Message);

    public static void NoteVerified(BehaviorContext<Migration, ItemVerified> c) => Of(c.Saga, c.Message.ItemId)?.NoteVerified(c.Message, c.Saga.Turn.Now, c.Saga.Turn.Options);

    public static void NoteFailed(BehaviorContext<Migration, ItemTransferFailed> c)
    {
        if (c.Message.Pass < 0)
            c.Saga.Turn.Explain($"An archive could not be made ({c.Message.Failure.Code}): {c.Message.Failure.Text}");
        else
            Of(c.Saga, c.Message.ItemId)?.NoteFailed(c.Message, c.Saga.Turn.Now, c.Saga.Turn.Options);
    }

    public static void NotePublished(BehaviorContext<Migration, ZonePublished> c)
    {
        if (Of(c.Saga, c.Message.ItemId) is not { Kind: ItemKind.Domain, PublishedAt: null } item || item.State == ItemState.Excluded)
            return;
        item.PublishedAt = c.Message.AsOf;
        if (item.State is ItemState.Copying or ItemState.NeedsStaff)
            (item.State, item.Failure, item.VerifiedPass) = (ItemState.InSync, null, item.Pass);
    }

    /// <summary>What is verified begins its first pass, what ended is compared, what waited long enough is tried again.</summary>
    public static void Copy(BehaviorContext<Migration> c)
    {
        var m = c.Saga;
        MigrationStepsPrepare.AskItems(m);
        foreach (var item in ByName(m))
        {
            if (item.AwaitsVerification)
                Compare(m, item);
            else if (item is { MayLeave: true, IsIdle: true, AwaitsReadAccount: false } && (item.State == ItemState.Verified || (item.State == ItemState.Copying && item.RetryAt <= m.Turn.Now)))
                Begin(m, item, Bucket.Bulk);
        }

        MigrationStepsDatabases.Count(m);
        MigrationStepsArrange.RemindHosts(m);
        MigrationStepsStatistics.Save(m);
    }

    public static bool FirstCopyDone(BehaviorContext<Migration> c) =>
        c.Saga.Active.Any(i => i.State == ItemState.InSync) && c.Saga.Active.All(i => i.State == ItemState.InSync || i.IsParked);

    /// <summary>Every item waits for staff: none runs, none is in sync, no credential can wake one.</summary>
    public static bool NothingAdvances(BehaviorContext<Migration> c) =>
        c.Saga.Active.Any() && c.Saga.Active.All(i => i.State == ItemState.NeedsStaff && i is { SurveyWanted: false, SurveyPending: false });

    public static bool SomethingAdvances(BehaviorContext<Migration> c) => !NothingAdvances(c);

    /// <summary>Copies, and begins a delta pass of everything in sync when the last round is old enough.</summary>
    public static void CatchUp(BehaviorContext<Migration> c)
    {
        var m = c.Saga;
        foreach (var item in m.Active.Where(i => i is { State: ItemState.CutOver, CutOverAt: null }))
            item.BackToSync();
        if (MigrationStepsCutOver.WindowIsOver(c))
            MigrationStepsCutOver.ReleaseWindow(c);
        MigrationStepsLists.UnfreezeAgain(m);
        m.LastRoundAt ??= m.Turn.Now;
        if (Deadlines.Round(m, m.Turn.Options) <= m.Turn.Now)
        {
            m.LastRoundAt = m.Turn.Now;
            foreach (var item in ByName(m).Where(i => i.State == ItemState.InSync && i.Kind != ItemKind.Domain && i.IsOursToCopy && i.MayLeave))
                Begin(m, item, Bucket.Bulk);
        }

        Copy(c);
        MigrationStepsCutOver.LowerTtls(m);
    }

    /// <summary>Looks at the old place for what arrived there after the last delta.</summary>
    public static void CollectStragglers(BehaviorContext<Migration> c)
    {
        var m = c.Saga;
        MigrationStepsPrepare.AskItems(m);
        MigrationStepsHandOver.TellDifferences(m);
        if (Deadlines.Round(m, m.Turn.Options) > m.Turn.Now)
            return;
        m.LastRoundAt = m.Turn.Now;
        foreach (var item in ByName(m).Where(i => i.State == ItemState.CutOver && i.Kind != ItemKind.Domain && i.IsIdle && i.IsWatched))
            Begin(m, item, Bucket.CutOver);
    }

    public static void Begin(Migration m, Item item, Bucket bucket)
    {
        if (item.Kind == ItemKind.Domain && item.PublishedAt is not null)
        {
            item.State = ItemState.InSync;
            return;
        }

        item.StartPass(bucket);
        if (item.IsOursToCopy || (item.CutOverAt is not null && item.IsWatched))
            m.Turn.Send(KindCommands.Transfer(item, m.PlanSha256));
    }

    public static void Compare(Migration m, Item item)
    {
        item.VerifyAskedPass = item.Pass;
        m.Turn.Send(KindCommands.Verify(item));
    }

    public static IEnumerable<Item> ByName(Migration m) => m.Active.OrderBy(i => i.Kind).ThenBy(i => i.Name, StringComparer.Ordinal);

    public static Item? Of(Migration m, Guid itemId) => m.Items.SingleOrDefault(i => i.Id == itemId);
}
