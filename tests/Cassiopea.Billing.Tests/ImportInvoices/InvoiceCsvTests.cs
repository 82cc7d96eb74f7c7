using System.Text;
using Cassiopea.Billing.ImportInvoices;
using Cassiopea.Billing.Ledger;

namespace Cassiopea.Billing.Tests.ImportInvoices;

[Trait("Requirement", "inv-I1")]
public sealed class InvoiceCsvTests
{
    private const string Header = "member_ref;invoice_no;year;issued_on;due_on;amount;paid;credited;currency;status;communication";
    private static readonly TimeSpan Term = TimeSpan.FromDays(30);

    private static InvoiceFile Read(string text, Encoding? encoding = null)
    {
        encoding ??= new UTF8Encoding(false);
        return InvoiceCsv.Read([.. encoding.GetPreamble(), .. encoding.GetBytes(text)], Term);
    }

    private static SourceInvoice One(InvoiceFile file)
    {
        Assert.Empty(file.Errors);
        return Assert.Single(file.Invoices);
    }

    [Theory]
    [InlineData(';', "\n")]
    [InlineData(',', "\r\n")]
    [InlineData('\t', "\r")]
    public void Each_separator_and_line_end_reads_the_same(char separator, string lineEnd)
    {
        var lines = $"{Header}{lineEnd}M0042;2016-17;2016;15/03/2016;14/04/2016;121.00;100;0;EUR;partial;+++090/9337/55493+++{lineEnd}";
        var invoice = One(Read(lines.Replace(';', separator)));
        Assert.Equal(
            new SourceInvoice("M0042", "2016-17", 2016, new(2016, 3, 15), new(2016, 4, 14), 12100, 10000, 0, SourceState.Issued, "+++090/9337/55493+++"),
            invoice);
    }

    public static TheoryData<string> Encodings => ["utf-8", "utf-8-bom", "utf-16", "utf-16BE", "windows-1252"];

    [Theory]
    [MemberData(nameof(Encodings))]
    public void Each_encoding_keeps_the_accents(string name)
    {
        var encoding = name switch
        {
            "utf-8" => new UTF8Encoding(false),
            "utf-8-bom" => new UTF8Encoding(true),
            "windows-1252" => CodePagesEncodingProvider.Instance.GetEncoding(1252)!,
            _ => Encoding.GetEncoding(name),
        };
        var invoice = One(Read("member_ref;invoice_no;issued_on;amount;status\nChênée–Été;F€1;1/2/2017;1,00;payée", encoding));
        Assert.Equal("Chênée–Été", invoice.MemberReference);
        Assert.Equal("F€1", invoice.InvoiceNo);
        Assert.Equal(100, invoice.PaidCents);
    }

    [Theory]
    [InlineData("15/03/2016")]
    [InlineData("15-03-2016")]
    [InlineData("15.3.2016")]
    [InlineData("2016-03-15")]
    [InlineData("15/3/2016 00:00")]
    [InlineData("2016-03-15T00:00:00")]
    public void Each_way_to_write_a_day_reads_the_same(string day) =>
        Assert.Equal(new DateOnly(2016, 3, 15), One(Read($"member_ref;invoice_no;issued_on;amount\nM1;1;{day};1")).IssuedOn);

    [Fact]
    public void Columns_may_come_in_any_order_and_only_four_are_needed()
    {
        var invoice = One(Read("Amount;Issued On;MEMBER-REF;invoice_no;;\n\"1.210,00\";1/3/2016;M1;A 1;;\n;;;\n\n"));
        Assert.Equal(121000, invoice.AmountCents);
        Assert.Equal(2016, invoice.Year);
        Assert.Equal(new DateOnly(2016, 3, 31), invoice.DueOn);
        Assert.Equal("", invoice.Communication);
    }

