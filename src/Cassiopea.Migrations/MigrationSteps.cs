using Cassiopea.Contracts;
using Cassiopea.Migrations.Notices;
using MassTransit;
using static Cassiopea.Contracts.MigrationState;

namespace Cassiopea.Migrations;

/// <summary>Named steps of the request, the invoice gate, holding and ending.</summary>
internal static class MigrationSteps
{
    public static bool Permitted<T>(BehaviorContext<Migration, T> c) where T : class => c.Saga.Turn.Refusal is null;

    public static bool Refused<T>(BehaviorContext<Migration, T> c) where T : class => c.Saga.Turn.Refusal is not null;

    public static void Open(BehaviorContext<Migration, RequestMigration> c)
    {
        var (m, turn) = (c.Saga, c.Saga.Turn);
        m.MemberId = c.Message.MemberId;
        m.MemberReference = turn.Member!.Reference;
        m.RequestedAt = turn.Now;
        turn.Send(new CheckInvoices(m.CorrelationId, m.MemberReference));
    }

    // ---- the invoice gate

    public static void NoteInvoices(BehaviorContext<Migration, InvoicesChecked> c)
    {
        var (m, told) = (c.Saga, c.Message);
        if (told.AsOf < m.InvoicesAsOf)
            return;
        m.InvoicesAsOf = told.AsOf;
        m.InvoiceExplanation = told.Explanation;
        m.InvoiceSource = told.Source;
        m.InvoiceSourceAsOf = told.SourceAsOf;
        m.InvoicesContested = told.Contested;
        // a ledger that is away takes back nothing that it had said, unless nothing was known
        if (told.Status == InvoiceStatus.Unknown && m.Invoices is not null && m.State is not (Requested or AwaitingPayment))
            return;
        if (told.Status == InvoiceStatus.Due && m.Invoices != InvoiceStatus.Due)
            Reminders.StartRound(m);
        m.Invoices = told.Status;
        m.OpenCents = told.OpenCents;
    }

    public static bool GateOpen(BehaviorContext<Migration> c) => c.Saga.InvoicesPass && c.Saga.GateReturnTo is null;

    public static bool GateShut(BehaviorContext<Migration> c) => c.Saga.Invoices is not null && !c.Saga.InvoicesPass;

    /// <summary>An invoice came later: nothing done is undone, nothing new is begun until it is paid.</summary>
    public static bool DuesReopened(BehaviorContext<Migration> c) => c.Saga.InvoicesDue;

    public static void RememberGate(BehaviorContext<Migration> c)
    {
        c.Saga.GateReturnTo = c.Saga.State;
        c.Saga.Turn.Explain("An invoice is due: assisted moving waits.");
    }

    public static bool GateReopensTo(BehaviorContext<Migration> c, MigrationState state) => c.Saga.InvoicesPass && c.Saga.GateReturnTo == state;

    public static void ForgetGate(BehaviorContext<Migration> c) => c.Saga.GateReturnTo = null;

    /// <summary>While the gate is shut: remind, and let a debtor survey. Passes that run may end; none is begun.</summary>
    public static void WaitForPayment(BehaviorContext<Migration> c)
    {
        Reminders.Send(c.Saga);
        MigrationStepsPrepare.AskItems(c.Saga);
    }

    // ---- holding

    public static void Pause(BehaviorContext<Migration, PauseMigration> c)
    {
        Hold(c.Saga, c.Message.Reason);
        c.Saga.Turn.Send(new MigrationPaused(c.Saga.CorrelationId));
    }

    public static void HoldForStaff(BehaviorContext<Migration> c)
    {
        var parked = c.Saga.Active.Where(i => i.State == ItemState.NeedsStaff).Select(i => i.Failure?.Code ?? "").Distinct().Order(StringComparer.Ordinal);
        Hold(c.Saga, $"every item is parked ({string.Join(", ", parked)}).");
    }

    public static bool HeldFrom(BehaviorContext<Migration> c, MigrationState state) => c.Saga.HeldFrom == state;

    public static void GoOn(BehaviorContext<Migration> c)
    {
        if (c.Saga.Turn.From == Paused)
            c.Saga.Turn.Send(new MigrationResumed(c.Saga.CorrelationId));
        if (c.Saga.HeldFrom == RollingBack)
            MigrationStepsCutOver.AskAgainToRollBack(c.Saga);
        (c.Saga.HeldFrom, c.Saga.HeldReason, c.Saga.CancelAsked) = (null, "", "");
    }

    /// <summary>Resume after a stop for staff: every parked item is tried again.</summary>
    public static void TryParkedAgain(BehaviorContext<Migration> c)
    {
        foreach (var item in c.Saga.Active.Where(i => i.State == ItemState.NeedsStaff && c.Saga.CanMove(i.Kind)))
        {
            item.TryAgain(byPerson: true);
            if (item.LacksUnfreeze)
                MigrationStepsLists.Unfreeze(c.Saga, item);
        }
    }

    // ---- ending

    public static void Cancel(BehaviorContext<Migration, CancelMigration> c)
    {
        End(c.Saga, MigrationState.Cancelled, Cancelling(c.Message));
        MigrationStepsHandOver.AskErasure(c.Saga);
    }

    internal static string Cancelling(CancelMigration told) => $"Cancelled by {told.Actor}: {told.Reason}";

    public static void Decline(BehaviorContext<Migration, DeclineMigration> c) => Decline(c.Saga, c.Message.Actor, c.Message.Reason);

    /// <summary>Reminded as often as is allowed, called, and no answer.</summary>
    public static void DeclineUnanswered(BehaviorContext<Migration, CloseTask> c) =>
        Decline(c.Saga, c.Message.Actor, $"{c.Saga.Reminders} reminders and a call without answer. {c.Message.Reason.Trim()}");

    private static void Decline(Migration m, string actor, string reason)
    {
        (m.EndedAt, m.EndReason) = (m.Turn.Now, $"Declined, recorded by {actor}: {reason}");
        if (m.Turn.From == Paused)
            m.Turn.Send(new MigrationResumed(m.CorrelationId));
        MigrationStepsArrange.ArchiveEverything(m);
        m.Turn.Detail = $"Recorded after {m.Notices.Count(n => n.State == NoticeState.Sent)} notices that were sent; nothing is moved, mailboxes are archived, credentials and archives are erased after the retention.";
    }

    public static void Complete(BehaviorContext<Migration> c) => End(c.Saga, MigrationState.Completed, "Handed over, credentials erased, retention over.");

    private static void Hold(Migration m, string reason) => (m.HeldFrom, m.HeldReason) = (m.State, reason);

    public static void End(Migration m, MigrationState state, string reason)
    {
        m.EndedAt = m.Turn.Now;
        m.EndReason = reason;
        m.Turn.Send(new CredentialGrantsEnded(m.CorrelationId));
        m.Turn.Send(new MigrationEnded(m.CorrelationId, state));
    }
}
