using Cassiopea.Contracts;
using MassTransit;

namespace Cassiopea.Migrations;

/// <summary>What a migration hears: the clock, people, services.</summary>
internal abstract class MigrationEvents : StoryMachine
{
    public Event<WakeUp> WakeUp { get; protected set; } = null!;

    public Event<RequestMigration> RequestMigration { get; protected set; } = null!;
    public Event<DeclareItem> DeclareItem { get; protected set; } = null!;
    public Event<ExcludeItem> ExcludeItem { get; protected set; } = null!;
    public Event<RetryItem> RetryItem { get; protected set; } = null!;
    public Event<ExcludeKind> ExcludeKind { get; protected set; } = null!;
    public Event<SurveyAgain> SurveyAgain { get; protected set; } = null!;
    public Event<ApprovePlan> ApprovePlan { get; protected set; } = null!;
    public Event<StartCopy> StartCopy { get; protected set; } = null!;
    public Event<ApproveCutOver> ApproveCutOver { get; protected set; } = null!;
    public Event<ConsentToSwitch> ConsentToSwitch { get; protected set; } = null!;
    public Event<ApproveDifferences> ApproveDifferences { get; protected set; } = null!;
    public Event<AnswerChecklist> AnswerChecklist { get; protected set; } = null!;
    public Event<CloseTask> CloseTask { get; protected set; } = null!;
    public Event<SendContactCode> SendContactCode { get; protected set; } = null!;
    public Event<ConfirmContact> ConfirmContact { get; protected set; } = null!;
    public Event<RunCheck> RunCheck { get; protected set; } = null!;
    public Event<AssignTask> AssignTask { get; protected set; } = null!;
    public Event<HandOver> HandOver { get; protected set; } = null!;
    public Event<PauseMigration> PauseMigration { get; protected set; } = null!;
    public Event<ResumeMigration> ResumeMigration { get; protected set; } = null!;
    public Event<CancelMigration> CancelMigration { get; protected set; } = null!;
    public Event<DeclineMigration> DeclineMigration { get; protected set; } = null!;
    public Event<RollBackMigration> RollBackMigration { get; protected set; } = null!;
    public Event<ChooseStrategy> ChooseStrategy { get; protected set; } = null!;
    public Event<ConfirmLastFetch> ConfirmLastFetch { get; protected set; } = null!;
    public Event<ArchiveItem> ArchiveItem { get; protected set; } = null!;
    public Event<EntrustItem> EntrustItem { get; protected set; } = null!;
    public Event<ReportMoved> ReportMoved { get; protected set; } = null!;
    public Event<TakeBackItem> TakeBackItem { get; protected set; } = null!;
    public Event<AnswerStatistics> AnswerStatistics { get; protected set; } = null!;
    public Event<MapPaths> MapPaths { get; protected set; } = null!;
    public Event<RequestArchive> RequestArchive { get; protected set; } = null!;
    public Event<AcceptBackup> AcceptBackup { get; protected set; } = null!;
    public Event<InviteHost> InviteHost { get; protected set; } = null!;
    public Event<RequestExport> RequestExport { get; protected set; } = null!;
    public Event<ConsentToExport> ConsentToExport { get; protected set; } = null!;

    public Event<DecideDatabase> DecideDatabase { get; protected set; } = null!;
    public Event<RequestReadAccount> RequestReadAccount { get; protected set; } = null!;

    public Event<InvoicesChecked> InvoicesChecked { get; protected set; } = null!;
    public Event<ServiceSurveyed> ServiceSurveyed { get; protected set; } = null!;
    public Event<ItemSurveyed> ItemSurveyed { get; protected set; } = null!;
    public Event<CredentialArrived> CredentialArrived { get; protected set; } = null!;
    public Event<ItemTransferred> ItemTransferred { get; protected set; } = null!;
    public Event<ItemVerified> ItemVerified { get; protected set; } = null!;
    public Event<ItemArchived> ItemArchived { get; protected set; } = null!;
    public Event<ItemTransferFailed> ItemTransferFailed { get; protected set; } = null!;
    public Event<MailingListFrozen> MailingListFrozen { get; protected set; } = null!;
    public Event<MailingListUnfrozen> MailingListUnfrozen { get; protected set; } = null!;
    public Event<CharsetsRepaired> CharsetsRepaired { get; protected set; } = null!;
    public Event<DatabaseReplaced> DatabaseReplaced { get; protected set; } = null!;
    public Event<ReadAccountAdded> ReadAccountAdded { get; protected set; } = null!;
    public Event<ReadAccountRemoved> ReadAccountRemoved { get; protected set; } = null!;
    public Event<SiteConfigured> SiteConfigured { get; protected set; } = null!;
    public Event<StatisticsSaved> StatisticsSaved { get; protected set; } = null!;
    public Event<TtlLowered> TtlLowered { get; protected set; } = null!;
    public Event<ZonePublished> ZonePublished { get; protected set; } = null!;
    public Event<ZoneCutOver> ZoneCutOver { get; protected set; } = null!;
    public Event<ZoneRolledBack> ZoneRolledBack { get; protected set; } = null!;
    public Event<ZoneRefused> ZoneRefused { get; protected set; } = null!;
    public Event<DomainRightsChanged> DomainRightsChanged { get; protected set; } = null!;
    public Event<TransferCodePrepared> TransferCodePrepared { get; protected set; } = null!;
    public Event<CredentialsErased> CredentialsErased { get; protected set; } = null!;
    public Event<WorkErased> WorkErased { get; protected set; } = null!;
}
