using Cassiopea.Contracts;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Billing.Tests.ImportPayments;

[Trait("Category", "Servers")]
[Trait("Requirement", "inv-I11")]
public sealed class ImportPaymentsTests : IAsyncLifetime
{
    private const string Structured = "090933755493";
    private BillingHost _billing = null!;

    public async ValueTask InitializeAsync()
    {
        _billing = await BillingHost.StartAsync();
        await _billing.ImportAsync("M1;A1;2017;1/2/2018;15/3/2018;100,00;0;;;;+++090/9337/55493+++\nM2;A2;2017;1/2/2018;15/3/2018;50,00;0;;;;+++000/0000/00097+++\n");
    }

    public ValueTask DisposeAsync() => _billing.DisposeAsync();

    [Fact]
    public async Task A_statement_pays_by_structured_communication_part_by_part_and_counts_once()
    {
        var (one, _) = await _billing.CheckAsync("M1");
        var (two, _) = await _billing.CheckAsync("M2");
        var statement = new CodaMaker().Move(4_000, Structured).Move(5_000, free: "factuur +++000/0000/00097+++").Move(700, free: "Don").Move(-1_000, free: "Frais").End();
        var said = await _billing.ImportPaymentsAsync(statement);
        Assert.Equal((2, 1, 0, 1, 0), (said.Counted, said.Unmatched, said.Known, said.Ignored, said.Errors.Count));
        await _billing.StandsAsync(one, InvoiceStatus.Due, 6_000);
        await _billing.StandsAsync(two, InvoiceStatus.Clear, 0);

        var again = await _billing.ImportPaymentsAsync(statement);
        Assert.Equal((0, 1, 2), (again.Counted, again.Unmatched, again.Known));
        await _billing.ImportPaymentsAsync(new CodaMaker(statement: "013").Move(6_000, Structured, reference: "OTHER").End());
        await _billing.StandsAsync(one, InvoiceStatus.Clear, 0);
        Assert.Equal(4, await _billing.InDatabaseAsync(db => db.Payments.CountAsync()));
    }

    [Fact]
    public async Task A_dry_run_and_a_file_with_an_error_count_nothing()
    {
        var (migration, _) = await _billing.CheckAsync("M1");
        var dry = await _billing.ImportPaymentsAsync(new CodaMaker().Move(10_000, Structured).End(), dryRun: true);
        Assert.Equal((true, 1, 0), (dry.DryRun, dry.Counted, dry.Errors.Count));
        var future = await _billing.ImportPaymentsAsync(new CodaMaker().Move(10_000, Structured).Move(500, Structured, date: "270219", reference: "LATER").End());
        Assert.Equal(4, Assert.Single(future.Errors).Line);
        Assert.Equal(0, await _billing.InDatabaseAsync(db => db.Payments.CountAsync()));
        await _billing.StandsAsync(migration, InvoiceStatus.Due, 10_000);
    }

    [Fact]
    public async Task One_movement_counts_once_whether_staff_a_csv_or_a_statement_told_it_first_and_details_count_each()
    {
        var (one, _) = await _billing.CheckAsync("M1");
        const string csv = "received_on;amount;bank_reference;communication\n27/02/2018;20,00;B2;" + Structured + "\n27/02/2018;30,00;B3;" + Structured + "\n";
        var statement = new CodaMaker().Move(1_000, Structured, reference: "B1").Move(2_000, Structured, reference: "B2")
            .Move(1_200, type: '1', reference: "B4").Move(500, Structured, type: '5', detail: 1, reference: "B4").Move(700, Structured, type: '5', detail: 2, reference: "B4").End();
        Assert.StartsWith("accepted", await _billing.PayAsync("B1", 1_000, communication: Structured), StringComparison.Ordinal);
        Assert.Equal(2, (await _billing.ImportPaymentsAsync(csv)).Counted);
        var said = await _billing.ImportPaymentsAsync(statement);
        Assert.Equal((2, 0, 2, 0), (said.Counted, said.Unmatched, said.Known, said.Errors.Count));
        await _billing.StandsAsync(one, InvoiceStatus.Due, 10_000 - 1_000 - 2_000 - 3_000 - 500 - 700);

        // and the other way round
        Assert.Equal(1, (await _billing.ImportPaymentsAsync(new CodaMaker(statement: "013").Move(900, Structured, reference: "B5").End())).Counted);
        Assert.Equal(1, (await _billing.ImportPaymentsAsync("received_on;amount;bank_reference;communication\n27/02/2018;9,00;B5;" + Structured + "\n")).Known);
        Assert.StartsWith("accepted", await _billing.PayAsync("B5", 900, communication: Structured), StringComparison.Ordinal);
        await _billing.StandsAsync(one, InvoiceStatus.Due, 1_900);
        Assert.Equal(6, await _billing.InDatabaseAsync(db => db.Payments.CountAsync()));
    }

    [Fact]
    public async Task The_same_reference_with_another_amount_is_an_error_of_its_line()
    {
        await _billing.ImportPaymentsAsync("received_on;amount;bank_reference;communication\n27/02/2018;10,00;B1;" + Structured + "\n");
        var said = await _billing.ImportPaymentsAsync("received_on;amount;bank_reference;communication\n27/02/2018;11,00;B1;" + Structured + "\n");
        Assert.Contains("each reference counts once", Assert.Single(said.Errors).Problem, StringComparison.Ordinal);
    }
}
