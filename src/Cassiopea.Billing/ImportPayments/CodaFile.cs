using System.Globalization;
using System.Text.RegularExpressions;
using Cassiopea.Billing.Ledger;
using Cassiopea.Contracts;

namespace Cassiopea.Billing.ImportPayments;

/// <summary>
/// Reads coded statements of account, CODA 2.x of Febelfin: lines of 128 characters, one or more statements in a file. The balances and totals that
/// the bank wrote must agree with the movements, or nothing of the file counts.
/// </summary>
internal static partial class CodaFile
{
    private const int LineLength = 128;

    /// <summary>True when a text has the form of CODA: a header record of 128 characters with version 1 or 2.</summary>
    public static bool Is(string text)
    {
        var end = text.AsSpan().IndexOfAny('\r', '\n');
        var first = end < 0 ? text.AsSpan() : text.AsSpan(0, end);
        return first.Length == LineLength && first.StartsWith("00000") && first[127] is '1' or '2';
    }

    /// <summary>Reads a whole file.</summary>
    public static BankFile Read(string text)
    {
        List<LineError> errors = [];
        List<BankMovement> movements = [];
        var ignored = 0;
        var number = 0;
        CodaStatement? statement = null;
        foreach (var raw in text.ReplaceLineEndings("\n").Split('\n'))
        {
            number++;
            if (raw.Trim().Length == 0) continue;
            var line = new CodaLine(number, raw.PadRight(LineLength), errors);
            if (raw.Length > LineLength) line.Wrong("A record has 128 characters: this is not a whole CODA file.");
            else if (line.Kind == '0') statement = Begin(statement, line);
            else if (statement is null) line.Wrong("A statement begins with a record 0: the beginning of the file is missing.");
            else if (line.Kind != '9') statement.Take(line);
            else
            {
                statement.End(line);
                foreach (var movement in statement.Movements)
                {
                    if (movement.IsPayment) movements.Add(statement.Told(movement));
                    else ignored++;
                }

                statement = null;
            }
        }

        if (statement is not null) errors.Add(new LineError(number, "", "The last statement has no record 9: the end of the file is missing. Fetch it from the bank again."));
        return errors.Count == 0 ? new BankFile(movements, ignored, []) : new BankFile([], 0, errors);
    }

    /// <summary>The structured communication in what a payer wrote, else what was written, in one line.</summary>
    internal static string CommunicationIn(string written)
    {
        foreach (var match in Structured().EnumerateMatches(written))
            if (StructuredCommunication.TryRead(written.Substring(match.Index, match.Length), out var found, out _)) return found.ToString();
        var line = string.Join(' ', written.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        return line.Length <= BankFile.MaxText ? line : line[..BankFile.MaxText];
    }

    private static CodaStatement Begin(CodaStatement? open, CodaLine line)
    {
        if (open is not null) line.Wrong("The statement before has no record 9: the file was put together wrongly.");
        return new CodaStatement();
    }

    [GeneratedRegex(@"[+*]{3} ?\d{3} ?/ ?\d{4} ?/ ?\d{5} ?[+*]{3}", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Structured();
}

/// <summary>One record of 128 characters; positions count from 0.</summary>
internal sealed class CodaLine(int number, string text, List<LineError> errors)
{
    public int Number => number;

    /// <summary>The first character: 0 header, 1 old balance, 2 movement, 3 information, 4 free, 8 new balance, 9 trailer.</summary>
    public char Kind => text[0];

    public char At(int position) => text[position];

    public string Text(int from, int length) => text.Substring(from, length);

    public void Wrong(string problem) => errors.Add(new LineError(number, "", problem));

    /// <summary>Twelve digits and three decimals as cents.</summary>
    public long Cents(int from)
    {
        if (long.TryParse(text.AsSpan(from, 15), NumberStyles.None, CultureInfo.InvariantCulture, out var thousandths) && thousandths % 10 == 0) return thousandths / 10;
        Wrong(string.Create(CultureInfo.InvariantCulture, $"Characters {from + 1} to {from + 15} are no amount in whole cents."));
        return 0;
    }

    /// <summary>ddmmyy; null when it is zeros.</summary>
    public DateOnly? Date(int from)
    {
        var digits = text.AsSpan(from, 6);
        if (digits is "000000") return null;
        if (DateOnly.TryParseExact(digits, "ddMMyy", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)) return date;
        Wrong(string.Create(CultureInfo.InvariantCulture, $"Characters {from + 1} to {from + 6} are no date ddmmyy."));
        return null;
    }

    public int Count(int from, int length) =>
        int.TryParse(text.AsSpan(from, length), NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : -1;
}
