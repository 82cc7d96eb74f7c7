using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using Cassiopea.Contracts;
using Cassiopea.Gateway.Access;
using Cassiopea.Lab;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Gateway.Tests.Commands;

[Trait("Category", "Servers")]
public sealed class CommandTests : IAsyncLifetime
{
    TestGateway _gateway = null!;
    HttpClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _gateway = await TestGateway.StartAsync();
        _client = _gateway.Client();
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _gateway.DisposeAsync();
    }

    [Fact]
    public async Task A_command_is_taken_sent_with_its_actor_and_ended_by_the_saga()
    {
        var (_, migration) = await _gateway.SeedAsync("M1", MigrationState.Ready, "start");
        using var bob = _gateway.Client(await _gateway.KeyAsync("bob", Role.Staff));
        var answer = await bob.PostAsync($"/api/v1/migrations/{migration}/commands/start", null, "k");
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        var sent = await _gateway.SentAsync<StartCopy>();
        Assert.Equal(("bob", migration), (sent.Actor, sent.MigrationId));
        Assert.Equal($"/api/v1/operations/{sent.OperationId}", answer.Headers.Location!.ToString());
        Assert.Equal("Running", (await (await bob.GetAsync(answer.Headers.Location)).JsonAsync()).Text("state"));
        await _gateway.PublishAsync(new CommandAccepted(sent.OperationId, "Started."));
        await Eventually.TrueAsync("it ends", async () => (await (await bob.GetAsync(answer.Headers.Location)).JsonAsync()).Text("state") == "Succeeded");
    }

    [Fact]
    [Trait("Requirement", "sec-S24")]
    public async Task What_the_board_knows_to_be_illegal_is_refused_with_what_is_allowed()
    {
        var (_, migration) = await _gateway.SeedAsync("M1", MigrationState.Preparing, "approve-plan", "pause");
        var answer = await _client.PostAsync($"/api/v1/migrations/{migration}/commands/start", null, "k");
        Assert.Equal("transition-not-allowed", await answer.ProblemAsync(409));
        var problem = await answer.JsonAsync();
        Assert.Equal(["approve-plan", "pause"], problem.GetProperty("allowedTransitions").EnumerateArray().Select(v => v.GetString()!));
        Assert.Contains("Staff must act.", problem.Text("detail"), StringComparison.Ordinal);
        var declared = await _client.PostAsync($"/api/v1/migrations/{migration}/items", new { kind = "Mailbox", name = "info@amis.example" }, "k2");
        Assert.Equal("transition-not-allowed", await declared.ProblemAsync(409));
        Assert.Empty(_gateway.Sent);
    }

    [Fact]
    public async Task The_saga_has_the_last_word()
    {
        var (_, migration) = await _gateway.SeedAsync("M1", MigrationState.CatchingUp, "cutover");
        await _client.PostAsync($"/api/v1/migrations/{migration}/commands/cutover", new { }, "k");
        var sent = await _gateway.SentAsync<ApproveCutOver>();
        Assert.Equal(TimeSpan.FromHours(4), sent.ClosesAt - sent.OpensAt);
        await _gateway.PublishAsync(new CommandRefused(sent.OperationId, "four-eyes", "A second person must approve.", ["cutover"]));
        await Eventually.TrueAsync("it ends", async () =>
            (await (await _client.GetAsync($"/api/v1/operations/{sent.OperationId}")).JsonAsync()).Text("state") == "Refused");
        var ended = await (await _client.GetAsync($"/api/v1/operations/{sent.OperationId}")).JsonAsync();
        Assert.Equal("four-eyes", ended.Text("code"));
        Assert.Equal("cutover", ended.GetProperty("allowedTransitions")[0].GetString());
    }

    [Fact]
    public async Task A_board_that_may_be_behind_lets_the_saga_decide()
    {
        var (_, migration) = await _gateway.SeedAsync("M1", MigrationState.Preparing, "approve-plan");
        Assert.Equal(HttpStatusCode.Accepted, (await _client.PostAsync($"/api/v1/migrations/{migration}/commands/approve-plan", null, "k1")).StatusCode);
        Assert.Equal(HttpStatusCode.Accepted, (await _client.PostAsync($"/api/v1/migrations/{migration}/commands/start", null, "k2")).StatusCode);
    }

    [Fact]
    [Trait("Requirement", "sec-S26")]
    public async Task What_people_ask_is_in_the_audit_chain()
    {
        var (_, migration) = await _gateway.SeedAsync("M1", MigrationState.Ready, "pause");
        await _client.PostAsync($"/api/v1/migrations/{migration}/commands/pause", new { reason = "holiday of the board" }, "k");
        var entry = (await (await _client.GetAsync($"/api/v1/audit?object=migration/{migration}")).JsonAsync()).GetProperty("items")[0];
        Assert.Equal(("admin", "pause", "holiday of the board"), (entry.Text("actor"), entry.Text("action"), entry.Text("reason")));
        var verdict = await (await _client.GetAsync("/api/v1/audit/verification")).JsonAsync();
        Assert.True(verdict.GetProperty("intact").GetBoolean());
        Assert.False((await (await _client.GetAsync("/api/v1/audit/verification?head=0000")).JsonAsync()).GetProperty("intact").GetBoolean());
    }

    [Fact]
    public async Task A_command_on_a_version_that_has_changed_is_refused()
    {
        var (_, migration) = await _gateway.SeedAsync("M1", MigrationState.Ready, "start");
        HttpRequestMessage Start(string tag) => new(HttpMethod.Post, $"/api/v1/migrations/{migration}/commands/start")
        {
            Headers = { { "Idempotency-Key", tag.Trim('"') }, { "If-Match", tag } },
        };
        Assert.Equal("version-changed", await (await _client.SendAsync(Start("\"0.0\""))).ProblemAsync(412));
        Assert.Equal(HttpStatusCode.Accepted, (await _client.SendAsync(Start("\"1.0\""))).StatusCode);
    }

    [Fact]
    public async Task A_member_is_changed_only_on_the_version_that_was_read()
    {
        var (member, _) = await _gateway.SeedAsync();
        HttpRequestMessage Patch(EntityTagHeaderValue? tag)
        {
            var request = new HttpRequestMessage(HttpMethod.Patch, $"/api/v1/members/{member}") { Content = JsonContent.Create(new { language = "nl" }) };
            if (tag is not null)
                request.Headers.IfMatch.Add(tag);
            return request;
        }
        Assert.Equal("if-match-missing", await (await _client.SendAsync(Patch(null))).ProblemAsync(428));
        Assert.Equal("version-changed", await (await _client.SendAsync(Patch(new EntityTagHeaderValue("\"1\"")))).ProblemAsync(412));
        var tag = (await _client.GetAsync($"/api/v1/members/{member}")).Headers.ETag;
        Assert.Equal(HttpStatusCode.Accepted, (await _client.SendAsync(Patch(tag))).StatusCode);
        var sent = await _gateway.SentAsync<RegisterMember>();
        Assert.Equal((member, "nl", "Les Amis"), (sent.MemberId, sent.Language, sent.Name));
    }

    [Fact]
    public async Task A_declared_item_gets_ids_and_its_credentials_can_be_stored_at_once()
    {
        var (member, migration) = await _gateway.SeedAsync("M1", MigrationState.Preparing, "declare-item");
        object Body(string host) => new
        {
            kind = "Mailbox",
            name = "info@amis.example",
            source = new { protocol = "imap", host, port = 993, tls = "Implicit", login = "info" },
            target = new { protocol = "imap", host = "imap.new.example", port = 143, tls = "StartTls", login = "info@amis.example" },
        };
        var answer = await (await _client.PostAsync($"/api/v1/migrations/{migration}/items", Body("imap.old.example"), "k1")).JsonAsync();
        var sent = await _gateway.SentAsync<DeclareItem>();
        var source = answer.GetProperty("sourceCredentialId").GetGuid();
        Assert.Equal((answer.GetProperty("itemId").GetGuid(), source), (sent.ItemId, sent.Source!.CredentialId));
        Assert.Equal(TlsPolicy.StartTls, sent.Target!.Tls);

        var put = await _client.PutAsync($"/api/v1/credentials/{source}", new StringContent("{\"secret\":\"s3cret é\"}", Encoding.UTF8, "application/json"));
        Assert.Equal(HttpStatusCode.NoContent, put.StatusCode);
        Assert.Equal((member, "s3cret é", 1), _gateway.Vault.Stored[source]);
        Assert.Equal("Bearer test-token", _gateway.Vault.Tokens.Single());
        var status = await (await _client.GetAsync($"/api/v1/credentials/{source}")).JsonAsync();
        Assert.Equal(("present", 1), (status.Text("status"), status.GetProperty("version").GetInt32()));

        var again = await (await _client.PostAsync($"/api/v1/migrations/{migration}/items", Body("imap.old.example"), "k2")).JsonAsync();
        Assert.Equal((sent.ItemId, source), (again.GetProperty("itemId").GetGuid(), again.GetProperty("sourceCredentialId").GetGuid()));
        var elsewhere = await (await _client.PostAsync($"/api/v1/migrations/{migration}/items", Body("imap.evil.example"), "k3")).JsonAsync();
        Assert.NotEqual(source, elsewhere.GetProperty("sourceCredentialId").GetGuid());
    }

    [Fact]
    public async Task A_credential_of_no_item_cannot_be_stored()
    {
        var put = await _client.PutAsync($"/api/v1/credentials/{Guid.NewGuid()}", new StringContent("{\"secret\":\"x\"}", Encoding.UTF8, "application/json"));
        Assert.Equal("not-found", await put.ProblemAsync(404));
        Assert.Empty(_gateway.Vault.Stored);
    }

    [Fact]
    public async Task A_provider_stores_secrets_of_the_new_place_only()
    {
        var (member, migration) = await _gateway.SeedAsync();
        var (old, fresh) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await _gateway.PublishAsync(Says.Item(migration, Guid.CreateVersion7(), source: Says.End(old), target: Says.End(fresh, "imap.new.example")));
        await Eventually.TrueAsync("credentials are known", () => _gateway.QueryAsync(async db => await db.Credentials.CountAsync() == 2));
        using var provider = _gateway.Client(await _gateway.KeyAsync("new host", Role.Provider, member));
        static StringContent Secret() => new("{\"secret\":\"x\"}", Encoding.UTF8, "application/json");
        Assert.Equal("role-not-allowed", await (await provider.PutAsync($"/api/v1/credentials/{old}", Secret())).ProblemAsync(403));
        Assert.Equal(HttpStatusCode.NoContent, (await provider.PutAsync($"/api/v1/credentials/{fresh}", Secret())).StatusCode);
    }

    [Fact]
    public async Task Invoices_travel_as_text_and_as_a_form_and_the_lines_in_error_come_back()
    {
        const string csv = "member_ref;invoice_no;amount\nM1;F1;10,00\n";
        var text = await _client.PostAsync("/api/v1/invoices:import?dryRun=true&fileName=f.csv", new StringContent(csv, Encoding.UTF8, "text/csv"), "k1");
        Assert.Equal(HttpStatusCode.Accepted, text.StatusCode);
        var sent = await _gateway.SentAsync<ImportInvoices>();
        Assert.Equal((csv, true, "f.csv"), (Encoding.UTF8.GetString(sent.Content), sent.DryRun, sent.FileName));
        var form = new MultipartFormDataContent { { new StringContent(csv), "file", "g.csv" } };
        await _client.PostAsync("/api/v1/invoices:import", form, "k2");
        Assert.False((await _gateway.SentAsync<ImportInvoices>(m => m.FileName == "g.csv")).DryRun);

        await _gateway.PublishAsync(new InvoicesImported(sent.OperationId, true, 0, 0, 0, [new LineError(2, "amount", "is odd")], Says.Start));
        await Eventually.TrueAsync("it ends", async () => (await (await _client.GetAsync(text.Headers.Location)).JsonAsync()).Text("state") == "Refused");
        Assert.Equal(2, (await (await _client.GetAsync(text.Headers.Location)).JsonAsync()).GetProperty("result").GetProperty("errors")[0].GetProperty("line").GetInt32());
    }

    [Fact]
    public async Task Members_are_imported_all_or_nothing_and_one_operation_tells_how_it_went()
    {
        static StringContent Csv(string text) => new(text, Encoding.UTF8, "text/csv");
        var wrong = await _client.PostAsync("/api/v1/members:import", Csv("reference;name;language;contactEmail\nM1;A;fr;a@a.example\nM2;\"B; C\";xx;nobody\n"), "k1");
        Assert.Equal("invalid", await wrong.ProblemAsync(422));
        Assert.Equal(2, (await wrong.JsonAsync()).GetProperty("errors").GetProperty("line 3").GetArrayLength());
        Assert.Empty(_gateway.Sent);

        var taken = await _client.PostAsync("/api/v1/members:import", Csv("name,reference,contactEmail,language\r\n\"B, \"\"C\"\"\",M2,b@b.example,NL\r\nD,M3,d@d.example,fr"), "k2");
        Assert.Equal(HttpStatusCode.Accepted, taken.StatusCode);
        var second = await _gateway.SentAsync<RegisterMember>(m => m.Reference == "M2");
        Assert.Equal(("B, \"C\"", "nl"), (second.Name, second.Language));
        var third = await _gateway.SentAsync<RegisterMember>(m => m.Reference == "M3");
        await _gateway.PublishAsync(new CommandAccepted(second.OperationId));
        Assert.Equal("Running", (await (await _client.GetAsync(taken.Headers.Location)).JsonAsync()).Text("state"));
        await _gateway.PublishAsync(new CommandAccepted(third.OperationId));
        await Eventually.TrueAsync("all parts end", async () => (await (await _client.GetAsync(taken.Headers.Location)).JsonAsync()).Text("state") == "Succeeded");
    }

    [Fact]
    public async Task Every_verb_sends_its_message()
    {
        string[] verbs =
        [
            "approve-plan", "start", "cutover", "consent-to-switch", "approve-differences", "hand-over", "pause", "resume", "cancel", "decline", "rollback", "exclude-kind", "survey-again",
        ];
        var (_, migration) = await _gateway.SeedAsync("M1", MigrationState.Ready, [.. verbs, "retry", "exclude", "choose-strategy", "confirm-last-fetch", "entrust", "report-moved", "take-back", "answer-statistics", "map-paths", "request-archive", "accept-backup"]);
        var item = Guid.CreateVersion7();
        await _gateway.PublishAsync(Says.Item(migration, item));
        await Eventually.TrueAsync("the item is there", () => _gateway.QueryAsync(db => db.Items.AnyAsync()));
        foreach (var verb in verbs)
        {
            object? body = verb switch
            {
                "approve-differences" or "pause" or "cancel" or "decline" or "rollback" => new { reason = "decided by the board" },
                "consent-to-switch" => new { consent = "by letter of 2 March" },
                "exclude-kind" => new { kind = "Site", reason = "decided by the board" },
                _ => null,
            };
            var answer = await _client.PostAsync($"/api/v1/migrations/{migration}/commands/{verb}", body, verb);
            Assert.True(answer.StatusCode == HttpStatusCode.Accepted, $"{verb}: {await answer.Content.ReadAsStringAsync()}");
        }
        await _client.PostAsync($"/api/v1/items/{item}/commands/retry", null, "retry");
        await _client.PostAsync($"/api/v1/items/{item}/commands/exclude", new { reason = "decided by the board" }, "exclude");
        await _client.PostAsync($"/api/v1/items/{item}/commands/choose-strategy", new { strategy = "Drop" }, "strategy");
        await _client.PostAsync($"/api/v1/items/{item}/commands/confirm-last-fetch", null, "fetch");
        await _client.PostAsync($"/api/v1/items/{item}/commands/entrust", new { host = "Nouvel hôte", consent = "by letter of 2 March", dueAt = Says.Start.AddYears(9) }, "entrust");
        await _client.PostAsync($"/api/v1/items/{item}/commands/report-moved", new { note = "done" }, "moved");
        await _client.PostAsync($"/api/v1/items/{item}/commands/take-back", new { reason = "decided by the board" }, "back");
        await _client.PostAsync($"/api/v1/items/{item}/commands/answer-statistics", new { wanted = true, page = "/stats/" }, "statistics");
        await _client.PostAsync($"/api/v1/items/{item}/commands/map-paths", new { paths = new[] { new { from = "/disk1/asbl/www", to = "/srv/asbl" } } }, "paths");
        await _client.PostAsync($"/api/v1/items/{item}/commands/request-archive", null, "archive");
        await _client.PostAsync($"/api/v1/items/{item}/commands/accept-backup", new { siteId = Guid.CreateVersion7(), reason = "nobody knows the password" }, "backup");
        await Eventually.TrueAsync("all were sent", () => _gateway.Sent.Select(m => m.GetType()).Distinct().Count() == verbs.Length + 11);
        Assert.Equal("invalid", await (await _client.PostAsync($"/api/v1/items/{item}/commands/answer-statistics", new { page = "/stats/" }, "y")).ProblemAsync(422));
        Assert.Equal("invalid", await (await _client.PostAsync($"/api/v1/migrations/{migration}/commands/cancel", new { reason = "short" }, "x")).ProblemAsync(422));
    }

    [Fact]
    public async Task A_password_for_a_second_account_is_made_here_goes_to_the_vault_and_is_told_to_nobody()
    {
        var (member, migration) = await _gateway.SeedAsync("M1", MigrationState.Preparing, "request-read-account", "decide-database");
        var (mailbox, database) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await _gateway.PublishAsync(Says.Item(migration, mailbox));
        await _gateway.PublishAsync(Says.Item(migration, database, "asbl_spip") with { Kind = ItemKind.Database });
        await Eventually.TrueAsync("the items are there", async () => await _gateway.QueryAsync(db => db.Items.CountAsync()) == 2);
        var body = new { reason = "the member lost the password" };
        Assert.Equal("invalid", await (await _client.PostAsync($"/api/v1/items/{mailbox}/commands/request-read-account", body, "1")).ProblemAsync(422));
        Assert.Equal("invalid", await (await _client.PostAsync($"/api/v1/items/{database}/commands/request-read-account", new { reason = "short" }, "2")).ProblemAsync(422));
        Assert.Empty(_gateway.Vault.Stored);
        var answer = await _client.PostAsync($"/api/v1/items/{database}/commands/request-read-account", body, "3");
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        var sent = await _gateway.SentAsync<RequestReadAccount>();
        var stored = _gateway.Vault.Stored[sent.CredentialId];
        Assert.Equal((member, 24), (stored.MemberId, stored.Secret.Length));
        Assert.DoesNotContain(stored.Secret, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        var decided = new { repairedColumns = new[] { "spip_articles.titre" }, replacements = new[] { new { from = "/old", to = "/new" } }, archive = true, reason = "as the member asked" };
        Assert.Equal(HttpStatusCode.Accepted, (await _client.PostAsync($"/api/v1/items/{database}/commands/decide-database", decided, "4")).StatusCode);
        var choices = (await _gateway.SentAsync<DecideDatabase>()).Choices;
        Assert.Equal(("spip_articles.titre", "/new", true), (choices.RepairedColumns.Single(), choices.Replacements!.Single().To, choices.Archive));
        Assert.Equal("invalid", await (await _client.PostAsync($"/api/v1/items/{database}/commands/decide-database", new { repairedColumns = new[] { "titre" }, reason = "as the member asked" }, "5")).ProblemAsync(422));
    }

    [Fact]
    [Trait("Requirement", "domains-D14")]
    public async Task A_rung_is_recorded_for_a_domain_only_and_says_whether_the_sites_are_verified()
    {
        var (_, migration) = await _gateway.SeedAsync("M1", MigrationState.Watching);
        var (mailbox, domain, site) = (Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7());
        await _gateway.PublishAsync(Says.Item(migration, mailbox));
        await _gateway.PublishAsync(Says.Item(migration, domain, "amis.example") with { Kind = ItemKind.Domain });
        await _gateway.PublishAsync(Says.Item(migration, site, "www.amis.example", state: ItemState.Copying) with { Kind = ItemKind.Site });
        await Eventually.TrueAsync("the items are there", async () => await _gateway.QueryAsync(db => db.Items.CountAsync()) == 3);
        var rung = new { rung = "NameServersOnly", outcome = "Done", note = "asked by the owner" };
        Assert.Equal("invalid", await (await _client.PostAsync($"/api/v1/items/{mailbox}/commands/record-rung", rung, "1")).ProblemAsync(422));
        Assert.Equal(HttpStatusCode.Accepted, (await _client.PostAsync($"/api/v1/items/{domain}/commands/record-rung", rung, "2")).StatusCode);
        var sent = await _gateway.SentAsync<RecordRung>();
        Assert.Equal((RecoveryRung.NameServersOnly, RungOutcome.Done, false), (sent.Rung, sent.Outcome, sent.SiteVerified));
        await _gateway.PublishAsync(Says.Item(migration, site, "www.amis.example", 2, ItemState.Done) with { Kind = ItemKind.Site });
        await Eventually.TrueAsync("the site is verified", () => _gateway.QueryAsync(db => db.Items.AnyAsync(i => i.Id == site && i.State == ItemState.Done)));
        await _client.PostAsync($"/api/v1/items/{domain}/commands/record-rung", rung, "3");
        Assert.True((await _gateway.SentAsync<RecordRung>(one => one.OperationId != sent.OperationId)).SiteVerified);
    }
}
