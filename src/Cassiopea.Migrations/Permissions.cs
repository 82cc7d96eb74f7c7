using Cassiopea.Checklist;
using Cassiopea.Contracts;
using Cassiopea.Migrations.Checklist;
using static Cassiopea.Contracts.MigrationState;

namespace Cassiopea.Migrations;

/// <summary>What decides, beside the state, which verbs people may send.</summary>
/// <param name="Story">The state seen through a pause, a stop for staff and the invoice gate.</param>
/// <param name="HasItems">At least one item is not excluded.</param>
/// <param name="HasParked">At least one item waits for staff or for a credential.</param>
/// <param name="AllVerified">There are items, and each was entered at both ends.</param>
/// <param name="AllSynced">There are items, each has been equal at both ends once, and has its archive and its last fetch where it needs them.</param>
/// <param name="HasOpenKind">At least one kind is neither surveyed nor excluded.</param>
/// <param name="HasOpenDifferences">Differences wait for the member's word.</param>
/// <param name="MayHaveSwitched">The change of DNS was asked: visitors may be at the new place.</param>
/// <param name="ReadyToHandOver">Nothing is open.</param>
/// <param name="HasHost">The new host's people move an item.</param>
/// <param name="HasSite">There is a site.</param>
/// <param name="AwaitsConsent">DNS changes, and the member has not consented.</param>
/// <param name="HasDatabase">At least one database is not excluded.</param>
/// <param name="HasList">At least one mailing list is not excluded.</param>
/// <param name="PlanBlocked">The checklist keeps the plan from being approved.</param>
/// <param name="CopyBlocked">The checklist keeps the first copy from being started.</param>
/// <param name="SwitchBlocked">The checklist keeps the cut-over from being approved.</param>
/// <param name="HasTasks">At least one task waits for a person.</param>
internal sealed record PermissionFacts(
    MigrationState Story,
    bool HasItems = false,
    bool HasParked = false,
    bool AllVerified = false,
    bool AllSynced = false,
    bool HasOpenKind = false,
    bool HasOpenDifferences = false,
    bool MayHaveSwitched = false,
    bool ReadyToHandOver = false,
    bool HasHost = false,
    bool HasSite = false,
    bool AwaitsConsent = false,
    bool HasDatabase = false,
    bool HasList = false,
    bool PlanBlocked = false,
    bool CopyBlocked = false,
    bool SwitchBlocked = false,
    bool HasTasks = false)
{
    public static PermissionFacts Of(Migration m, DateTimeOffset now, MigrationsOptions options) => Of(m, now, options, MemberChecklist.Judge(m).Blocks);

    private static PermissionFacts Of(Migration m, DateTimeOffset now, MigrationsOptions options, IReadOnlyList<Block> blocks) => new(
        m.StoryState,
        HasItems: m.Active.Any(),
        HasParked: m.Active.Any(i => i.IsParked),
        AllVerified: m.Active.Any() && m.Active.All(i => i is { State: ItemState.Verified, MayLeave: true, AwaitsReadAccount: false }),
        AllSynced: m.Active.Any() && m.Active.All(m.MaySwitch),
        HasOpenKind: m.Surveys.Any(s => s.Open && s.Outcome is not null),
        HasOpenDifferences: m.Active.Any(i => i is { HasDifferences: true, ExceptionsApproved: false }),
        MayHaveSwitched: m.DnsAskedAt is not null,
        ReadyToHandOver: m.State == Watching && !OpenPoints.Of(m, now, options).Any(),
        HasHost: m.Active.Any(i => i.Host is not null),
        HasSite: m.Active.Any(i => i.Kind == ItemKind.Site),
        AwaitsConsent: m.HasDomain && m.SwitchConsentAt is null,
        HasDatabase: m.Active.Any(i => i.Kind == ItemKind.Database),
        HasList: m.Active.Any(i => i.Kind == ItemKind.MailingList),
        PlanBlocked: blocks.Any(b => b.Gate is Gate.Plan),
        CopyBlocked: blocks.Any(b => b.Gate is Gate.Plan or Gate.Copy),
        SwitchBlocked: blocks.Any(b => b.Gate is Gate.Plan or Gate.Copy or Gate.CutOver),
        HasTasks: m.Tasks.Any(t => t.State == StaffTaskState.Open));
}

