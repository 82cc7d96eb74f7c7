using System.Text;
using Cassiopea.Billing.ImportPayments;

namespace Cassiopea.Billing.Tests.ImportPayments;

[Trait("Requirement", "inv-I11")]
public sealed class BankFileTests
{
    private const string Structured = "090933755493";

    private static BankFile Read(string text) => BankFile.Read(Encoding.Latin1.GetBytes(text));

    [Fact]
    public void A_credit_with_a_structured_communication_is_read_whole()
    {
        var file = Read(new CodaMaker().Move(12_345, Structured).End());
        Assert.Empty(file.Errors);
        Assert.Equal(new BankMovement(3, 12_345, Structured, new DateOnly(2018, 2, 27), "BANKREF", ""), Assert.Single(file.Movements));
    }

    [Fact]
    public void Debits_are_counted_as_no_payment()
    {
        var file = Read(new CodaMaker().Move(-5_000, free: "Frais").Move(10_000, Structured).End());
        Assert.Equal((1, 1), (file.Movements.Count, file.Ignored));
    }

    [Fact]
    public void A_communication_in_free_text_is_found_even_over_two_records()
    {
        var free = "Cotisation de l'asbl pour toute l'annee deux mille +++090/9337/55493+++ merci";
        Assert.Equal("+++090/9337/55493+++", Assert.Single(Read(new CodaMaker().Move(10_000, free: free).End()).Movements).Communication);
        Assert.Equal("Cotisation 2017", Assert.Single(Read(new CodaMaker().Move(10_000, free: "Cotisation   2017").End()).Movements).Communication);
    }

    [Fact]
    public void A_total_given_in_detail_counts_by_its_details_and_details_of_one_amount_do_not_count()
    {
        var total = new CodaMaker().Move(30_000, type: '1').Move(10_000, Structured, type: '5', detail: 1).Move(20_000, "000000000097", type: '5', detail: 2).End();
        Assert.Equal([10_000L, 20_000], Read(total).Movements.Select(m => m.AmountCents));
        Assert.Equal(["BANKREF/0001.0001", "BANKREF/0001.0002"], Read(total).Movements.Select(m => m.BankReference));
        var withCosts = new CodaMaker().Move(9_900, Structured, type: '3').Move(10_000, type: '8', detail: 1).Move(-100, type: '8', detail: 2).End();
        Assert.Equal(9_900, Assert.Single(Read(withCosts).Movements).AmountCents);
    }

    [Fact]
    public void Payments_that_a_bank_gave_one_reference_are_told_apart_by_their_place() =>
        Assert.Equal(["SAME/0001.0000", "SAME/0002.0000", "OWN"], Read(new CodaMaker().Move(10_000, Structured, reference: "SAME").Move(10_000, Structured, reference: "SAME").Move(5, reference: "OWN").Move(-5, reference: "OWN").End()).Movements.Select(m => m.BankReference));

    [Fact]
    public void Without_the_banks_reference_the_place_in_the_statement_names_a_movement() =>
        Assert.Equal("BE68539007547034/2018-012/0001.0000", Assert.Single(Read(new CodaMaker().Move(10_000, Structured, reference: "").End()).Movements).BankReference);

    [Fact]
    public void Several_statements_stand_in_one_file() =>
        Assert.Equal(2, Read(new CodaMaker().Move(1_000, Structured).End() + new CodaMaker(statement: "013").Move(2_000, Structured).End()).Movements.Count);

    [Theory]
    [InlineData(5, 0, "new balance")]
    [InlineData(0, 1, "records")]
    public void What_the_bank_summed_up_must_agree(int wrongBy, int missing, string told)
    {
        var file = Read(new CodaMaker().Move(10_000, Structured).End(wrongBy: wrongBy, missingRecords: missing));
        Assert.Empty(file.Movements);
        Assert.Contains(file.Errors, e => e.Problem.Contains(told, StringComparison.Ordinal));
    }

    [Fact]
    public void A_file_cut_anywhere_counts_nothing_and_says_so()
    {
        var lines = new CodaMaker().Move(10_000, Structured).Move(2_000, Structured).End().Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        for (var without = 0; without < lines.Length; without++)
        {
            var file = Read(string.Join("\r\n", lines.Where((_, i) => i != without)));
            Assert.True(file.Errors.Count > 0 && file.Movements.Count == 0, $"without line {without + 1}");
        }
    }

    [Fact]
    public void No_bytes_make_the_reader_throw()
    {
        var text = new CodaMaker().Move(10_000, Structured).Move(-2_000, free: new string('x', 90)).End();
        var random = new Random(20180301);
        for (var round = 0; round < 2_000; round++)
        {
            var bytes = Encoding.Latin1.GetBytes(text);
            for (var change = 0; change < 4; change++) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            _ = BankFile.Read(bytes);
            _ = BankFile.Read(bytes.AsSpan(0, random.Next(bytes.Length)));
        }
    }

    [Fact]
    public void Csv_is_read_by_our_columns_and_by_those_of_banks()
    {
        var ours = Read("received_on;amount;bank_reference;communication;member_ref\n27/02/2018;123,45;B1;090933755493;M1\n28/02/2018;-3,00;B2;;\n");
        Assert.Equal((1, 1), (ours.Movements.Count, ours.Ignored));
        Assert.Equal(new BankMovement(2, 12_345, "090933755493", new DateOnly(2018, 2, 27), "B1", "M1"), ours.Movements[0]);
        var bank = Read("Volgnummer;Uitvoeringsdatum;Valutadatum;Bedrag;Munt;Naam;Mededeling\n2018-0001;26/02/2018;27/02/2018;10,00;EUR;Iemand;***090/9337/55493***\n");
        Assert.Equal(("+++090/9337/55493+++", "2018-0001"), (bank.Movements[0].Communication, bank.Movements[0].BankReference));
    }

    [Theory]
    [InlineData("received_on;amount;bank_reference\n27/02/2018;10,00;B1\n27/02/2018;10,00;B1\n", "already on line 2")]
    [InlineData("received_on;amount;bank_reference;currency\n27/02/2018;10,00;B1;USD\n", "Only EUR")]
    [InlineData("received_on;amount;bank_reference\n27/02/2018;ten;B1\n", "amount")]
    [InlineData("received_on;amount\n", "missing")]
    [InlineData("", "empty")]
    public void What_is_wrong_in_a_csv_is_told_by_line(string text, string problem) =>
        Assert.Contains(Read(text).Errors, e => e.Problem.Contains(problem, StringComparison.OrdinalIgnoreCase));
}
