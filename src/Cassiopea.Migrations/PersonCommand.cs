using Cassiopea.Contracts;

namespace Cassiopea.Migrations;

/// <summary>What all commands from people have in common.</summary>
/// <param name="Verb">As the API, the console and <c>MigrationAdvanced.Allowed</c> call it.</param>
/// <param name="OperationId">The operation that the answer ends.</param>
/// <param name="Actor">Who.</param>
/// <param name="Reason">Why; empty when the command takes none.</param>
internal sealed record PersonCommand(string Verb, Guid OperationId, string Actor, string Reason)
{
    /// <summary>Null when the message does not come from a person.</summary>
    public static PersonCommand? Of(object message) => message switch
    {
        RequestMigration c => new("request", c.OperationId, c.Actor, ""),
        DeclareItem c => new(Verbs.Declare, c.OperationId, c.Actor, ""),
        ExcludeItem c => new(Verbs.Exclude, c.OperationId, c.Actor, c.Reason),
        RetryItem c => new(Verbs.Retry, c.OperationId, c.Actor, ""),
        ExcludeKind c => new(Verbs.ExcludeKind, c.OperationId, c.Actor, c.Reason),
        SurveyAgain c => new(Verbs.SurveyAgain, c.OperationId, c.Actor, ""),
        ApprovePlan c => new(Verbs.ApprovePlan, c.OperationId, c.Actor, ""),
        StartCopy c => new(Verbs.Start, c.OperationId, c.Actor, ""),
        ApproveCutOver c => new(Verbs.CutOver, c.OperationId, c.Actor, ""),
        ConsentToSwitch c => new(Verbs.ConsentToSwitch, c.OperationId, c.Actor, c.Consent),
        ApproveDifferences c => new(Verbs.ApproveDifferences, c.OperationId, c.Actor, c.Reason),
        HandOver c => new(Verbs.HandOver, c.OperationId, c.Actor, ""),
        PauseMigration c => new(Verbs.Pause, c.OperationId, c.Actor, c.Reason),
        ResumeMigration c => new(Verbs.Resume, c.OperationId, c.Actor, ""),
        CancelMigration c => new(Verbs.Cancel, c.OperationId, c.Actor, c.Reason),
        DeclineMigration c => new(Verbs.Decline, c.OperationId, c.Actor, c.Reason),
        RollBackMigration c => new(Verbs.RollBack, c.OperationId, c.Actor, c.Reason),
        ChooseStrategy c => new(Verbs.ChooseStrategy, c.OperationId, c.Actor, ""),
        ConfirmLastFetch c => new(Verbs.ConfirmLastFetch, c.OperationId, c.Actor, ""),
        ArchiveItem c => new(Verbs.Archive, c.OperationId, c.Actor, ""),
        EntrustItem c => new(Verbs.Entrust, c.OperationId, c.Actor, c.Consent),
        ReportMoved c => new(Verbs.ReportMoved, c.OperationId, c.Actor, c.Note),
        TakeBackItem c => new(Verbs.TakeBack, c.OperationId, c.Actor, c.Reason),
        RequestArchive c => new(Verbs.RequestArchive, c.OperationId, c.Actor, ""),
        AcceptBackup c => new(Verbs.AcceptBackup, c.OperationId, c.Actor, c.Reason),
        MapPaths c => new(Verbs.MapPaths, c.OperationId, c.Actor, ""),
        AnswerStatistics c => new(Verbs.AnswerStatistics, c.OperationId, c.Actor, ""),
        DecideDatabase c => new(Verbs.DecideDatabase, c.OperationId, c.Actor, c.Reason),
        RequestReadAccount c => new(Verbs.RequestReadAccount, c.OperationId, c.Actor, c.Reason),
        InviteHost c => new(Verbs.InviteHost, c.OperationId, c.Actor, c.Checked),
        RequestExport c => new(Verbs.RequestExport, c.OperationId, c.Actor, c.Consent),
        ConsentToExport c => new(Verbs.ConsentToExport, c.OperationId, c.Actor, c.Words),
        AnswerChecklist c => new(Verbs.Answer, c.OperationId, c.Actor, ""),
        CloseTask c => new(Verbs.CloseTask, c.OperationId, c.Actor, c.Reason),
        SendContactCode c => new(Verbs.SendContactCode, c.OperationId, c.Actor, ""),
        ConfirmContact c => new(Verbs.ConfirmContact, c.OperationId, c.Actor, c.Reason),
        RunCheck c => new(Verbs.RunCheck, c.OperationId, c.Actor, ""),
        AssignTask c => new(Verbs.AssignTask, c.OperationId, c.Actor, ""),
        _ => null,
    };
}

/// <summary>The verbs of people.</summary>
internal static class Verbs
{
    public const string Declare = "declare-item";
    public const string Exclude = "exclude";
    public const string Retry = "retry";
    public const string ExcludeKind = "exclude-kind";
    public const string SurveyAgain = "survey-again";
    public const string ApprovePlan = "approve-plan";
    public const string Start = "start";
    public const string CutOver = "cutover";
    public const string ConsentToSwitch = "consent-to-switch";
    public const string ApproveDifferences = "approve-differences";
    public const string HandOver = "hand-over";
    public const string Pause = "pause";
    public const string Resume = "resume";
    public const string Cancel = "cancel";
    public const string Decline = "decline";
    public const string RollBack = "rollback";
    public const string ChooseStrategy = "choose-strategy";
    public const string ConfirmLastFetch = "confirm-last-fetch";
    public const string Archive = "archive-item";
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
    public const string Answer = "answer";
    public const string CloseTask = "close-task";
    public const string AssignTask = "assign-task";
    public const string RunCheck = "run-check";
    public const string SendContactCode = "send-contact-code";
    public const string ConfirmContact = "confirm-contact";
}