/// <summary>Which verbs people may send, and why one is refused: the same rules for the board, the answers and the console.</summary>
internal static class Permissions
{
    /// <summary>Verbs that are allowed in a state, given the facts.</summary>
    public static IReadOnlyList<string> Allowed(MigrationState state, PermissionFacts f)
    {
        var beforeCopy = f.Story is Requested or AwaitingPayment or Surveying or Preparing or Ready;
        var beforeSwitch = beforeCopy || f.Story is Copying or CatchingUp || (f.Story == CuttingOver && !f.MayHaveSwitched);
        (string Verb, bool If)[] verbs = state switch
        {
            Requested => [(Verbs.Cancel, true)],
            AwaitingPayment => [.. Editing(f), .. Answering(f), (Verbs.RunCheck, state != Ready), (Verbs.ChooseStrategy, beforeCopy), (Verbs.AcceptBackup, beforeCopy && f.HasSite), (Verbs.ConfirmLastFetch, f.HasItems), (Verbs.Archive, f.HasItems), (Verbs.SurveyAgain, beforeCopy), (Verbs.Pause, true), (Verbs.Cancel, true), (Verbs.Decline, beforeCopy)],
            Surveying or Preparing or Ready =>
            [
                .. Editing(f), .. Answering(f), (Verbs.RunCheck, state != Ready), (Verbs.SurveyAgain, true), (Verbs.ChooseStrategy, state != Ready), (Verbs.AcceptBackup, state != Ready && f.HasSite), (Verbs.ConfirmLastFetch, f.HasItems), (Verbs.Archive, f.HasItems),
                (Verbs.DecideDatabase, f.HasDatabase), (Verbs.RequestReadAccount, state == Preparing && f.HasDatabase),
                (Verbs.Entrust, state == Preparing && f.HasItems), (Verbs.TakeBack, state == Preparing && f.HasHost), .. state != Surveying ? Receiving(f) : [],
                (Verbs.ApprovePlan, state == Preparing && f is { AllVerified: true, PlanBlocked: false }), (Verbs.Start, state == Ready && !f.CopyBlocked),
                (Verbs.Pause, true), (Verbs.Cancel, true), (Verbs.Decline, true),
            ],
            Copying or CatchingUp =>
                [.. Editing(f), .. Answering(f), (Verbs.RunCheck, true), .. Entrusting(f), .. Receiving(f), (Verbs.DecideDatabase, f.HasDatabase), (Verbs.RequestReadAccount, f.HasDatabase), (Verbs.CutOver, state == CatchingUp && f is { AllSynced: true, SwitchBlocked: false }), (Verbs.ConsentToSwitch, f.AwaitsConsent), (Verbs.ApproveDifferences, f.HasOpenDifferences), (Verbs.Pause, true), (Verbs.Cancel, true)],
            CuttingOver => [(Verbs.Pause, !f.MayHaveSwitched), (Verbs.Cancel, !f.MayHaveSwitched), (Verbs.RollBack, f.MayHaveSwitched)],
            Watching =>
            [
                .. Answering(f), (Verbs.Declare, f.HasParked), (Verbs.Exclude, f.HasItems), (Verbs.Retry, f.HasParked), (Verbs.ExcludeKind, f.HasOpenKind),
                (Verbs.ApproveDifferences, f.HasOpenDifferences), (Verbs.HandOver, f.ReadyToHandOver), (Verbs.Pause, true), (Verbs.RollBack, true),
            ],
            Paused => [(Verbs.Resume, true), (Verbs.Cancel, beforeSwitch), (Verbs.Decline, beforeCopy)],
            NeedsStaff => [(Verbs.Resume, true), .. Editing(f), .. Answering(f), (Verbs.RunCheck, true), .. f.Story is Copying or CatchingUp ? [.. Entrusting(f), .. Receiving(f)] : Array.Empty<(string, bool)>(), (Verbs.DecideDatabase, f.HasDatabase), (Verbs.RequestReadAccount, f.HasDatabase), (Verbs.Cancel, beforeSwitch)],
            RolledBack => [(Verbs.Resume, true), (Verbs.Cancel, true)],
            HandedOver or Completed or RollingBack or Cancelled or Declined => [],
            _ => throw new ArgumentOutOfRangeException(nameof(state), state, null),
        };
        return [.. verbs.Where(v => v.If).Select(v => v.Verb)];
    }