    [Fact]
    public void A_quoted_field_may_hold_the_separator_a_quote_and_blanks()
    {
        var invoice = One(Read("sep=,\nmember_ref,invoice_no,issued_on,amount\n\"M,1\" , \"n\"\"1\"\"\",2016-01-02,\"12,50\""));
        Assert.Equal("M,1", invoice.MemberReference);
        Assert.Equal("n\"1\"", invoice.InvoiceNo);
        Assert.Equal(1250, invoice.AmountCents);
    }

    [Fact]
    public void A_negative_amount_is_a_credit_note_and_paid_fills_what_is_missing()
    {
        var file = Read("member_ref;invoice_no;issued_on;amount;credited;status\nM1;1;1/1/2016;-50,00;-20;open\nM1;2;1/1/2016;50;20;paid\nM1;3;1/1/2016;9;;annulée\nM1;4;1/1/2016;9;;draft");
        Assert.Empty(file.Errors);
        Assert.Equal([-5000, 5000, 900, 900], file.Invoices.Select(i => i.AmountCents));
        Assert.Equal([0, 3000, 0, 0], file.Invoices.Select(i => i.PaidCents));
        Assert.Equal([SourceState.Issued, SourceState.Issued, SourceState.Cancelled, SourceState.Draft], file.Invoices.Select(i => i.State));
    }

