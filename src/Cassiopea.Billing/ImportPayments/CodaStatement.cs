using System.Globalization;
using Cassiopea.Billing.Ledger;

namespace Cassiopea.Billing.ImportPayments;

/// <summary>One statement of account: records 1 to 9.</summary>
internal sealed class CodaStatement
{
    private readonly List<CodaMovement> _movements = [];
    private HashSet<string>? _shared;
    private long _oldBalance;
    private long _newBalance;
    private long _credit;
    private long _debit;
    private int _records;
    private bool _hasOld;
    private bool _hasNew;

    /// <summary>The account's number, without currency.</summary>
    public string Account { get; private set; } = "";

    /// <summary>The bank's number of the statement in its year, with the year.</summary>
    public string Number { get; private set; } = "";

    /// <summary>
    /// Movements that stand for money of one payer: a total that is given in detail (codes 5, 6, 7 and 9) is replaced by its details, and details of
    /// a single amount (code 8) are left out.
    /// </summary>
    public IEnumerable<CodaMovement> Movements
    {
        get
        {
            foreach (var group in _movements.GroupBy(movement => movement.Sequence))
            {
                var details = group.Where(movement => movement.Type is '5' or '6' or '7' or '9').ToList();
                if (details.Any(movement => movement.Type == '9')) details.RemoveAll(movement => movement.Type == '7');
                foreach (var movement in details.Count > 0 ? details : group.Where(movement => !movement.IsDetail)) yield return movement;
            }
        }
    }

    /// <summary>
    /// As a payment under the bank's own reference, as people and CSV files name it, too. Details of a collective movement share it and are told apart by
    /// their place; so are payments of a bank that gives several of them one reference, and those without any.
    /// </summary>
    public BankMovement Told(CodaMovement movement)
    {
        _shared ??= [.. Movements.Where(static m => m is { IsPayment: true, IsDetail: false }).GroupBy(static m => m.Reference, StringComparer.Ordinal).Where(static g => g.Skip(1).Any()).Select(static g => g.Key)];
        var reference = movement.Reference.Length == 0 ? $"{Account}/{Number}/{movement.Place}"
            : movement.IsDetail || _shared.Contains(movement.Reference) ? $"{movement.Reference}/{movement.Place}"
            : movement.Reference;
        return movement.Told(reference);
    }

    public void Take(CodaLine line)
    {
        if (line.Kind is '1' or '2' or '3' or '8') _records++;
        switch (line.Kind)
        {
            case '1':
                Account = line.Text(5, 37).Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault() ?? "";
                _oldBalance = Signed(line, 42, line.Cents(43));
                Number = string.Create(CultureInfo.InvariantCulture, $"{line.Date(58)?.Year ?? 0}-{line.Text(2, 3)}");
                _hasOld = true;
                ExpectEuro(line);
                break;
            case '2' when line.At(1) == '1':
                Add(line);
                break;
            case '2' when line.At(1) is '2' or '3' && _movements is [.., var last]:
                last.Continue(line);
                break;
            case '8':
                _newBalance = Signed(line, 41, line.Cents(42));
                _hasNew = true;
                break;
            case '3' or '4':
                break;
            default:
                line.Wrong("This record is none of CODA 2: the file is damaged. Fetch it from the bank again.");
                break;
        }
    }

    /// <summary>The bank's own counts and totals must be ours.</summary>
    public void End(CodaLine line)
    {
        if (!_hasOld || !_hasNew) line.Wrong("The statement lacks its old or its new balance (records 1 and 8): fetch the file from the bank again.");
        else if (_oldBalance + _credit - _debit != _newBalance)
            line.Wrong($"The old balance {Euro.Say(_oldBalance)} and the movements do not make the new balance {Euro.Say(_newBalance)}: records are missing. Fetch the file from the bank again.");
        if (line.Count(16, 6) is var told && told != _records)
            line.Wrong(string.Create(CultureInfo.InvariantCulture, $"The file has {_records} records, its end says {told}: fetch it from the bank again."));
        if (line.Cents(22) != _debit || line.Cents(37) != _credit)
            line.Wrong("The totals at the end are not those of the movements: fetch the file from the bank again.");
    }

    private static long Signed(CodaLine line, int sign, long cents) => line.At(sign) == '1' ? -cents : cents;

    private static void ExpectEuro(CodaLine line)
    {
        // where the currency stands depends on the structure of the account number (second character)
        var at = line.At(1) is '0' or '1' && line.At(1) == '0' ? 18 : 39;
        if (line.Text(at, 3) is var currency && currency != "EUR" && currency.Trim().Length > 0)
            line.Wrong($"The account is in {currency}: only EUR is taken.");
    }

    private void Add(CodaLine line)
    {
        var movement = new CodaMovement(line);
        _movements.Add(movement);
        if (movement.IsDetail) return;
        if (movement.IsCredit) _credit += movement.Cents;
        else _debit += movement.Cents;
    }
}

/// <summary>One movement: records 21, 22 and 23 of one number.</summary>
internal sealed class CodaMovement
{
    private readonly int _line;
    private readonly string _detail;
    private readonly string _structured;
    private readonly DateOnly _date;
    private string _written;

    public CodaMovement(CodaLine line)
    {
        _line = line.Number;
        Sequence = line.Text(2, 4);
        _detail = line.Text(6, 4);
        Reference = line.Text(10, 21).Trim();
        IsCredit = line.At(31) == '0';
        Cents = line.Cents(32);
        Type = line.At(53);
        var isStructured = line.At(61) == '1';
        _structured = isStructured && line.Text(62, 3) is "101" or "102" ? line.Text(65, 12) : "";
        _written = isStructured ? "" : line.Text(62, 53);
        _date = line.Date(47) ?? line.Date(115) ?? default;
        if (_date == default) line.Wrong("The movement has neither a value date nor an entry date.");
    }

    public string Sequence { get; }

    /// <summary>The bank's own; empty when it gave none.</summary>
    public string Reference { get; }

    /// <summary>Where it stands in its statement.</summary>
    public string Place => $"{Sequence}.{_detail}";

    /// <summary>First digit of the transaction's code: 0 to 3 amounts, 5 to 9 details of them.</summary>
    public char Type { get; }

    public bool IsCredit { get; }

    public long Cents { get; }

    public bool IsDetail => Type is >= '5' and <= '9';

    public bool IsPayment => IsCredit && Cents > 0;

    public void Continue(CodaLine line) => _written += line.At(1) == '2' ? line.Text(10, 53) : line.Text(82, 43);

    public BankMovement Told(string reference) => new(_line, Cents, _structured.Length > 0 ? _structured : CodaFile.CommunicationIn(_written), _date, reference, "");
}
