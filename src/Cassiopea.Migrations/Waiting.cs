using System.Globalization;
using Cassiopea.Checklist;
using Cassiopea.Contracts;
using Cassiopea.Migrations.Checklist;
using Cassiopea.Migrations.Notices;
using static Cassiopea.Contracts.MigrationState;

namespace Cassiopea.Migrations;

/// <summary>Who must act, and what for: one sentence for the board. Names of items stay out of it; the board shows them beside.</summary>
internal static class Waiting
{
    public const string Member = "member";
    public const string Staff = "staff";
    public const string Provider = "provider";
    public const string System = "system";
    public const string Nobody = "nobody";

    public static (string For, string Text) Of(Migration m, DateTimeOffset now, MigrationsOptions options)
    {
        var (who, text) = m.State switch
        {
            Requested => (System, "Waits for the invoice check."),
            AwaitingPayment => ForPayment(m, options),
            Surveying => (System, $"Waits for the survey of: {Kinds(m.Surveys.Where(s => s.Outcome is null))}."),
            Preparing => ForPreparation(m, options),
            Ready => AtChecklist(m, Gate.Copy) ?? (Staff, "The plan is approved: start the first copy."),
            Copying => Parked(m, options) ?? AtHost(m) ?? AtReceivingHost(m) ?? (System, Count(m, i => i.State is ItemState.InSync, "are equal at both ends")),
            CatchingUp => ForCutOver(m, options),
            CuttingOver => m.DnsAskedAt is null
                ? m.Active.All(i => i.Kind == ItemKind.Domain || i.State == ItemState.CutOver) && m.Active.Any(i => i.LacksLastStatistics)
                    ? (System, Count(m, i => i.LacksLastStatistics, "wait for their last visit statistics, which the member owes to the subsidising authority"))
                    : (System, Count(m, i => i.State is ItemState.CutOver, "had their last pass"))
                : (Provider, "Waits until the change of DNS is visible everywhere."),
            Watching => ForHandOver(m, now, options),
            HandedOver => m.ErasedAt is not null ? (Nobody, "Handed over; credentials are erased; kept until the retention is over.")
                : now >= m.HandedOverAt + options.CredentialErasure ? (Staff, "The erasure receipt of the vault is overdue: look at the vault.")
                : (System, "Waits for the erasure receipt of the vault."),
            Paused when m.CancelAsked.Length > 0 => m.Active.Any(i => i.LacksUnfreeze)
                ? (Staff, $"{m.CancelAsked.TrimEnd('.')}. Old lists could not be given their own rules back: mend the cause and cancel again, or resume and exclude them with a reason.")
                : (System, $"{m.CancelAsked.TrimEnd('.')}. Ends when the old lists have their own rules again."),
            Paused => (Staff, $"Paused in {m.HeldFrom}{Because(m)}"),
            NeedsStaff => (Staff, $"Nothing can advance in {m.HeldFrom}{Because(m)}"),
            RollingBack => (Provider, "Waits until the old DNS is visible again."),
            RolledBack => (Staff, string.Join(' ', [
                "The cut-over was undone: resume to catch up again, or cancel.",
                .. m.Active.Select(i => i.Fact(MigrationStepsCutOver.DiffersFact)).OfType<string>().Distinct().Select(static differs => $"A domain is not as before: {differs}"),
            ])),
            Declined when m.ErasureAskedAt is null && m.Active.Any(i => i.Archive is null && i.Pass > 0) => (System, Count(m, i => i.Archive is not null, "are archived")),
            Completed or Cancelled or Declined => (Nobody, m.EndReason),
            _ => throw new ArgumentOutOfRangeException(nameof(m), m.State, null),
        };
        if (m.Items.Count(i => i.ReadAccountFailure is not null) is var accounts and > 0)
            (who, text) = (m.State == HandedOver ? Staff : who, string.Create(CultureInfo.InvariantCulture, $"{text} {accounts} second accounts are still at the old server: remove them there by hand."));
        return m.Notices.Any(n => n.State == NoticeState.Failed) ? (Staff, text + " A notice to the member could not be sent.") : (who, text);
    }