    [Theory]
    [InlineData("M1;1;2016;31/02/2016;;10;;;;;", "issued_on", "Not a date")]
    [InlineData("M1;1;2016;12/31/2016;;10;;;;;", "issued_on", "dd/mm/yyyy")]
    [InlineData("M1;1;2016;1/1/16;;10;;;;;", "issued_on", "yyyy")]
    [InlineData("M1;1;2016;1/1/1900;;10;;;;;", "issued_on", "1990")]
    [InlineData("M1;1;2016;2/1/2016;1/1/2016;10;;;;;", "due_on", "before the date of issue")]
    [InlineData("M1;1;2016;2/1/2016;soon;10;;;;;", "due_on", "Not a date")]
    [InlineData("M1;1;16;1/1/2016;;10;;;;;", "year", "four digits")]
    [InlineData(";1;2016;1/1/2016;;10;;;;;", "member_ref", "blank")]
    [InlineData("M1;;2016;1/1/2016;;10;;;;;", "invoice_no", "blank")]
    [InlineData("M1;1;2016;1/1/2016;;;;;;;", "amount", "blank")]
    [InlineData("M1;1;2016;1/1/2016;;ten;;;;;", "amount", "1234,56")]
    [InlineData("M1;1;2016;1/1/2016;;10;-1;;;;", "paid", "negative")]
    [InlineData("M1;1;2016;1/1/2016;;-10;;1;;;", "credited", "minus")]
    [InlineData("M1;1;2016;1/1/2016;;10;5;;;paid;", "status", "5.00 € is open")]
    [InlineData("M1;1;2016;1/1/2016;;10;;;;maybe;", "status", "draft")]
    [InlineData("M1;1;2016;1/1/2016;;10;;;USD;;", "currency", "Only EUR")]
    [InlineData("M1;1;2016;1/1/2016;;10;;;;;+++090/9337/55494+++", "communication", "93")]
    [InlineData("M1;1;2016;1/1/2016;;10;;;;", "", "10 fields")]
    [InlineData("M1;1;2016;1/1/2016;;10;;;;;;surplus", "", "12 fields")]
    [InlineData("\"M1;1;2016;1/1/2016;;10;;;;;", "", "never closed")]
    [InlineData("\"M1\"x;1;2016;1/1/2016;;10;;;;;", "", "double the marks")]
    [InlineData("\"M\n1\";1;2016;1/1/2016;;10;;;;;", "member_ref", "line break")]
    public void A_wrong_line_is_told_by_line_and_column_and_nothing_is_read(string line, string column, string hint)
    {
        var file = Read($"{Header}\nM9;ok;2016;1/1/2016;;10;;;;;\n{line}");
        Assert.Empty(file.Invoices);
        Assert.Contains(file.Errors, error => error.Line == 3 && error.Column == column && error.Problem.Contains(hint, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_wrong_field_of_every_line_is_told_at_once()
    {
        var file = Read($"{Header}\nM1;1;x;x;;x;;;;x;x\nM1;1;2016;1/1/2016;;10;;;;;");
        Assert.Equal(["year", "issued_on", "amount", "status", "communication"], file.Errors.Where(e => e.Line == 2).Select(e => e.Column).OrderBy(c => Header.IndexOf(c, StringComparison.Ordinal)));
        var twice = Assert.Single(file.Errors, e => e.Line == 3);
        Assert.Equal("invoice_no", twice.Column);
        Assert.Contains("line 2", twice.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Lines_are_counted_as_a_text_editor_counts_them_even_after_a_quoted_line_break()
    {
        var file = Read("sep=;\r\n\r\nmember_ref;invoice_no;issued_on;amount\r\n\"M\r\n1\";1;1/1/2016;1\r\nM1;2;1/1/2016;x\r\n");
        Assert.Equal([4, 6], file.Errors.Select(e => e.Line));
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("\n\n;;;\n", "empty")]
    [InlineData("member_ref;invoice_no;issued_on;amount\n", "no invoice")]
    [InlineData("PK\u0003\u0004\0\0", "not a text file")]
    [InlineData("member_ref;invoice_no;issued_on;amount;credted\nM1;1;1/1/2016;1;0", "not known")]
    [InlineData("member_ref;invoice_no;issued_on;amount;amount\nM1;1;1/1/2016;1;0", "twice")]
    [InlineData("member_ref;invoice_no;issued_on\nM1;1;1/1/2016", "missing")]
    [InlineData("M1;1;1/1/2016;1", "missing")]
    public void A_file_that_is_none_says_why(string text, string hint)
    {
        var file = Read(text);
        Assert.Empty(file.Invoices);
        Assert.Contains(file.Errors, error => error.Problem.Contains(hint, StringComparison.Ordinal));
    }

    [Fact]
    public void A_file_with_thousands_of_errors_tells_the_first_and_counts_the_rest()
    {
        var file = Read(Header + "\n" + string.Concat(Enumerable.Range(0, 2000).Select(i => $"M1;{i};2016;x;;10;;;;;\n")));
        Assert.Equal(InvoiceCsv.MaxErrors + 1, file.Errors.Count);
        Assert.Contains("1500 more", file.Errors[^1].Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Mangled_files_never_throw()
    {
        var good = new UTF8Encoding(true).GetBytes($"{Header}\r\nM0042;2016-17;2016;15/03/2016;14/04/2016;\"1.121,00\";100;0;EUR;partial;+++090/9337/55493+++\r\nM1;é\"\"2;2017;2017-01-02;;-5,00;;;;;\r\n");
        var alphabet = ";,\t\"\r\n \0/+-.0129aé€\u202F=sep"u8.ToArray();
        var chance = new Random(20_000);
        var read = 0;
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = good.ToList();
            for (var n = chance.Next(1, 12); n > 0 && bytes.Count > 1; n--)
            {
                var at = chance.Next(bytes.Count);
                switch (chance.Next(4))
                {
                    case 0: bytes[at] = alphabet[chance.Next(alphabet.Length)]; break;
                    case 1: bytes.Insert(at, (byte)chance.Next(256)); break;
                    case 2: bytes.RemoveRange(at, Math.Min(chance.Next(1, 9), bytes.Count - at)); break;
                    default: bytes.InsertRange(at, bytes.GetRange(at, Math.Min(chance.Next(1, 30), bytes.Count - at))); break;
                }
            }

            var file = InvoiceCsv.Read([.. bytes], Term);
            Assert.True(file.Invoices.Count == 0 || file.Errors.Count == 0);
            Assert.True(file.Invoices.Count + file.Errors.Count > 0);
            if (file.Errors.Count == 0) read++;
        }

        Assert.InRange(read, 100, 19_900);
    }
}
