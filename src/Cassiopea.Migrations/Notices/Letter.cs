using System.Globalization;
using System.Reflection;
using Cassiopea.Contracts;
using Cassiopea.Migrations.Members;

namespace Cassiopea.Migrations.Notices;

/// <summary>The texts that members receive: embedded files, first line the subject, in French, Dutch and English.</summary>
internal static class Letter
{
    public const string PaymentReminder = "payment-reminder";
    public const string SurveyDone = "survey-done";
    public const string CutOverPlanned = "cut-over-planned";
    public const string DifferencesFound = "differences-found";
    public const string HandedOver = "handed-over";
    public const string HostMove = "host-move";
    public const string ContactCode = "contact-code";
    public const string StatisticsAsked = "statistics-asked";
    public const string BackupWanted = "backup-wanted";
    public const string StatisticsDelivered = "statistics-delivered";
    public const string ListConsent = "list-consent";

    public static readonly IReadOnlyList<string> Templates = [PaymentReminder, SurveyDone, CutOverPlanned, DifferencesFound, HandedOver, ContactCode, HostMove, StatisticsAsked, StatisticsDelivered, BackupWanted, ListConsent];
    public static readonly IReadOnlyList<string> Languages = ["fr", "nl", "en"];

    private static readonly TimeZoneInfo Brussels = TimeZoneInfo.FindSystemTimeZoneById("Europe/Brussels");

    /// <summary>Records a notice and asks for its sending; once per migration, template, step and number.</summary>
    public static void Send(Migration m, string template, string step = "", Item? item = null, string? recipient = null, string code = "")
    {
        var turn = m.Turn;
        var member = turn.Member ?? throw new InvalidOperationException("A migration without its member.");
        var number = m.Notices.Count(n => n.Template == template && n.Step == step) + 1;
        var language = Languages.Contains(member.Language) ? member.Language : "fr";
        var (subject, body) = Fill(turn.Texts.GetValueOrDefault((template, language)) ?? Read(template, language), Values(m, member, number, item, code));
        var id = Notice.IdOf(m.CorrelationId, template, step, number);
        var sendable = turn.Options.Smtp.Configured;
        m.Notices.Add(new Notice
        {
            Id = id,
            MigrationId = m.CorrelationId,
            MemberId = m.MemberId,
            Template = template,
            Step = step,
            Number = number,
            Language = member.Language,
            Recipient = recipient ?? member.ContactEmail,
            Subject = subject,
            Body = body,
            MessageId = $"<{id:N}.{template}.{number.ToString(CultureInfo.InvariantCulture)}@{turn.Options.Smtp.From.Split('@')[^1]}>",
            State = sendable ? NoticeState.Queued : NoticeState.NotConfigured,
            CreatedAt = turn.Now,
        });
        if (sendable)
            turn.Send(new SendNotice(id, 1));
        else
            turn.Explain($"Notice '{template}' is recorded but not sent: no mail relay is configured (Migrations:Smtp:Host).");
    }

    public static (string Subject, string Body) Write(string template, string language, IReadOnlyDictionary<string, string> values) => Fill(Read(template, language), values);

    private static (string Subject, string Body) Fill(string text, IReadOnlyDictionary<string, string> values)
    {
        foreach (var (name, value) in values)
            text = text.Replace("{" + name + "}", value, StringComparison.Ordinal);
        var end = text.IndexOf('\n', StringComparison.Ordinal);
        return (text[..end].Trim(), text[end..].Trim() + "\n");
    }

    /// <summary>The text as it stands in the file.</summary>
    public static string Read(string template, string language)
    {
        var name = $"Cassiopea.Migrations.Notices.Templates.{template}.{(Languages.Contains(language) ? language : "fr")}.txt";
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name) ?? throw new InvalidOperationException($"No text {name}.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }

    private static Dictionary<string, string> Values(Migration m, Member member, int number, Item? item, string code)
    {
        var culture = CultureInfo.GetCultureInfo(member.Language switch { "nl" => "nl-BE", "en" => "en-GB", _ => "fr-BE" });
        string When(DateTimeOffset? at) => at is { } t ? TimeZoneInfo.ConvertTime(t, Brussels).ToString("f", culture) : "";
        static string Month(string? month, CultureInfo culture) =>
            DateTime.TryParseExact(month, "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day.ToString("Y", culture) : "—";
        var options = m.Turn.Options;
        return new(StringComparer.Ordinal)
        {
            ["name"] = member.Name,
            ["reference"] = member.Reference,
            ["code"] = code,
            ["amount"] = (m.OpenCents / 100m).ToString("N2", culture),
            ["number"] = number.ToString(culture),
            ["items"] = m.Active.Count().ToString(culture),
            ["missing"] = m.Active.Count(i => i.State == ItemState.CredentialsNeeded).ToString(culture),
            ["differences"] = m.Active.Sum(i => i.Exceptions.Count).ToString(culture),
            ["opens"] = When(m.WindowOpensAt),
            ["closes"] = When(m.WindowClosesAt),
            ["tacit"] = When(m.Turn.Now + options.TacitApproval),
            ["retention"] = When(m.Turn.Now + options.Retention),
            ["mail"] = MailWords.Survey(m, member.Language),
            ["switch"] = MailWords.Switch(m, member.Language),
            ["host"] = item?.Host?.Host ?? item?.Receiving?.Host ?? "",
            ["parts"] = item?.Receiving?.Request is { } request ? ListWords.Parts(request.Scope, member.Language) : "",
            ["undertaking"] = item?.Receiving?.Request?.Consent ?? "",
            ["item"] = item?.Name ?? "",
            ["due"] = When(item?.Host?.DueAt),
            ["sites"] = string.Join(", ", m.Active.Where(i => i.Kind == ItemKind.Site).Select(i => i.Name).Order(StringComparer.Ordinal)),
            ["from"] = Month(item?.Statistics?.Saved?.From, culture),
            ["to"] = Month(item?.Statistics?.Saved?.To, culture),
        };
    }
}
