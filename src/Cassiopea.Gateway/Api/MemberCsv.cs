using System.Globalization;
using System.Text;

namespace Cassiopea.Gateway.Api;

/// <summary>Members from a CSV file: columns reference, name, language, contactEmail in any order; separator <c>;</c>, <c>,</c> or tab; quotes as in RFC 4180.</summary>
internal static class MemberCsv
{
    static readonly string[] Columns = ["reference", "name", "language", "contactEmail"];

    public static (IReadOnlyList<MemberBody> Members, IReadOnlyDictionary<string, string[]> Errors) Read(byte[] content)
    {
        if (Text(content) is not { } text)
            return ([], Error("file", "must be UTF-8"));

        var rows = Split(text);
        if (rows.Count == 0)
            return ([], Error("file", "is empty"));
        var at = Columns.Select(column => Array.FindIndex(rows[0].Fields, field => field.Trim().Equals(column, StringComparison.OrdinalIgnoreCase))).ToArray();
        if (at.Contains(-1))
            return ([], Error("line 1", $"must name the columns {string.Join(", ", Columns)}"));

        var members = new List<MemberBody>();
        var errors = new Dictionary<string, string[]>(StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (line, fields) in rows.Skip(1))
        {
            string Field(int column) => at[column] < fields.Length ? fields[at[column]].Trim() : "";
            var member = new MemberBody(Field(0), Field(1), Field(2).ToLowerInvariant(), Field(3));
            var check = member.Check().That(seen.Add(Field(0)), "reference", "is in the file twice");
            if (!check.IsFine)
                errors[string.Create(CultureInfo.InvariantCulture, $"line {line}")] = [.. check.Errors.SelectMany(e => e.Value.Select(problem => $"{e.Key} {problem}"))];
            members.Add(member);
        }
        return members.Count == 0 && errors.Count == 0 ? ([], Error("file", "has no line after the header")) : (members, errors);
    }

    static Dictionary<string, string[]> Error(string where, string what) => new() { [where] = [what] };

    /// <summary>Null when it is not UTF-8.</summary>
    internal static string? Text(byte[] content)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(content).TrimStart('\uFEFF');
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    internal static List<(int Line, string[] Fields)> Split(string text)
    {
        var header = text.Split('\n', 2)[0];
        var separator = header.Contains(';', StringComparison.Ordinal) ? ';' : header.Contains('\t', StringComparison.Ordinal) ? '\t' : ',';
        var rows = new List<(int, string[])>();
        var fields = new List<string>();
        var field = new StringBuilder();
        var (quoted, line, start) = (false, 1, 1);
        for (var i = 0; i <= text.Length; i++)
        {
            var end = i == text.Length;
            var c = end ? '\n' : text[i];
            if (c == '\n' && !end)
                line++;
            if (quoted && !end)
            {
                if (c != '"')
                    field.Append(c);
                else if (i + 1 < text.Length && text[i + 1] == '"')
                    field.Append(text[i++]);
                else
                    quoted = false;
            }
            else if (c == '"' && field.Length == 0)
            {
                quoted = true;
            }
            else if (c == separator || c == '\n')
            {
                fields.Add(field.ToString());
                field.Clear();
                if (c == separator)
                    continue;
                if (fields.Count > 1 || fields[0].Trim().Length > 0)
                    rows.Add((start, [.. fields]));
                fields.Clear();
                start = line;
            }
            else if (c != '\r')
            {
                field.Append(c);
            }
        }
        return rows;
    }
}
