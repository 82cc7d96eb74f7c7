using System.Net;
using Cassiopea.Contracts;
using Cassiopea.Gateway.Access;
using Cassiopea.Lab;
using Cassiopea.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Gateway.Tests.Board;

[Trait("Category", "Servers")]
public sealed class BoardTests : IAsyncLifetime
{
    TestGateway _gateway = null!;

    public async ValueTask InitializeAsync() => _gateway = await TestGateway.StartAsync();

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Fact]
    public async Task The_tables_are_what_the_model_says() =>
        Assert.Empty(await _gateway.QueryAsync(db => SchemaComparison.DifferencesAsync(db, TestContext.Current.CancellationToken)));

    [Fact]
    public async Task Events_in_any_order_and_three_times_give_the_last_state()
    {
        var (member, migration, item) = (Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7());
        var said = new List<object> { Says.Member(member, "M7", "Last name", 9), Says.Member(member, "M7", "First name") };
        for (var version = 1; version <= 20; version++)
        {
            said.Add(Says.Migration(member, migration, "M7", version == 20 ? MigrationState.Ready : MigrationState.Preparing, version));
            said.Add(Says.Item(migration, item, version: version, state: version == 20 ? ItemState.Verified : ItemState.Discovered));
            said.Add(Says.Progress(migration, item, version, version));
        }
        var seed = new Random(7);
        await Task.WhenAll(said.Concat(said).Concat(said).OrderBy(_ => seed.Next()).Select(e => _gateway.PublishAsync(e)));

        await Eventually.TrueAsync("the last versions are there", () => _gateway.QueryAsync(async db =>
            await db.Migrations.AnyAsync(m => m.Id == migration && m.Version == 20 && m.State == MigrationState.Ready)
            && await db.Items.AnyAsync(i => i.Id == item && i.Version == 20 && i.State == ItemState.Verified)
            && await db.Progress.AnyAsync(p => p.ItemId == item && p.Done == 20)
            && await db.Members.AnyAsync(m => m.Id == member && m.Name == "Last name")));
        Assert.Equal(1, await _gateway.QueryAsync(db => db.Events.CountAsync(e => e.Type == "progress")));
    }

    [Fact]
    public async Task A_migration_shows_state_who_is_waited_for_what_is_allowed_and_its_items()
    {
        var (member, migration) = await _gateway.SeedAsync("M0001", MigrationState.Ready, "start", "pause");
        var item = Guid.CreateVersion7();
        await _gateway.PublishAsync(
            Says.Item(migration, item),
            Says.Progress(migration, item, 40, 1),
            new ServiceSurveyed(migration, ItemKind.Site, SurveyOutcome.NotSurveyed, [], new Failure(FailureSide.Us, FailureKind.Broken, "not-surveyed", "No."), Says.Start),
            new InvoicesChecked(migration, "M0001", InvoiceStatus.Due, 4200, "Two open.", "csv", Says.Start, Says.Start));
        using var client = _gateway.Client();
        await Eventually.TrueAsync("all is shown", async () =>
        {
            var shown = await (await client.GetAsync($"/api/v1/migrations/{migration}")).JsonAsync();
            return shown.GetProperty("items").GetArrayLength() == 1 && shown.GetProperty("surveys").GetArrayLength() == 1
                && shown.GetProperty("invoices").ValueKind != System.Text.Json.JsonValueKind.Null
                && shown.GetProperty("items")[0].GetProperty("progress").ValueKind != System.Text.Json.JsonValueKind.Null;
        });
        var view = await (await client.GetAsync($"/api/v1/migrations/{migration}")).JsonAsync();
        Assert.Equal("Ready", view.GetProperty("migration").Text("state"));
        Assert.Equal("staff", view.GetProperty("migration").Text("waitingFor"));
        Assert.Equal(member, view.GetProperty("migration").GetProperty("memberId").GetGuid());
        Assert.Equal("Les Amis", view.GetProperty("migration").Text("memberName"));
        Assert.Equal(40, view.GetProperty("items")[0].GetProperty("progress").GetProperty("done").GetInt64());
        Assert.Equal("Due", view.GetProperty("invoices").Text("status"));
        var items = await (await client.GetAsync($"/api/v1/migrations/{migration}/items?kind=Mailbox&state=Verified")).JsonAsync();
        Assert.Equal("12", items.GetProperty("items")[0].GetProperty("facts")[0].Text("value"));
    }

    [Fact]
    public async Task Parked_items_of_all_migrations_are_found_by_their_failure()
    {
        var (_, first) = await _gateway.SeedAsync("M1");
        var (_, second) = await _gateway.SeedAsync("M2");
        static ItemAdvanced Parked(Guid migration, string code) => Says.Item(migration, Guid.CreateVersion7(), state: ItemState.NeedsStaff) with
        {
            Failure = new Failure(FailureSide.Target, FailureKind.Refused, code, "No."),
        };
        await _gateway.PublishAsync(Parked(first, "over-quota"), Parked(second, "over-quota"), Parked(second, "authentication-failed"), Says.Item(second, Guid.CreateVersion7()));
        await Eventually.TrueAsync("items are there", () => _gateway.QueryAsync(async db => await db.Items.CountAsync() == 4));
        using var client = _gateway.Client();
        async Task<int> CountAsync(string query) => (await (await client.GetAsync("/api/v1/items?" + query)).JsonAsync()).GetProperty("items").GetArrayLength();
        Assert.Equal((3, 2, 4), (await CountAsync("state=NeedsStaff"), await CountAsync("failure=over-quota"), await CountAsync("")));
    }

    [Fact]
    public async Task A_person_who_opens_the_address_reads_what_this_is()
    {
        using var client = _gateway.Anonymous();
        var page = await client.GetAsync("/");
        Assert.Contains("<html lang=\"fr\">", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains("default-src 'none'", page.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_payment_of_nobody_is_listed_until_its_payer_is_found()
    {
        PaymentRecorded Payment(string bankReference, string member, int second) => new(bankReference, member, 5000, "cotisation", new(2026, 3, 1), Says.Start.AddSeconds(second));
        await _gateway.PublishAsync(Payment("B1", "", 0), Payment("B2", "", 0), Payment("B3", "M1", 0));
        using var client = _gateway.Client();
        async Task<string> ListedAsync(string query) => string.Join(' ',
            (await (await client.GetAsync("/api/v1/payments" + query)).JsonAsync()).GetProperty("items").EnumerateArray().Select(p => p.Text("bankReference")));
        await Eventually.TrueAsync("all are listed", async () => await ListedAsync("") == "B1 B2 B3");
        Assert.Equal("B1 B2", await ListedAsync("?unmatched=true"));
        await _gateway.PublishAsync(Payment("B1", "M7", 5));
        await Eventually.TrueAsync("B1 has its payer", async () => await ListedAsync("?unmatched=true") == "B2");
        await _gateway.PublishAsync(Payment("B1", "", 1));
        Assert.Equal("B2", await ListedAsync("?unmatched=true"));
    }

    [Fact]
    public async Task Lists_come_in_pages_without_gap_or_repetition()
    {
        await _gateway.PublishAsync([.. Enumerable.Range(0, 25).Select(n => Says.Member(Guid.CreateVersion7(), $"P{n:000}"))]);
        using var client = _gateway.Client();
        await Eventually.TrueAsync("25 members", () => _gateway.QueryAsync(async db => await db.Members.CountAsync() == 25));
        var seen = new List<string>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = await (await client.GetAsync($"/api/v1/members?limit=10&search=P0&cursor={cursor}")).JsonAsync();
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(m => m.Text("reference")));
            cursor = page.GetProperty("next").GetString();
        }
        Assert.Equal(Enumerable.Range(0, 25).Select(n => $"P{n:000}"), seen);
        Assert.Equal("malformed", await (await client.GetAsync("/api/v1/members?limit=0")).ProblemAsync(400));
        Assert.Equal("malformed", await (await client.GetAsync("/api/v1/migrations?cursor=%21")).ProblemAsync(400));
    }

    [Fact]
    public async Task An_unchanged_migration_is_not_sent_again()
    {
        var (_, migration) = await _gateway.SeedAsync();
        using var client = _gateway.Client();
        var first = await client.GetAsync($"/api/v1/migrations/{migration}");
        Assert.False(first.Headers.ETag!.IsWeak);
        client.DefaultRequestHeaders.IfNoneMatch.Add(first.Headers.ETag);
        Assert.Equal(HttpStatusCode.NotModified, (await client.GetAsync($"/api/v1/migrations/{migration}")).StatusCode);
        await _gateway.PublishAsync(Says.Item(migration, Guid.CreateVersion7()));
        await Eventually.TrueAsync("the tag changes with an item", async () => (await client.GetAsync($"/api/v1/migrations/{migration}")).StatusCode == HttpStatusCode.OK);
    }

    [Fact]
    public async Task The_dossier_is_served_as_json_and_as_a_page_that_can_run_nothing()
    {
        var (member, migration) = await _gateway.SeedAsync();
        using var client = _gateway.Client();
        Assert.Equal("not-found", await (await client.GetAsync($"/api/v1/migrations/{migration}/dossier")).ProblemAsync(404));
        await _gateway.PublishAsync(new DossierDelivered(migration, member, new string('a', 64), "{\"a\":1}", "<html>dossier</html>", Says.Start));
        await Eventually.TrueAsync("the dossier is there", async () => (await client.GetAsync($"/api/v1/migrations/{migration}/dossier")).IsSuccessStatusCode);
        Assert.Equal("{\"a\":1}", await client.GetStringAsync($"/api/v1/migrations/{migration}/dossier"));
        var page = await client.GetAsync($"/api/v1/migrations/{migration}/dossier?format=html");
        Assert.Equal("<html>dossier</html>", await page.Content.ReadAsStringAsync());
        Assert.Contains("default-src 'none'", page.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Equal("not-acceptable", await (await client.GetAsync($"/api/v1/migrations/{migration}/dossier?format=pdf")).ProblemAsync(406));
    }

    [Fact]
    [Trait("Requirement", "sec-S18")]
    public async Task A_member_sees_its_own_and_another_members_ids_are_not_found()
    {
        var (mine, myMigration) = await _gateway.SeedAsync("M0001", MigrationState.Watching, "approve-differences");
        var (theirs, theirMigration) = await _gateway.SeedAsync("M0002", MigrationState.Watching, "approve-differences");
        var (myItem, theirItem, theirCredential) = (Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7());
        await _gateway.PublishAsync(
            Says.Item(myMigration, myItem), Says.Item(theirMigration, theirItem, source: Says.End(theirCredential)),
            new DossierDelivered(theirMigration, theirs, "", "{}", "", Says.Start));
        await Eventually.TrueAsync("items are there", () => _gateway.QueryAsync(async db => await db.Items.CountAsync() == 2 && await db.Dossiers.AnyAsync()));
        using var staff = _gateway.Client();
        var operation = (await (await staff.PostAsync(
            $"/api/v1/migrations/{theirMigration}/commands/approve-differences", new { reason = "agreed by letter" }, "k")).JsonAsync()).GetProperty("id").GetGuid();

        using var client = _gateway.Client(await _gateway.KeyAsync("amis", Role.Member, mine));
        string[] own = [$"members/{mine}", $"members/{mine}/invoices", $"members/{mine}/export", $"migrations/{myMigration}", $"migrations/{myMigration}/timeline", $"items/{myItem}"];
        string[] others =
        [
            $"members/{theirs}", $"members/{theirs}/invoices", $"members/{theirs}/export", $"migrations/{theirMigration}", $"migrations/{theirMigration}/timeline",
            $"migrations/{theirMigration}/items", $"migrations/{theirMigration}/dossier", $"items/{theirItem}", $"operations/{operation}",
            $"credentials/{theirCredential}", $"events?member={theirs}",
        ];
        foreach (var path in own)
            Assert.True((await client.GetAsync("/api/v1/" + path)).IsSuccessStatusCode, path);
        foreach (var path in others)
            Assert.Equal("not-found", await (await client.GetAsync("/api/v1/" + path)).ProblemAsync(404));
        var unknown = await client.GetAsync($"/api/v1/migrations/{Guid.NewGuid()}");
        Assert.Equal(await unknown.ProblemAsync(404), await (await client.GetAsync($"/api/v1/migrations/{theirMigration}")).ProblemAsync(404));
        Assert.Equal("not-found", await (await client.PostAsync(
            $"/api/v1/migrations/{theirMigration}/commands/approve-differences", new { reason = "not mine" }, "k2")).ProblemAsync(404));
        Assert.Equal("not-found", await (await client.PutAsync(
            $"/api/v1/credentials/{theirCredential}", new StringContent("{\"secret\":\"x\"}", System.Text.Encoding.UTF8, "application/json"))).ProblemAsync(404));
        Assert.Single((await (await client.GetAsync("/api/v1/members")).JsonAsync()).GetProperty("items").EnumerateArray());
        Assert.Single((await (await client.GetAsync("/api/v1/migrations")).JsonAsync()).GetProperty("items").EnumerateArray());
        Assert.True((await client.PostAsync($"/api/v1/migrations/{myMigration}/commands/approve-differences", new { reason = "all is well" }, "k3")).IsSuccessStatusCode);
    }
}