    public static IReadOnlyList<string> Allowed(Migration m) => Allowed(m.State, PermissionFacts.Of(m, m.Turn.Now, m.Turn.Options));

    /// <summary>Null when the command may be carried out; the saga then does it without a further question.</summary>
    public static Refusal? Judge(Migration m, object message)
    {
        if (PersonCommand.Of(message) is not { } command)
            return null;
        if (message is RequestMigration)
            return JudgeRequest(m);
        if (!Allowed(m).Contains(command.Verb))
            return NotNow(m, command.Verb);
        return message switch
        {
            DeclareItem c => JudgeDeclare(m, c),
            ExcludeItem c => Reasoned(c.Reason) ?? JudgeExclude(m, c),
            RetryItem c => JudgeRetry(m, c),
            ExcludeKind c => Reasoned(c.Reason) ?? JudgeExcludeKind(m, c),
            ApproveCutOver c => JudgeWindow(m, c),
            ChooseStrategy c => ArrangementRules.Judge(m, c),
            ConfirmLastFetch c => ArrangementRules.Judge(m, c),
            ArchiveItem c => ArrangementRules.Judge(m, c),
            EntrustItem c => Reasoned(c.Consent) ?? ArrangementRules.Judge(m, c),
            ReportMoved c => ArrangementRules.Judge(m, c),
            TakeBackItem c => Reasoned(c.Reason) ?? ArrangementRules.Judge(m, c),
            RequestArchive c => ArrangementRules.Judge(m, c),
            AcceptBackup c => Reasoned(c.Reason) ?? ArrangementRules.Judge(m, c),
            MapPaths c => ArrangementRules.Judge(m, c),
            AnswerStatistics c => ArrangementRules.Judge(m, c),
            DecideDatabase c => Reasoned(c.Reason) ?? DatabaseRules.Judge(m, c),
            RequestReadAccount c => Reasoned(c.Reason) ?? DatabaseRules.Judge(m, c),
            InviteHost c => Reasoned(c.Checked) ?? ListRules.Judge(m, c),
            RequestExport c => ListRules.Judge(m, c) ?? Reasoned(c.Consent),
            ConsentToExport c => Reasoned(c.Words) ?? ListRules.Judge(m, c),
            AnswerChecklist c => ChecklistRules.Judge(m, c),
            CloseTask c => Reasoned(c.Reason) ?? ChecklistRules.Judge(m, c),
            AssignTask c => ChecklistRules.Judge(m, c),
            SendContactCode c => Members.MigrationStepsContacts.Judge(m, c),
            ConfirmContact c => Members.MigrationStepsContacts.Judge(m, c),
            RunCheck c => MigrationStepsPreflight.Judge(m, c),
            ApproveDifferences { ItemId: { } id } when m.Active.All(i => i.Id != id) => new("not-found", "No such item in this migration."),
            ConsentToSwitch c => Reasoned(c.Consent),
            CancelMigration c => Reasoned(c.Reason),
            DeclineMigration c => Reasoned(c.Reason),
            RollBackMigration c => Reasoned(c.Reason),
            _ => null,
        };
    }

