using MassTransit;
using static Cassiopea.Migrations.Checklist.MigrationStepsChecklist;
using static Cassiopea.Migrations.MigrationSteps;
using static Cassiopea.Migrations.MigrationStepsArrange;
using static Cassiopea.Migrations.MigrationStepsCopy;
using static Cassiopea.Migrations.MigrationStepsCutOver;
using static Cassiopea.Migrations.MigrationStepsDatabases;
using static Cassiopea.Migrations.MigrationStepsHandOver;
using static Cassiopea.Migrations.MigrationStepsLists;
using static Cassiopea.Migrations.MigrationStepsPrepare;
using static Cassiopea.Migrations.MigrationStepsSites;
using S = Cassiopea.Contracts.MigrationState;

namespace Cassiopea.Migrations;

/// <summary>
/// The story of a migration, on one page. Read it by state: what people may do there, and where it goes by itself.
/// <para>
/// Each message is one turn (<see cref="TurnKeeper"/>). Commands of people are judged before the turn (<see cref="Permissions"/>): <c>May(X)</c> runs
/// when X is permitted, else nothing runs and the answer is a refusal. Answers of services are noted as facts wherever the story stands, so they may
/// come twice, late or in any order. Then <see cref="StoryMachine.Onward"/> is raised until nothing moves any more: each state says where the facts lead
/// (the first way that is open is taken) and what is to do while it stays. The clock (<see cref="WakeUp"/>) only raises Onward.
/// </para>
/// </summary>
internal sealed class MigrationStateMachine : MigrationEvents
{
    public MigrationStateMachine(TurnKeeper turns)
    {
        Correlate();
        ConnectEventObserver(turns.Around(this));

        Initially(
            May(RequestMigration).Then(Open).TransitionTo(Requested),
            When(RequestMigration, Refused).Finalize());
        SetCompletedWhenFinalized();

        // ---- facts, wherever the story stands

        State[] open = [Requested, AwaitingPayment, Surveying, Preparing, Ready, Copying, CatchingUp, CuttingOver, Watching, Paused, NeedsStaff, RollingBack, RolledBack];
        State[] over = [HandedOver, Completed, Cancelled, Declined];
        During(open,
            When(InvoicesChecked).Then(NoteInvoices),
            When(ServiceSurveyed).Then(NoteService),
            When(ItemSurveyed).Then(NoteSurvey),
            When(CredentialArrived).Then(NoteCredential),
            When(ItemTransferred).Then(NoteTransferred),
            When(ItemVerified).Then(NoteVerified),
            When(ItemArchived).Then(NoteArchived),
            When(ItemTransferFailed).Then(NoteFailed),
            When(MailingListFrozen).Then(NoteFrozen), When(MailingListUnfrozen).Then(NoteUnfrozen),
            When(SiteConfigured).Then(NoteConfigured), When(StatisticsSaved).Then(MigrationStepsStatistics.Note),
            When(CharsetsRepaired).Then(NoteRepaired), When(DatabaseReplaced).Then(NoteReplaced), When(ReadAccountAdded).Then(NoteReadAccount), When(ReadAccountRemoved).Then(NoteNoReadAccount),
            When(TtlLowered).Then(NoteTtl),
            When(ZonePublished).Then(NotePublished),
            When(ZoneCutOver).Then(NoteSwitched),
            When(ZoneRolledBack).Then(NoteTurnedBack),
            When(ZoneRefused).Then(NoteZoneRefused),
            When(DomainRightsChanged).Then(NoteRights), When(TransferCodePrepared).Then(GrantTransferCode),
            Ignore(CredentialsErased), Ignore(WorkErased));
        During(over,
            Ignore(InvoicesChecked), Ignore(ServiceSurveyed), Ignore(ItemSurveyed), Ignore(CredentialArrived), Ignore(ItemTransferred), Ignore(ItemVerified),
            Ignore(MailingListFrozen), Ignore(MailingListUnfrozen), Ignore(SiteConfigured), Ignore(StatisticsSaved), Ignore(CharsetsRepaired), Ignore(DatabaseReplaced), Ignore(ReadAccountAdded), Ignore(TtlLowered), Ignore(ZonePublished), Ignore(ZoneCutOver), Ignore(ZoneRolledBack), Ignore(ZoneRefused),
            Ignore(DomainRightsChanged), Ignore(TransferCodePrepared));
        During([HandedOver, Cancelled, Completed], Ignore(ItemArchived), Ignore(ItemTransferFailed));
        During(Declined, When(ItemArchived).Then(NoteArchived), When(ItemTransferFailed).Then(NoteFailed));
        During([HandedOver, Cancelled, Declined], When(CredentialsErased).Then(KeepReceipt));
        During(over, When(WorkErased).Then(KeepWorkReceipt));
        During(over, When(ReadAccountRemoved).Then(NoteNoReadAccount));
        During(Completed, Ignore(CredentialsErased), Ignore(WakeUp));
        During([.. open, HandedOver, Cancelled, Declined], When(WakeUp).Then(_ => { }));

        // ---- what people edit while nothing was switched

        During([AwaitingPayment, Surveying, Preparing, Copying, CatchingUp, NeedsStaff, Watching],
            May(DeclareItem).Then(Declare), May(ExcludeItem).Then(Exclude), May(RetryItem).Then(Retry), May(ExcludeKind).Then(ExcludeKindFromMove));
        During([AwaitingPayment, Surveying, Preparing, Ready, Copying, CatchingUp, Watching, NeedsStaff],
            May(AnswerChecklist).Then(Answer), May(AssignTask).Then(Assign),
            May(SendContactCode).Then(Members.MigrationStepsContacts.Send), May(ConfirmContact).Then(Members.MigrationStepsContacts.Confirm));
        During([Surveying, Ready, Copying, CatchingUp, Watching, NeedsStaff], May(CloseTask).Then(Close));
        During([AwaitingPayment, Preparing], May(CloseTask).Then(Close).If(CalledWithoutAnswer, c => c.Then(DeclineUnanswered).TransitionTo(Declined)));
        During([AwaitingPayment, Surveying, Preparing, Copying, CatchingUp, NeedsStaff], May(RunCheck).Then(Checklist.MigrationStepsPreflight.Run));
        During([AwaitingPayment, Surveying, Preparing], May(SurveyAgain).Then(AskServicesAgain));
        During([AwaitingPayment, Surveying, Preparing], May(ChooseStrategy).Then(Choose));
        During([AwaitingPayment, Surveying, Preparing, Ready, Copying, CatchingUp, NeedsStaff], May(ConfirmLastFetch).Then(ConfirmFetch), May(ArchiveItem).Then(ArchiveNow));
        During([AwaitingPayment, Surveying, Preparing, Ready, Copying, CatchingUp, NeedsStaff], May(AnswerStatistics).Then(MigrationStepsStatistics.Answer), May(MapPaths).Then(Map), May(RequestArchive).Then(AskArchive));
        During([AwaitingPayment, Surveying, Preparing], May(AcceptBackup).Then(AcceptOwnBackup));
        During([Preparing, Copying, CatchingUp, NeedsStaff], May(EntrustItem).Then(Entrust), May(TakeBackItem).Then(TakeBack));
        During([Surveying, Preparing, Copying, CatchingUp, NeedsStaff], May(DecideDatabase).Then(Decide));
        During([Preparing, Copying, CatchingUp, NeedsStaff], May(RequestReadAccount).Then(AskReadAccount));
        During([Copying, CatchingUp, NeedsStaff], May(ReportMoved).Then(NoteMoved));
        During([Copying, CatchingUp], May(ConsentToSwitch).Then(Consent));
        During([Preparing, Ready, Copying, CatchingUp, NeedsStaff],
            May(InviteHost).Then(Invite), May(RequestExport).Then(NoteRequest), May(ConsentToExport).Then(NoteConsent));
        During([Copying, CatchingUp, Watching], May(ApproveDifferences).Then(MigrationStepsHandOver.ApproveDifferences));
        During([AwaitingPayment, Surveying, Preparing, Ready, Copying, CatchingUp, CuttingOver, Watching], May(PauseMigration).Then(Pause).TransitionTo(Paused));
        During([Requested, Surveying, Preparing, Ready, Copying], May(CancelMigration).Then(Cancel).TransitionTo(Cancelled));
        During([AwaitingPayment, CatchingUp, CuttingOver, Paused, NeedsStaff, RolledBack],
            May(CancelMigration).IfElse(ListsMayBeFrozen, closed => closed.Then(CancelLater).TransitionTo(Paused), open => open.Then(Cancel).TransitionTo(Cancelled)));
        During([AwaitingPayment, Surveying, Preparing, Ready, Paused], May(DeclineMigration).Then(Decline).TransitionTo(Declined));

        // ---- the story

        During(Requested,
            Goes(To(Surveying, GateOpen), To(AwaitingPayment, GateShut)));

        During(AwaitingPayment,
            Goes(WaitForPayment,
                To(Surveying, GateOpen),
                To(Surveying, c => GateReopensTo(c, S.Surveying), ForgetGate), To(Preparing, c => GateReopensTo(c, S.Preparing), ForgetGate),
                To(Ready, c => GateReopensTo(c, S.Ready), ForgetGate), To(Copying, c => GateReopensTo(c, S.Copying), ForgetGate),
                To(CatchingUp, c => GateReopensTo(c, S.CatchingUp), ForgetGate)));

        During(Surveying,
            Goes(AskServices, To(AwaitingPayment, DuesReopened, RememberGate), To(Preparing, AllAnswered), To(Preparing, AnswersOverdue, GiveUpWaiting)));

        During(Preparing,
            May(ApprovePlan).Then(FreezePlan).TransitionTo(Ready),
            Goes(Prepare, To(AwaitingPayment, DuesReopened, RememberGate)));

        During(Ready,
            May(StartCopy).TransitionTo(Copying),
            May(DeclareItem).Then(Declare).Then(DropPlan).TransitionTo(Preparing),
            May(ExcludeItem).Then(Exclude).Then(DropPlan).TransitionTo(Preparing),
            May(ExcludeKind).Then(ExcludeKindFromMove).Then(DropPlan).TransitionTo(Preparing),
            May(RetryItem).Then(Retry).Then(DropPlan).TransitionTo(Preparing),
            May(DecideDatabase).Then(Decide).Then(DropPlan).TransitionTo(Preparing),
            May(SurveyAgain).Then(AskServicesAgain).Then(DropPlan).TransitionTo(Preparing),
            Goes(To(AwaitingPayment, DuesReopened, RememberGate), To(Preparing, PlanBroken, DropPlan)));

        During(Copying,
            Goes(Copy, To(AwaitingPayment, DuesReopened, RememberGate), To(CatchingUp, FirstCopyDone), To(NeedsStaff, NothingAdvances, HoldForStaff)));

        During(CatchingUp,
            May(ApproveCutOver).Then(ApproveWindow),
            Goes(CatchUp, To(AwaitingPayment, DuesReopened, RememberGate), To(CuttingOver, WindowIsOpen), To(NeedsStaff, NothingAdvances, HoldForStaff)));

        During(CuttingOver,
            May(RollBackMigration).Then(StartRollBack).TransitionTo(RollingBack),
            Goes(Switch,
                To(CatchingUp, FailedBeforeSwitch, ReleaseWindow), To(RollingBack, FailedAfterSwitch, StartRollBack),
                To(Watching, Switched, StartWatching), To(CatchingUp, WindowIsOver, ReleaseWindow)));

        During(Watching,
            May(HandOver).Then(CloseItems).Then(DeliverDossier).TransitionTo(HandedOver),
            May(RollBackMigration).Then(StartRollBack).TransitionTo(RollingBack),
            Goes(CollectStragglers));

        During(HandedOver, Goes(AskErasureAgain, To(Completed, RetentionIsOver, Complete)));
        During(Declined, Goes(ArchiveOnly));
        During(Cancelled, Goes(AskErasureAgain));

        // ---- aside

        During(RollingBack, Goes(RollBack, To(RolledBack, TurnedBack, BackAsBefore), To(NeedsStaff, RollBackRefused, HoldRollBack)));
        During(RolledBack, May(ResumeMigration).TransitionTo(CatchingUp), Goes());
        During(Paused,
            Goes(To(Cancelled, CancelMayEnd, EndCancelled)),
            Return(May(ResumeMigration), [AwaitingPayment, Surveying, Preparing, Ready, Copying, CatchingUp, CuttingOver, Watching]));
        During(NeedsStaff,
            Goes(To(Copying, c => HeldFrom(c, S.Copying) && SomethingAdvances(c), GoOn), To(CatchingUp, c => HeldFrom(c, S.CatchingUp) && SomethingAdvances(c), GoOn)),
            Return(May(ResumeMigration).Then(TryParkedAgain), [Copying, CatchingUp, RollingBack]));
        During(Completed, Ignore(Onward));

        RefuseEverywhereElse();
    }

    public State Requested { get; private set; } = null!;
    public State AwaitingPayment { get; private set; } = null!;
    public State Surveying { get; private set; } = null!;
    public State Preparing { get; private set; } = null!;
    public State Ready { get; private set; } = null!;
    public State Copying { get; private set; } = null!;
    public State CatchingUp { get; private set; } = null!;
    public State CuttingOver { get; private set; } = null!;
    public State Watching { get; private set; } = null!;
    public State HandedOver { get; private set; } = null!;
    public State Completed { get; private set; } = null!;
    public State Paused { get; private set; } = null!;
    public State NeedsStaff { get; private set; } = null!;
    public State RollingBack { get; private set; } = null!;
    public State RolledBack { get; private set; } = null!;
    public State Cancelled { get; private set; } = null!;
    public State Declined { get; private set; } = null!;
}
