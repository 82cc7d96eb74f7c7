using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using Cassiopea.Contracts;
using Cassiopea.Gateway.Access;
using Cassiopea.Lab;

namespace Cassiopea.Gateway.Tests.Invoices;

/// <summary>What the API offers around the invoice gate, and what it never asks payment for.</summary>
[Trait("Category", "Servers")]
public sealed class InvoiceGateTests : IAsyncLifetime
{
    TestGateway _gateway = null!;
    HttpClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _gateway = await TestGateway.StartAsync();
        _client = _gateway.Client(await _gateway.KeyAsync("tresoriere", Role.Staff));
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _gateway.DisposeAsync();
    }

    [Fact]
    [Trait("Requirement", "inv-I11")]
    public async Task A_banks_file_goes_to_billing_as_it_is_and_its_report_ends_the_operation()
    {
        var content = new ByteArrayContent(Encoding.Latin1.GetBytes("00000é")) { Headers = { ContentType = new MediaTypeHeaderValue("text/csv") } };
        var answer = await _client.PostAsync("/api/v1/payments:import?dryRun=true&fileName=bank.cod", content, "k");
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        var sent = await _gateway.SentAsync<ImportPayments>();
        Assert.Equal(("tresoriere", "bank.cod", true, 6), (sent.Actor, sent.FileName, sent.DryRun, sent.Content.Length));
        await _gateway.PublishAsync(new PaymentsImported(sent.OperationId, true, 2, 1, 0, 3, [], Says.Start));
        await Eventually.TrueAsync("it ends", async () => (await (await _client.GetAsync(answer.Headers.Location)).JsonAsync()).Text("state") == "Succeeded");
        Assert.Contains("2 payments counted, 1 without payer", (await (await _client.GetAsync(answer.Headers.Location)).JsonAsync()).Text("detail"), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "inv-I6")]
    public async Task A_member_contests_its_own_invoices_only_and_staff_answer()
    {
        var (member, _) = await _gateway.SeedAsync("M1");
        var (other, _) = await _gateway.SeedAsync("M2");
        using var own = _gateway.Client(await _gateway.KeyAsync("amis", Role.Member, member));
        Assert.Equal("not-found", await (await own.PostAsync($"/api/v1/members/{other}/contests", new { text = "This is not ours." }, "k0")).ProblemAsync(404));
        Assert.Equal("invalid", await (await own.PostAsync($"/api/v1/members/{member}/contests", new { text = "No" }, "k1")).ProblemAsync(422));
        Assert.Equal(HttpStatusCode.Accepted, (await own.PostAsync($"/api/v1/members/{member}/contests", new { text = "We left in 2016." }, "k2")).StatusCode);
        Assert.Equal(("amis", "M1", "We left in 2016."), (await _gateway.SentAsync<ContestInvoices>()) is var c ? (c.Actor, c.MemberReference, c.Text) : default);
        Assert.Equal(HttpStatusCode.Forbidden, (await own.PostAsync($"/api/v1/members/{member}/contests/answer", new { answer = "Fine, we forgive ourselves." }, "k3")).StatusCode);
        await _client.PostAsync($"/api/v1/members/{member}/contests/answer", new { answer = "A credit note follows." }, "k4");
        Assert.Equal("A credit note follows.", (await _gateway.SentAsync<AnswerContest>()).Answer);
        await own.PostAsync($"/api/v1/members/{member}/invoices/recheck", new { }, "k5");
        Assert.Equal("M1", (await _gateway.SentAsync<RecheckInvoices>()).MemberReference);
    }

    [Fact]
    public async Task What_a_member_contests_is_shown_beside_the_check()
    {
        var (member, migration) = await _gateway.SeedAsync("M1");
        await _gateway.PublishAsync(new InvoicesChecked(migration, "M1", InvoiceStatus.Due, 4_200, "1 open.", "csv", Says.Start, Says.Start, "We left in 2016."));
        await Eventually.TrueAsync("the board knows it", async () =>
            (await (await _client.GetAsync($"/api/v1/members/{member}/invoices")).JsonAsync()).GetProperty("check") is { ValueKind: System.Text.Json.JsonValueKind.Object } check && check.Text("contested") == "We left in 2016.");
    }

    [Fact]
    [Trait("Requirement", "inv-I8")]
    public async Task A_debtor_archives_downloads_exports_and_gets_its_transfer_codes()
    {
        var (member, migration) = await _gateway.SeedAsync("M1", MigrationState.AwaitingPayment, "archive-item", "survey-again");
        var (box, domain) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await _gateway.PublishAsync(
            new InvoicesChecked(migration, "M1", InvoiceStatus.Due, 4_200, "1 open.", "csv", Says.Start, Says.Start),
            Says.Item(migration, box), Says.Item(migration, domain, "amis.example") with { Kind = ItemKind.Domain });
        using var own = _gateway.Client(await _gateway.KeyAsync("amis", Role.Member, member));
        await Eventually.TrueAsync("the items are there", async () => (await own.GetAsync($"/api/v1/items/{domain}")).IsSuccessStatusCode && (await own.GetAsync($"/api/v1/items/{box}")).IsSuccessStatusCode);
        Assert.Equal(HttpStatusCode.Accepted, (await own.PostAsync($"/api/v1/items/{box}/commands/archive-item", null, "k1")).StatusCode);
        Assert.Equal(box, (await _gateway.SentAsync<ArchiveItem>()).ItemId);
        Assert.Equal(HttpStatusCode.OK, (await own.GetAsync($"/api/v1/members/{member}/export")).StatusCode);
        var rung = await _client.PostAsync($"/api/v1/items/{domain}/commands/record-rung", new { rung = "Released", outcome = "Done", note = "handed over on the phone" }, "k2");
        Assert.Equal(HttpStatusCode.Accepted, rung.StatusCode);
        Assert.Equal(domain, (await _gateway.SentAsync<RecordRung>()).ItemId);
    }

    [Fact]
    public async Task Texts_are_listed_shown_by_version_and_written_on_top_of_the_version_that_was_seen()
    {
        await _gateway.PublishAsync(
            new TextEdited("payment-reminder", "fr", 2, "Rappel\n\n{amount} €", ["amount"], "alice", Says.Start),
            new TextEdited("payment-reminder", "fr", 1, "Ancien\n\n{amount} €", ["amount"], "system", Says.Start),
            new TextEdited("payment-reminder", "nl", 1, "Herinnering\n\n{amount} €", ["amount"], "system", Says.Start));
        await Eventually.TrueAsync("three versions are known", () => _gateway.QueryAsync(async db => await Task.FromResult(db.LetterTexts.Count() == 3)));
        var list = await _client.GetFromJsonAsync<System.Text.Json.JsonElement>("/api/v1/texts");
        Assert.Equal(["Rappel", "Herinnering"], list.EnumerateArray().Select(t => t.Text("subject")));
        Assert.Contains("Ancien", (await (await _client.GetAsync("/api/v1/texts/payment-reminder/fr?version=1")).JsonAsync()).Text("text"), StringComparison.Ordinal);
        Assert.Equal("not-found", await (await _client.PostAsync("/api/v1/texts/nothing/fr/versions", new { text = "x", basedOn = 1 }, "k1")).ProblemAsync(404));
        await _client.PostAsync("/api/v1/texts/payment-reminder/fr/versions", new { text = "Nouveau\n\n{amount} €", basedOn = 2 }, "k2");
        var sent = await _gateway.SentAsync<EditText>();
        Assert.Equal(("payment-reminder", "fr", 2, "tresoriere"), (sent.Template, sent.Language, sent.BasedOn, sent.Actor));
    }
}
