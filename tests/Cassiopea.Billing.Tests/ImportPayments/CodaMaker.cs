using System.Globalization;
using System.Text;

namespace Cassiopea.Billing.Tests.ImportPayments;

/// <summary>Writes a statement as a bank does, with balances and totals that agree.</summary>
internal sealed class CodaMaker(string account = "BE68539007547034", string statement = "012")
{
    private readonly StringBuilder _text = new();
    private long _credit;
    private long _debit;
    private int _records = 1;
    private int _sequence;

    /// <summary>A movement; detail numbers above 0 belong to the last sequence.</summary>
    public CodaMaker Move(long cents, string structured = "", string free = "", char type = '0', string reference = "BANKREF", int detail = 0, string date = "270218")
    {
        if (detail == 0) _sequence++;
        if (type < '5')
        {
            if (cents > 0) _credit += cents;
            else _debit -= cents;
        }

        var communication = structured.Length > 0 ? "1101" + structured.PadRight(50) : "0" + free.PadRight(53)[..53];
        Line(string.Create(CultureInfo.InvariantCulture, $"21{_sequence:0000}{detail:0000}{reference,-21}{(cents < 0 ? 1 : 0)}{Math.Abs(cents) * 10:000000000000000}{date}{type}0150000{communication.PadRight(54)}{date}01200 0"));
        if (free.Length > 53)
            Line(string.Create(CultureInfo.InvariantCulture, $"22{_sequence:0000}{detail:0000}{free[53..].PadRight(53)[..53]}").PadRight(125) + "0 0");
        return this;
    }

    public string End(long oldBalance = 100_000, int wrongBy = 0, int missingRecords = 0)
    {
        var body = _text.ToString();
        _text.Clear();
        Line("0000027021853905        00000000  CASSIOPEA ASBL            KREDBEBB   00459838123 00000                                       2".PadRight(127)[..127] + "2", counts: false);
        Line(string.Create(CultureInfo.InvariantCulture, $"12{statement}{account,-31}   EUR0{oldBalance * 10:000000000000000}260218CASSIOPEA ASBL").PadRight(125) + statement, counts: false);
        _text.Append(body);
        var balance = oldBalance + _credit - _debit + wrongBy;
        Line(string.Create(CultureInfo.InvariantCulture, $"8{statement}{account,-31}   EUR{(balance < 0 ? 1 : 0)}{Math.Abs(balance) * 10:000000000000000}270218"));
        Line(string.Create(CultureInfo.InvariantCulture, $"9               {_records + missingRecords:000000}{_debit * 10:000000000000000}{_credit * 10:000000000000000}").PadRight(127) + "2", counts: false);
        return _text.ToString();
    }

    private void Line(string text, bool counts = true)
    {
        if (counts) _records++;
        if (text.Length > 128) throw new InvalidOperationException($"A record of {text.Length} characters: {text}");
        _text.Append(text.PadRight(128)).Append("\r\n");
    }
}
