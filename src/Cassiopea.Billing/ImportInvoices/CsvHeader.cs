using System.Collections.Frozen;
using Cassiopea.Contracts;

namespace Cassiopea.Billing.ImportInvoices;

/// <summary>Which column stands where, and by which character they are separated.</summary>
internal sealed class CsvHeader
{
    public const string MemberRef = "member_ref";
    public const string InvoiceNo = "invoice_no";
    public const string Year = "year";
    public const string IssuedOn = "issued_on";
    public const string DueOn = "due_on";
    public const string Amount = "amount";
    public const string Paid = "paid";
    public const string Credited = "credited";
    public const string Currency = "currency";
    public const string Status = "status";
    public const string Communication = "communication";

    /// <summary>The columns of a file of invoices.</summary>
    public static readonly CsvColumns Invoices = new(
        [MemberRef, InvoiceNo, Year, IssuedOn, DueOn, Amount, Paid, Credited, Currency, Status, Communication], [MemberRef, InvoiceNo, IssuedOn, Amount]);

    private const string Separators = ";,\t";

    private readonly FrozenDictionary<string, int> _positions;

    private CsvHeader(Dictionary<string, int> positions, int width)
    {
        _positions = positions.ToFrozenDictionary();
        Width = width;
    }

    /// <summary>Columns in the header, blank ones at the end not counted.</summary>
    public int Width { get; }

    /// <summary>The separator under which the first line holds most known columns, <c>;</c> when none does; a leading <c>sep=</c> line decides alone.</summary>
    /// <param name="text">The whole text; its <c>sep=</c> line, if any, is replaced by an empty line, so that line numbers stay.</param>
    /// <param name="columns">What is known.</param>
    public static char Sniff(ref string text, CsvColumns columns)
    {
        if (text.StartsWith("sep=", StringComparison.OrdinalIgnoreCase) && text.Length > 4 && (text.Length == 5 || text[5] is '\r' or '\n'))
        {
            var told = text[4];
            text = text[5..];
            if (Separators.Contains(told)) return told;
        }

        var content = text;
        return Separators.MaxBy(separator => CsvRow.Split(FirstLine(content), separator).FirstOrDefault()?.Fields.Count(field => columns.NameOf(field) is not null) ?? 0);
    }

    /// <summary>Reads the header record; null when a column is missing, unknown or there twice, each told in <paramref name="errors"/>.</summary>
    public static CsvHeader? Read(CsvRow row, CsvColumns columns, List<LineError> errors)
    {
        if (row.Problem.Length > 0) errors.Add(new LineError(row.Line, "", row.Problem));
        Dictionary<string, int> positions = [];
        var width = row.Fields.Count;
        while (width > 0 && row.Fields[width - 1].Length == 0) width--;
        for (var i = 0; i < width; i++)
        {
            if (columns.NameOf(row.Fields[i]) is not { } name)
            {
                if (!columns.OthersAreIgnored) errors.Add(new LineError(row.Line, Shown(row.Fields[i]), $"This column is not known: remove or rename it. Known are {string.Join(", ", columns.Known)}."));
            }
            else if (!positions.TryAdd(name, i)) errors.Add(new LineError(row.Line, name, "This column is there twice: keep one."));
        }

        foreach (var name in columns.Required.Where(name => !positions.ContainsKey(name)))
            errors.Add(new LineError(row.Line, name, "This column is missing: the first line must name the columns, separated by ; or , or tab."));
        return errors.Count == 0 ? new CsvHeader(positions, width) : null;
    }

    /// <summary>The field of a column; blank when the file has no such column.</summary>
    public string Field(CsvRow row, string column) =>
        _positions.TryGetValue(column, out var at) && at < row.Fields.Count ? row.Fields[at] : "";

    private static string Shown(string name) => name.Length <= 40 ? name : name[..40];

    private static string FirstLine(string text)
    {
        var begin = 0;
        while (begin < text.Length && text[begin] is '\r' or '\n') begin++;
        var end = text.AsSpan(begin).IndexOfAny('\r', '\n');
        return end < 0 ? text[begin..] : text.Substring(begin, end);
    }
}

/// <summary>The columns that a kind of file has.</summary>
/// <param name="Known">Their names.</param>
/// <param name="Required">Those that must be there.</param>
internal sealed record CsvColumns(IReadOnlyList<string> Known, IReadOnlyList<string> Required)
{
    /// <summary>What others call a column, in the same plain form.</summary>
    public IReadOnlyDictionary<string, string> Aliases { get; init; } = FrozenDictionary<string, string>.Empty;

    /// <summary>True when a file may have columns that nobody reads.</summary>
    public bool OthersAreIgnored { get; init; }

    /// <summary>The column that a header's field names; null when it names none.</summary>
    public string? NameOf(string field)
    {
        var plain = field.Trim().TrimStart('\uFEFF').ToLowerInvariant().Replace(' ', '_').Replace('-', '_');
        return Known.Contains(plain) ? plain : Aliases.GetValueOrDefault(plain);
    }
}
