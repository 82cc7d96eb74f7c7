using Cassiopea.Checklist;
using Cassiopea.Contracts;
using Cassiopea.Migrations.Checklist;

namespace Cassiopea.Migrations.Notices;

/// <summary>When a member is told and told again: first at once, then at most once per interval, then staff are asked to call.</summary>
internal static class Reminders
{
    /// <summary>Template of the reminder while the member is the one to act; null when nobody is reminded.</summary>
    public static string? Wanted(Migration m) => m.State switch
    {
        MigrationState.AwaitingPayment when m.InvoicesDue && m.InvoicesContested.Length == 0 => Letter.PaymentReminder,
        MigrationState.Preparing when m.Active.Any(i => i.State == ItemState.CredentialsNeeded) || HasOpenQuestions(m) => Letter.SurveyDone,
        _ => null,
    };

    public static DateTimeOffset? NextAt(Migration m, MigrationsOptions options) =>
        Wanted(m) is { } template && Sent(m, template) < options.RemindersAtMost ? LastAt(m, template) + options.ReminderInterval : null;

    public static bool Exhausted(Migration m, MigrationsOptions options) => Wanted(m) is { } template && Sent(m, template) >= options.RemindersAtMost;

    /// <summary>Sends what is due now.</summary>
    public static void Send(Migration m)
    {
        if (Wanted(m) is not { } template)
            return;
        if (m.RemindedFor != template)
            (m.RemindedFor, m.Reminders) = (template, 0);
        if (m.Reminders >= m.Turn.Options.RemindersAtMost || LastAt(m, template) + m.Turn.Options.ReminderInterval > m.Turn.Now)
            return;
        m.Reminders++;
        Letter.Send(m, template);
    }

    /// <summary>A new round begins: the count starts again, the interval since the last text still holds.</summary>
    public static void StartRound(Migration m) => (m.RemindedFor, m.Reminders) = ("", 0);

    private static bool HasOpenQuestions(Migration m) => MemberChecklist.Blocks(m, Gate.Plan).Any(b => b is { Why: "unanswered", By: Waiting.Member });

    private static int Sent(Migration m, string template) => m.RemindedFor == template ? m.Reminders : 0;

    private static DateTimeOffset? LastAt(Migration m, string template) =>
        m.Notices.Where(n => n.Template == template).Select(n => (DateTimeOffset?)n.CreatedAt).DefaultIfEmpty(null).Max();
}