    private static (string, string) ForPayment(Migration m, MigrationsOptions options) => m.Invoices switch
    {
        null => (System, "Waits for the invoice check."),
        InvoiceStatus.Unknown => (Staff, $"The invoice state could not be known: {m.InvoiceExplanation}"),
        _ when m.InvoicesContested.Length > 0 => (Staff, string.Create(CultureInfo.InvariantCulture, $"The member contests dues of {m.OpenCents / 100m:0.00} EUR; answer: {m.InvoicesContested}")),
        _ when Reminders.Exhausted(m, options) => (Staff, string.Create(CultureInfo.InvariantCulture, $"Dues of {m.OpenCents / 100m:0.00} EUR are open after {m.Reminders} reminders: call the member; then waive, or decline.")),
        _ => (Member, string.Create(CultureInfo.InvariantCulture, $"Dues of {m.OpenCents / 100m:0.00} EUR are open; reminder {m.Reminders} of {options.RemindersAtMost} was sent.")),
    };

    private static (string, string) ForPreparation(Migration m, MigrationsOptions options) =>
        Parked(m, options)
        ?? (m.Active.Any(i => i.State != ItemState.Verified) ? (System, "Waits for items to be entered and measured.")
            : !m.Active.Any() ? (Staff, "Nothing to move was found: declare what there is, or cancel.")
            : AtReceivingHost(m) ?? AtChecklist(m, Gate.Plan) ?? (Staff, "Everything is verified at both ends: approve the plan."));

    private static (string, string) ForCutOver(Migration m, MigrationsOptions options) =>
        m is { WindowApproved: true, SwitchAgreed: false } ? (Member, "The cut-over is approved; DNS changes with it, so the member must consent first.")
        : m.WindowApproved ? (System, Deadlines.WindowUsable(m) is null ? "The cut-over is approved; waits until the TTLs are lowered." : "The cut-over is approved; waits until its window opens.")
        : Parked(m, options) is { } parked ? parked
        : m.Approvals.Any(a => a.WindowRound == m.WindowRound) ? (Staff, "DNS changes with this cut-over: a second person must approve the same window.")
        : AtHost(m) is { } host ? host
        : MigrationStepsStatistics.Missing(m) is { } statistics ? statistics
        : AtReceivingHost(m) is { } receiving ? receiving
        : m.Active.Any(i => i.LacksLastFetch) ? (Member, Count(m, i => i.LacksLastFetch, "are read by POP3: fetch the mail once more and confirm it"))
        : m.Active.Any(i => DomainGates.HoldsSwitch(m, i)) ? (Member, Count(m, i => DomainGates.HoldsSwitch(m, i), "receive mail of registrar or registry: the rights over the domain come first"))
        : m.Active.Any(i => i.IsUnfreezing) ? (System, Count(m, i => i.IsUnfreezing, "are old lists that get their own rules back"))
        : m.Active.All(m.MaySwitch) ? AtChecklist(m, Gate.CutOver) ?? (Staff, "In sync: approve a cut-over window.")
        : (System, Count(m, i => i.IsSyncedOnce, "are equal at both ends"));

    private static (string, string) ForHandOver(Migration m, DateTimeOffset now, MigrationsOptions options)
    {
        if (m.Active.Any(i => i.State == ItemState.NeedsStaff))
            return Parked(m, options)!.Value;
        if (m.Surveys.Any(s => s.Open))
            return (Staff, $"Not surveyed: {Kinds(m.Surveys.Where(s => s.Open))}. Survey, or exclude with a reason.");
        if (Parked(m, options) is { } parked)
            return parked;
        if (m.InvoicesDue)
            return (Member, string.Create(CultureInfo.InvariantCulture, $"Dues of {m.OpenCents / 100m:0.00} EUR are open: the hand-over waits."));
        if (m.Active.Any(i => i is { HasDifferences: true, ExceptionsApproved: false }))
            return (Member, "Differences wait for approval; without an answer they count as approved on the announced day.");
        if (AtChecklist(m, Gate.HandOver) is { } open)
            return open;
        return OpenPoints.Of(m, now, options).Any() ? (System, "Watches the old place until it is quiet.") : (Staff, "Quiet, and nothing is open: hand over.");
    }

