using System.Text;

namespace Cassiopea.Billing.ImportInvoices;

/// <summary>One record of a CSV file (RFC 4180 §2, with any separator and any line end).</summary>
/// <param name="Line">The line on which the record begins, from 1.</param>
/// <param name="Fields">Its fields, trimmed.</param>
/// <param name="Problem">What is wrong with the record's quotes and what to do; empty when nothing is.</param>
internal sealed record CsvRow(int Line, IReadOnlyList<string> Fields, string Problem)
{
    private const int MaxFieldLength = 4096;

    /// <summary>True when every field is blank.</summary>
    public bool IsBlank => Fields.All(string.IsNullOrEmpty);

    /// <summary>Splits text into records; an unclosed quote ends with the text and is a problem of its record.</summary>
    public static IEnumerable<CsvRow> Split(string text, char separator)
    {
        var at = 0;
        var line = 1;
        while (at < text.Length)
        {
            var begun = line;
            List<string> fields = [];
            var problem = "";
            bool more;
            do
            {
                fields.Add(Field(text, separator, ref at, ref line, ref problem));
                more = at < text.Length && text[at] == separator;
                if (more) at++;
            }
            while (more);
            SkipLineEnd(text, ref at, ref line);
            yield return new CsvRow(begun, fields, problem);
        }
    }

    private static string Field(string text, char separator, ref int at, ref int line, ref string problem)
    {
        while (at < text.Length && text[at] == ' ') at++;
        var field = at < text.Length && text[at] == '"' ? Quoted(text, separator, ref at, ref line, ref problem) : Bare(text, separator, ref at);
        if (field.Length > MaxFieldLength)
        {
            problem = $"A field is longer than {MaxFieldLength} characters: a quotation mark is probably missing.";
            return "";
        }

        return field.Trim();
    }

    private static string Bare(string text, char separator, ref int at)
    {
        var begin = at;
        while (at < text.Length && text[at] != separator && text[at] is not ('\r' or '\n')) at++;
        return text[begin..at];
    }

    private static string Quoted(string text, char separator, ref int at, ref int line, ref string problem)
    {
        var value = new StringBuilder();
        at++;
        while (true)
        {
            if (at >= text.Length)
            {
                problem = "A quotation mark is opened here and never closed: close it, or double it inside a quoted field.";
                return value.ToString();
            }

            var c = text[at++];
            if (c == '\n' || (c == '\r' && (at >= text.Length || text[at] != '\n'))) line++;
            if (c != '"') value.Append(c);
            else if (at < text.Length && text[at] == '"') value.Append(text[at++]);
            else break;
        }

        if (Bare(text, separator, ref at).Trim().Length > 0)
            problem = "Text follows a closing quotation mark: double the marks inside a quoted field.";
        return value.ToString();
    }

    private static void SkipLineEnd(string text, ref int at, ref int line)
    {
        if (at >= text.Length) return;
        if (text[at] == '\r' && at + 1 < text.Length && text[at + 1] == '\n') at++;
        at++;
        line++;
    }
}
