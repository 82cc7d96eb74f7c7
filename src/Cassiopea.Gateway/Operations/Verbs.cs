namespace Cassiopea.Gateway.Operations;

/// <summary>Names of what people ask for; the migration's verbs are those of <c>MigrationAdvanced.Allowed</c>.</summary>
internal static class Verbs
{
    public const string Register = "register-member";
    public const string ImportMembers = "import-members";
    public const string ImportInvoices = "import-invoices";
    public const string Payment = "record-payment";
    public const string ImportPayments = "import-payments";
    public const string Contest = "contest-invoices";
    public const string AnswerContest = "answer-contest";
    public const string Recheck = "recheck-invoices";
    public const string EditText = "edit-text";
    public const string Archive = "archive-item";
    public const string Waive = "waive-invoices";
    public const string Arrangement = "record-arrangement";
    public const string Request = "request";
    public const string Declare = "declare-item";
    public const string ApprovePlan = "approve-plan";
    public const string Start = "start";
    public const string CutOver = "cutover";
    public const string ApproveDifferences = "approve-differences";
    public const string HandOver = "hand-over";
    public const string Pause = "pause";
    public const string Resume = "resume";
    public const string Cancel = "cancel";
    public const string Decline = "decline";
    public const string RollBack = "rollback";
    public const string ExcludeKind = "exclude-kind";
    public const string SurveyAgain = "survey-again";
    public const string Retry = "retry";
    public const string Exclude = "exclude";
    public const string ChooseStrategy = "choose-strategy";
    public const string ConfirmLastFetch = "confirm-last-fetch";
    public const string Entrust = "entrust";
    public const string ReportMoved = "report-moved";
    public const string TakeBack = "take-back";
    public const string RequestArchive = "request-archive";
    public const string AcceptBackup = "accept-backup";
    public const string MapPaths = "map-paths";
    public const string AnswerStatistics = "answer-statistics";
    public const string DecideDatabase = "decide-database";
    public const string RequestReadAccount = "request-read-account";
    public const string InviteHost = "invite-host";
    public const string RequestExport = "request-export";
    public const string ConsentToExport = "consent-to-export";
    public const string MakeArchiveLink = "make-archive-link";
    public const string MakeHostLink = "make-host-link";
    public const string UseLink = "use-link";
    public const string RecordRung = "record-rung";
    public const string ConsentToSwitch = "consent-to-switch";
    public const string PrepareTransfer = "prepare-transfer";
    public const string MakeTransferLink = "make-transfer-link";
    public const string SeeHint = "see-recovery-hint";
    public const string MakeKey = "make-key";
    public const string RevokeKey = "revoke-key";
    public const string StoreCredential = "store-credential";
}
