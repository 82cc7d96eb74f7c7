using Cassiopea.Checklist;
using Cassiopea.Contracts;
using Cassiopea.Migrations.Checklist;
using Cassiopea.Migrations.Notices;
using MassTransit;

namespace Cassiopea.Migrations;

/// <summary>Named steps of the window, the switch and the way back.</summary>
internal static class MigrationStepsCutOver
{
    // ---- the window

    /// <summary>One person's yes; where DNS changes, the second one's approves the window.</summary>
    public static void ApproveWindow(BehaviorContext<Migration, ApproveCutOver> c)
    {
        var m = c.Saga;
        var (opensAt, closesAt) = WindowOf(m, c.Message);
        if (m.WindowOpensAt != opensAt || m.WindowClosesAt != closesAt || m.WindowApproved)
        {
            m.WindowRound++;
            (m.WindowOpensAt, m.WindowClosesAt, m.WindowApproved) = (opensAt, closesAt, false);
        }

        m.Approvals.Add(new Approval
        {
            MigrationId = m.CorrelationId,
            WindowRound = m.WindowRound,
            Actor = c.Message.Actor,
            OpensAt = opensAt,
            ClosesAt = closesAt,
            ApprovedAt = m.Turn.Now,
        });
        m.WindowApproved = m.Approvals.Count(a => a.WindowRound == m.WindowRound) >= (m.HasDomain ? 2 : 1);
        m.Turn.Detail = m.WindowApproved ? "The window is approved." : "Recorded; a second person must approve the same window.";
        if (m.WindowApproved)
            Letter.Send(m, Letter.CutOverPlanned, FormattableString.Invariant($"window-{m.WindowRound}"));
    }

    /// <summary>The window that a person means: to the millisecond, since two people must name the same one; or the one on the table.</summary>
    public static (DateTimeOffset OpensAt, DateTimeOffset ClosesAt) WindowOf(Migration m, ApproveCutOver told) =>
        told.AsProposed && m is { WindowApproved: false, WindowOpensAt: { } opensAt, WindowClosesAt: { } closesAt } && closesAt > m.Turn.Now
            ? (opensAt, closesAt)
            : (ToMillisecond(told.OpensAt), ToMillisecond(told.ClosesAt));

    public static void Consent(BehaviorContext<Migration, ConsentToSwitch> c)
    {
        var m = c.Saga;
        (m.SwitchConsent, m.SwitchConsentBy, m.SwitchConsentAt) = (c.Message.Consent.Trim(), c.Message.Actor, m.Turn.Now);
        m.Turn.Detail = "The consent to the change of DNS is recorded.";
    }

    public static bool WindowIsOpen(BehaviorContext<Migration> c) =>
        Deadlines.WindowUsable(c.Saga) <= c.Saga.Turn.Now && c.Saga.WindowClosesAt > c.Saga.Turn.Now && c.Saga.Active.Any() && c.Saga.Active.All(c.Saga.MaySwitch)
        && MemberChecklist.Blocks(c.Saga, Gate.CutOver).Count == 0;

    public static bool WindowIsOver(BehaviorContext<Migration> c) => c.Saga.DnsAskedAt is null && c.Saga.WindowClosesAt <= c.Saga.Turn.Now;

    /// <summary>The window is used up: another needs new approvals.</summary>
    public static void ReleaseWindow(BehaviorContext<Migration> c)
    {
        var m = c.Saga;
        if (m.WindowRound > 0 && m.WindowClosesAt is not null)
            m.Turn.Explain("The cut-over window is over or was given back: approve another.");
        (m.WindowApproved, m.WindowOpensAt, m.WindowClosesAt) = (false, null, null);
        foreach (var list in m.Active.Where(i => i is { Kind: ItemKind.MailingList, FreezeAskedAt: not null }))
        {
            (list.FreezeAskedAt, list.FrozenAt) = (null, list.FrozenAt ?? m.Turn.Now); // a freeze that was not answered may have been done
            MigrationStepsLists.Unfreeze(m, list);
        }

        m.WindowRound++;
        foreach (var item in m.Active)
            item.BackToSync();
    }

    public static void LowerTtls(Migration m)
    {
        if (!m.SwitchAgreed)
            return;
        foreach (var item in MigrationStepsCopy.ByName(m).Where(i => i is { Kind: ItemKind.Domain, TtlAskedAt: null }))
        {
            item.TtlAskedAt = m.Turn.Now;
            m.Turn.Send(KindCommands.LowerTtl(item, m.Turn.Options.LowTtl));
        }
    }

    public static void NoteTtl(BehaviorContext<Migration, TtlLowered> c)
    {
        if (Domain(c.Saga, c.Message.ItemId) is { } item)
            item.OldTtlsOverAt = Later(item.OldTtlsOverAt, c.Message.OldTtlsOverAt);
    }

    // ---- rights over domains

