using System.Text.RegularExpressions;

namespace Cassiopea.Migrations.Notices.Texts;

/// <summary>What a text must be so that every member's letter can be made from it.</summary>
internal static partial class LetterRules
{
    private const int Longest = 10_000;
    private const int LongestSubject = 200;

    /// <summary>What may stand in braces: what the programme's own texts use in any language.</summary>
    public static IReadOnlyList<string> Fields(string template) =>
        [.. Letter.Languages.SelectMany(language => FieldsIn(Letter.Read(template, language))).Concat(Always).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>Null when the text can be used, else what is wrong and what to do.</summary>
    public static string? Problem(string template, string text)
    {
        var subject = text.Split('\n', 2)[0].Trim();
        var body = text.Contains('\n', StringComparison.Ordinal) ? text[text.IndexOf('\n', StringComparison.Ordinal)..].Trim() : "";
        var unknown = FieldsIn(text).Except(Fields(template)).Order(StringComparer.Ordinal).ToList();
        return text.Length > Longest ? $"At most {Longest} characters."
            : subject.Length is 0 or > LongestSubject || body.Length == 0 ? $"The first line is the subject, of 1 to {LongestSubject} characters; the letter follows it."
            : text.Any(c => char.IsControl(c) && c is not '\n') ? "The text holds a control character: remove it."
            : unknown.Count > 0 ? $"Nothing is known that could stand for {string.Join(", ", unknown.Select(field => "{" + field + "}"))}; known are {string.Join(", ", Fields(template).Select(field => "{" + field + "}"))}."
            : template == Letter.PaymentReminder && !FieldsIn(text).Contains("amount") ? "A reminder must tell the amount: {amount}."
            : template == Letter.ContactCode && !FieldsIn(text).Contains("code") ? "A letter that verifies a contact must tell the code: {code}."
            : null;
    }

    private static readonly string[] Always = ["name", "reference", "number"];

    private static IEnumerable<string> FieldsIn(string text) => Braces().Matches(text).Select(match => match.Groups["field"].Value);

    [GeneratedRegex(@"\{(?<field>[^{}\n]*)\}", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Braces();
}