    private static (string, string)? Parked(Migration m, MigrationsOptions options)
    {
        var staff = m.Active.Where(i => i.State == ItemState.NeedsStaff).ToList();
        if (staff.Count > 0)
        {
            var codes = string.Join(", ", staff.Select(i => i.Failure?.Code ?? "").Distinct().Order(StringComparer.Ordinal));
            return (Staff, string.Create(CultureInfo.InvariantCulture, $"{staff.Count} of {m.Active.Count()} items are parked ({codes}): retry or exclude."));
        }

        var logins = m.Active.Count(i => i.State == ItemState.CredentialsNeeded);
        return logins == 0 ? null
            : Reminders.Exhausted(m, options) ? (Staff, string.Create(CultureInfo.InvariantCulture, $"{logins} items still lack a working login after {m.Reminders} reminders: call the member."))
            : (Member, string.Create(CultureInfo.InvariantCulture, $"{logins} of {m.Active.Count()} items lack a working login at one end."));
    }

    private static (string, string)? AtChecklist(Migration m, Gate gate)
    {
        var blocks = MemberChecklist.Blocks(m, gate);
        if (blocks.Count == 0)
            return null;
        var staff = blocks.Count(b => b.By == Staff);
        var others = blocks.Where(b => b.By is Member or Provider).ToList();
        return others.Count > 0
            ? (others[0].By, string.Create(CultureInfo.InvariantCulture, $"{others.Count} questions of the checklist wait for an answer{(staff > 0 ? $", and {staff} tasks for staff" : "")}."))
            : staff == 0 ? (System, string.Create(CultureInfo.InvariantCulture, $"{blocks.Count} measured facts keep the checklist open: {MemberChecklist.Describe(blocks)}"))
            : (Staff, string.Create(CultureInfo.InvariantCulture, $"{staff} tasks of the checklist wait for staff: close them with what was done."));
    }

    private static (string, string)? AtHost(Migration m) =>
        m.Active.Count(i => i.WaitsForHost) is var n and > 0
            ? (Provider, string.Create(CultureInfo.InvariantCulture, $"{n} of {m.Active.Count()} items are moved by the new host, the first one due {m.Active.Where(i => i.WaitsForHost).Min(i => i.Host!.DueAt).UtcDateTime:yyyy-MM-dd HH:mm} UTC."))
            : null;

    private static (string, string)? AtReceivingHost(Migration m) =>
        m.Active.Where(i => !i.MayLeave).ToList() is not { Count: > 0 } lists ? null
        : lists.Any(i => i.Receiving is null) ? (Staff, $"{lists.Count(i => i.Receiving is null)} mailing lists have no receiving host: invite it.")
        : lists.Any(i => i.Receiving!.Request is null) ? (Provider, $"{lists.Count(i => i.Receiving!.Request is null)} mailing lists wait for the receiving host's own request.")
        : lists.Any(i => i.Grant is null) ? (Member, $"{lists.Count(i => i.Grant is null)} mailing lists wait for the member's consent to the receiving host's request.")
        : (Staff, $"{lists.Count} new mailing lists do not lie in the domain of the receiving host's sheet: correct the new place.");

    private static string Count(Migration m, Func<Item, bool> when, string text) =>
        string.Create(CultureInfo.InvariantCulture, $"{m.Active.Count(when)} of {m.Active.Count()} items {text}.");

    private static string Kinds(IEnumerable<KindSurvey> surveys) => string.Join(", ", surveys.Select(s => s.Kind).Order());

    private static string Because(Migration m) => m.HeldReason.Length == 0 ? "." : $": {m.HeldReason}";
}