    public static void NoteRights(BehaviorContext<Migration, DomainRightsChanged> c)
    {
        // what was true earlier may come later
        if (c.Saga.Items.SingleOrDefault(i => i.Id == c.Message.ItemId) is { Kind: ItemKind.Domain } item && !(c.Message.AsOf < item.RightsAsOf))
            (item.Rights, item.RightsAsOf) = (c.Message.Rights, c.Message.AsOf);
    }

    /// <summary>The gateway may read the code, to show it once to the owner.</summary>
    public static void GrantTransferCode(BehaviorContext<Migration, TransferCodePrepared> c)
    {
        var (m, told) = (c.Saga, c.Message);
        if (m.Items.SingleOrDefault(i => i.Id == told.ItemId) is not { Kind: ItemKind.Domain } item)
            return;
        item.TransferCredential = told.CredentialId;
        var until = m.Turn.Now + m.Turn.Options.CredentialGrant;
        m.Turn.Send(new CredentialGranted(told.CredentialId, m.MemberId, m.CorrelationId, item.Id, "gateway", told.ExpiresAt < until ? told.ExpiresAt.Value : until));
    }

    // ---- the switch

    /// <summary>Freeze lists, last passes, and when all of them are verified: the change of DNS.</summary>
    public static void Switch(BehaviorContext<Migration> c)
    {
        var m = c.Saga;
        foreach (var item in MigrationStepsCopy.ByName(m).Where(i => i.Kind != ItemKind.Domain))
        {
            if (item.AwaitsVerification)
                MigrationStepsCopy.Compare(m, item);
            else if (item is { Kind: ItemKind.MailingList, FreezeAskedAt: null })
                Freeze(m, item);
            else if (item.IsIdle && item.LastDeltaPass == 0 && (item.Kind != ItemKind.MailingList || item.FrozenAt is not null))
                LastDelta(m, item);
        }

        MigrationStepsDatabases.Finish(m);
        MigrationStepsSites.Configure(m);
        MigrationStepsStatistics.SaveLast(m);
        if (!m.Active.Where(i => i.Kind != ItemKind.Domain).All(i => i.State == ItemState.CutOver) || !m.Active.All(i => MigrationStepsDatabases.IsFinished(m, i)) || !MigrationStepsSites.Configured(m))
            return;
        foreach (var domain in MigrationStepsCopy.ByName(m).Where(i => i is { Kind: ItemKind.Domain, ZoneAskedAt: null }))
        {
            domain.ZoneAskedAt = m.Turn.Now;
            m.DnsAskedAt ??= m.Turn.Now;
            m.Turn.Send(KindCommands.Switch(domain, m.PlanSha256));
        }
    }

    public static void NoteFrozen(BehaviorContext<Migration, MailingListFrozen> c)
    {
        if (c.Saga.Active.SingleOrDefault(i => i.Id == c.Message.ItemId) is { Kind: ItemKind.MailingList, FreezeAskedAt: not null } item)
            item.FrozenAt ??= c.Message.AsOf;
    }

    /// <summary>Unless the next window froze it meanwhile.</summary>
    public static void NoteUnfrozen(BehaviorContext<Migration, MailingListUnfrozen> c)
    {
        if (c.Saga.Active.SingleOrDefault(i => i.Id == c.Message.ItemId) is { Kind: ItemKind.MailingList, FreezeAskedAt: null } item)
            (item.FrozenAt, item.UnfreezeAskedAt) = (null, null);
    }

    public static void NoteSwitched(BehaviorContext<Migration, ZoneCutOver> c)
    {
        if (Domain(c.Saga, c.Message.ItemId) is not { ZoneAskedAt: not null, ZoneChangedAt: null } item)
            return;
        item.ZoneChangedAt = c.Saga.Turn.Now;
        if (c.Message.Zone is { } zone)
            item.ZoneTexts = zone;
        item.OldTtlsOverAt = Later(item.OldTtlsOverAt, c.Message.OldTtlsOverAt);
        if (item.State != ItemState.NeedsStaff)
            item.State = ItemState.CutOver;
    }

    /// <summary>A step at a zone failed: before the switch it parks the domain, from the switch on it turns the whole cut-over back.</summary>
    public static void NoteZoneRefused(BehaviorContext<Migration, ZoneRefused> c)
    {
        if (Domain(c.Saga, c.Message.ItemId) is not { } item || (c.Message.Step == "publish-zone" && item.PublishedAt is not null))
            return;
        item.Failure = c.Message.Failure;
        item.State = ItemState.NeedsStaff;
        item.FailedPass = c.Message.Step == "publish-zone" ? item.Pass : item.FailedPass;
    }

    public static bool Switched(BehaviorContext<Migration> c) => c.Saga.Active.Any() && c.Saga.Active.All(i => i.State == ItemState.CutOver && MigrationStepsDatabases.IsFinished(c.Saga, i)) && MigrationStepsSites.Configured(c.Saga);