    private static IEnumerable<(string, bool)> Editing(PermissionFacts f) =>
        [(Verbs.Declare, true), (Verbs.Exclude, f.HasItems), (Verbs.Retry, f.HasParked), (Verbs.ExcludeKind, f.HasOpenKind), (Verbs.AnswerStatistics, f.HasSite), (Verbs.MapPaths, f.HasSite), (Verbs.RequestArchive, f.HasSite)];

    private static IEnumerable<(string, bool)> Answering(PermissionFacts f) =>
        [(Verbs.Answer, true), (Verbs.SendContactCode, true), (Verbs.ConfirmContact, true), (Verbs.CloseTask, f.HasTasks), (Verbs.AssignTask, f.HasTasks)];

    private static IEnumerable<(string, bool)> Entrusting(PermissionFacts f) =>
        [(Verbs.ConfirmLastFetch, f.HasItems), (Verbs.Archive, f.HasItems), (Verbs.Entrust, f.HasItems), (Verbs.TakeBack, f.HasHost), (Verbs.ReportMoved, f.HasHost)];

    private static IEnumerable<(string, bool)> Receiving(PermissionFacts f) =>
        [(Verbs.InviteHost, f.HasList), (Verbs.RequestExport, f.HasList), (Verbs.ConsentToExport, f.HasList)];

    private static Refusal? Reasoned(string reason) =>
        reason.Trim().Length >= 10 ? null : new("invalid", "Give a reason of at least 10 characters: it is printed in the dossier.");

    private static Refusal? JudgeRequest(Migration m) =>
        m.CurrentState is not ("" or "Initial") ? new("transition-not-allowed", $"This migration was requested already and is in {m.CurrentState}.")
        : m.Turn.Member is null ? new("not-found", "No such member: register the member first.")
        : m.Turn.OtherOpenMigration != Guid.Empty ? new("transition-not-allowed", $"The member has an open migration already: {m.Turn.OtherOpenMigration}.")
        : null;

    private static Refusal? JudgeDeclare(Migration m, DeclareItem c)
    {
        if (c.Name.Trim().Length is 0 or > 300 || c.Name.Any(char.IsControl))
            return new("invalid", "The name must have 1 to 300 characters, none of them a control character.");
        var known = m.Find(c.Kind, c.Name);
        if (known is null && (c.ItemId == Guid.Empty || m.Items.Any(i => i.Id == c.ItemId)))
            return new("invalid", "The item needs an id of its own.");
        if (m.State == Watching && known is not { IsParked: true })
            return new("transition-not-allowed", "After the cut-over only parked items can be completed.");
        return known is { State: ItemState.Copying } && ((c.Source is not null && c.Source != known.Source) || (c.Target is not null && c.Target != known.Target))
            ? new("transition-not-allowed", "A pass is running: pause, or wait until it has ended, before changing its ends.")
            : null;
    }

    private static Refusal? JudgeExclude(Migration m, ExcludeItem c) =>
        m.Items.SingleOrDefault(i => i.Id == c.ItemId) switch
        {
            null => new("not-found", "No such item in this migration."),
            { State: ItemState.Excluded } => new("invalid", "The item is excluded already."),
            { CutOverAt: not null } => new("transition-not-allowed", "The item was moved already: roll back instead."),
            { IsUnfreezing: true, IsParked: false } => new("transition-not-allowed", "The old list is getting its own rules back: wait until it has them, or until that failed."),
            var item when DomainGates.HoldsDrop(m, item) => DomainGates.NotDropped,
            _ => null,
        };

    private static Refusal? JudgeExcludeKind(Migration m, ExcludeKind c) =>
        m.Survey(c.Kind) is not { Open: true, Outcome: not null } ? new("invalid", $"{c.Kind} was surveyed or is excluded already.")
        : MigrationStepsPrepare.OfExcludedKind(m, c.Kind).FirstOrDefault(i => DomainGates.HoldsDrop(m, i)) is { } held ? DomainGates.NotDropped with { Detail = $"{held.Kind} {held.Id}: {DomainGates.NotDropped.Detail}" }
        : null;