    public static bool FailedBeforeSwitch(BehaviorContext<Migration> c) => c.Saga.DnsAskedAt is null && c.Saga.Active.Any(i => i.LastDeltaFailed || i.IsParked);

    public static bool FailedAfterSwitch(BehaviorContext<Migration> c) => c.Saga.DnsAskedAt is not null && c.Saga.Active.Any(i => i.State == ItemState.NeedsStaff);

    public static void StartWatching(BehaviorContext<Migration> c)
    {
        var m = c.Saga;
        m.WatchingSince = m.LastRoundAt = m.Turn.Now;
        foreach (var item in m.Active)
            (item.CutOverAt, item.LastQuietPassAt) = (m.Turn.Now, null);
        // the old addresses of lists lead to the new ones from now on
        foreach (var list in MigrationStepsCopy.ByName(m).Where(i => i.Kind == ItemKind.MailingList && i.IsOursToCopy))
            MigrationStepsCopy.Begin(m, list, Bucket.CutOver);
    }

    // ---- the way back

    public static void StartRollBack(BehaviorContext<Migration> c) =>
        c.Saga.Turn.Explain(c.Saga.Turn.Actor == "system" ? "The switch failed after DNS had been asked to change: everything goes back." : "");

    public static void RollBack(BehaviorContext<Migration> c)
    {
        foreach (var domain in Turned(c.Saga).Where(i => i.RollBackAskedAt is null))
        {
            domain.RollBackAskedAt = c.Saga.Turn.Now;
            domain.Failure = null;
            c.Saga.Turn.Send(KindCommands.SwitchBack(domain));
        }
    }

    /// <summary>What is not as before the switch although it was turned back.</summary>
    public const string DiffersFact = "rolled-back-differs";

    public static void NoteTurnedBack(BehaviorContext<Migration, ZoneRolledBack> c)
    {
        if (Domain(c.Saga, c.Message.ItemId) is { RollBackAskedAt: not null } item)
        {
            (item.RolledBackAt, item.Failure) = (c.Message.AsOf, null);
            item.Facts = [.. item.Facts.Where(static fact => fact.Name != DiffersFact), .. c.Message.Differs.Length == 0 ? Array.Empty<Fact>() : [new Fact(DiffersFact, c.Message.Differs)]];
        }
    }

    public static bool TurnedBack(BehaviorContext<Migration> c) => Turned(c.Saga).All(i => i.RolledBackAt is not null);

    public static bool RollBackRefused(BehaviorContext<Migration> c) => Turned(c.Saga).Any(i => i is { RollBackAskedAt: not null, RolledBackAt: null, Failure: not null });

    public static void HoldRollBack(BehaviorContext<Migration> c) =>
        (c.Saga.HeldFrom, c.Saga.HeldReason) = (MigrationState.RollingBack, "the old DNS could not be restored; restore it by hand or resume to try again.");

    public static void AskAgainToRollBack(Migration m)
    {
        foreach (var domain in Turned(m).Where(i => i.RolledBackAt is null))
            (domain.RollBackAskedAt, domain.Failure) = (null, null);
    }

    /// <summary>Everything is as before the cut-over: the old place serves, the new one stays in sync.</summary>
    public static void BackAsBefore(BehaviorContext<Migration> c)
    {
        var m = c.Saga;
        foreach (var domain in Turned(m))
        {
            (domain.TtlAskedAt, domain.OldTtlsOverAt) = (null, null);
            domain.State = ItemState.InSync;
        }

        (m.DnsAskedAt, m.WatchingSince, m.DifferencesToldAt) = (null, null, null);
        (m.SwitchConsent, m.SwitchConsentBy, m.SwitchConsentAt) = ("", "", null);
        ReleaseWindow(c);
    }

    private static DateTimeOffset ToMillisecond(DateTimeOffset at) => at.AddTicks(-(at.Ticks % TimeSpan.TicksPerMillisecond));

    private static void Freeze(Migration m, Item item)
    {
        (item.FreezeAskedAt, item.FrozenAt, item.UnfreezeAskedAt) = (m.Turn.Now, null, null);
        m.Turn.Send(KindCommands.Freeze(item, m.WindowRound));
    }

    private static void LastDelta(Migration m, Item item)
    {
        item.LastDeltaPass = item.Pass + 1;
        MigrationStepsCopy.Begin(m, item, Bucket.CutOver);
        if (!item.IsOursToCopy)
            item.TransferredPass = item.Pass; // what the new host moved is compared once more, not written
    }

    private static IEnumerable<Item> Turned(Migration m) => m.Active.Where(i => i is { Kind: ItemKind.Domain, ZoneAskedAt: not null });

    private static Item? Domain(Migration m, Guid itemId) => m.Active.SingleOrDefault(i => i.Id == itemId && i.Kind == ItemKind.Domain);

    private static DateTimeOffset Later(DateTimeOffset? a, DateTimeOffset b) => a > b ? a.Value : b;
}