    private static Refusal? JudgeRetry(Migration m, RetryItem c) =>
        m.Items.SingleOrDefault(i => i.Id == c.ItemId) switch
        {
            null => new("not-found", "No such item in this migration."),
            // a site is looked at again while nothing was copied: its program may have made a backup meanwhile
            { IsParked: false } item when item is not { Kind: ItemKind.Site, State: ItemState.Verified, Pass: 0 } => new("invalid", "The item is not parked."),
            { IsOverdueAtHost: true } => new("invalid", "The new host is late: entrust the item again with a later date, or take it back."),
            var item when !m.CanMove(item!.Kind) => new("invalid", $"{item.Kind} is not moved by this system: move it by hand, then exclude it with that as the reason."),
            _ => null,
        };

    private static Refusal? JudgeWindow(Migration m, ApproveCutOver c)
    {
        var (opensAt, closesAt) = MigrationStepsCutOver.WindowOf(m, c);
        if (closesAt <= opensAt || closesAt <= m.Turn.Now)
            return new("invalid", "The window must close after it opens, and in the future.");
        if (m.WindowApproved && m.WindowOpensAt == opensAt && m.WindowClosesAt == closesAt)
            return new("invalid", "This window is approved already.");
        var same = m.Approvals.Where(a => a.WindowRound == m.WindowRound && a.OpensAt == opensAt && a.ClosesAt == closesAt);
        return same.Any(a => a.Actor == c.Actor)
            ? new("four-eyes", "DNS changes with this cut-over: a second person must approve the same window.")
            : null;
    }

    private static Refusal NotNow(Migration m, string verb) => (verb, m.State) switch
    {
        (Verbs.HandOver, Watching) => new("open-points", "Open: " + string.Join(" ", OpenPoints.Of(m, m.Turn.Now, m.Turn.Options))),
        (Verbs.ApprovePlan, Preparing) when m.Active.Any(i => i.AwaitsReadAccount) => new("not-ready", "A second account at the old server is asked for, and not answered yet: " + Names(m.Active.Where(i => i.AwaitsReadAccount))),
        (Verbs.ApprovePlan, Preparing) when m.Active.All(i => i.State == ItemState.Verified) && ListRules.WhyStays(m) is { Length: > 0 } why => new("not-ready", why),
        (Verbs.ApprovePlan, Preparing) => new("not-ready", m.Active.Any() && m.Active.All(i => i.State == ItemState.Verified) ? OpenFor(m, Gate.Plan) : "Not verified at both ends: " + Names(m.Active.Where(i => i.State != ItemState.Verified))),
        (Verbs.Start, Ready) => new("not-ready", OpenFor(m, Gate.Copy)),
        (Verbs.CutOver, CatchingUp) when m.Active.Any() && m.Active.All(m.MaySwitch) => new("not-ready", OpenFor(m, Gate.CutOver)),
        (Verbs.CutOver, CatchingUp) => new("not-ready", ArrangementRules.WhyNoSwitch(m)),
        _ => new("transition-not-allowed", $"'{verb}' is not possible while the migration is in {m.State}."),
    };

    private static string OpenFor(Migration m, Gate gate) => MemberChecklist.Describe(MemberChecklist.Blocks(m, gate));

    internal static string Names(IEnumerable<Item> items)
    {
        var names = items.OrderBy(i => i.Kind).ThenBy(i => i.Name, StringComparer.Ordinal).Select(i => $"{i.Kind} {i.Id}").ToList();
        return names.Count == 0 ? "there is no item." : string.Join(", ", names.Take(10)) + (names.Count > 10 ? $" and {names.Count - 10} more." : ".");
    }
}
