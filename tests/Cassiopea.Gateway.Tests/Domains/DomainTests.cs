using System.Net;
using System.Text.Json;
using Cassiopea.Contracts;
using Cassiopea.Gateway.Access;
using Cassiopea.Gateway.Domains;
using Cassiopea.Lab;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Gateway.Tests.Domains;

/// <summary>The owner's hint, transfer codes, the ladder's 409, conflicts and the timeline.</summary>
[Trait("Category", "Servers")]
public sealed class DomainTests : IAsyncLifetime
{
    const string FirstTown = "Canari-sur-Mer", SecondTown = "Sainte-Canarie";
    readonly ManualTime _time = new();
    readonly Guid _item = Guid.CreateVersion7();
    TestGateway _gateway = null!;
    Guid _migration, _member;
    int _version;

    public async ValueTask InitializeAsync()
    {
        _gateway = await TestGateway.StartAsync(
            settings: new Dictionary<string, string?> { ["Gateway:FirstHintTown"] = FirstTown, ["Gateway:SecondHintTown"] = SecondTown }, time: _time);
        _gateway.Vault.Time = _time;
        (_member, _migration) = await _gateway.SeedAsync();
    }

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Fact]
    [Trait("Requirement", "domains-D2")]
    public async Task The_hint_is_seen_in_its_order_by_the_signed_in_owner_only_and_is_nowhere_else()
    {
        await RightsAsync(RecoveryRung.Released);
        var owner = _gateway.Client(await _gateway.KeyAsync("the secretary", Role.Member, _member));
        Assert.Equal("transition-not-allowed", await (await owner.GetAsync(Hint)).ProblemAsync(409));
        await RightsAsync(RecoveryRung.PasswordRecovery);
        foreach (var role in new[] { Role.Operator, Role.Staff, Role.Approver, Role.Auditor, Role.Service })
            Assert.Equal("role-not-allowed", await (await _gateway.Client(await _gateway.KeyAsync($"a {role}", role)).GetAsync(Hint)).ProblemAsync(403));
        Assert.Equal("role-not-allowed", await (await _gateway.Client(await _gateway.KeyAsync("a host", Role.Provider, _member)).GetAsync(Hint)).ProblemAsync(403));
        Assert.Equal("key-missing", await (await _gateway.Anonymous().GetAsync(Hint)).ProblemAsync(401));
        Assert.Equal("not-found", await (await _gateway.Client(await _gateway.KeyAsync("another", Role.Member, Guid.CreateVersion7())).GetAsync(Hint)).ProblemAsync(404));

        var shown = await owner.GetAsync(Hint);
        Assert.True(shown.Headers.CacheControl!.NoStore);
        var steps = (await shown.JsonAsync()).GetProperty("steps");
        Assert.Equal([1, 2], steps.EnumerateArray().Select(step => step.GetProperty("order").GetInt32()));
        foreach (var language in (string[])["fr", "nl", "en"])
        {
            Assert.DoesNotContain("Canari", steps[0].Text(language), StringComparison.Ordinal); // the owner's own towns come first
            var second = steps[1].Text(language);
            Assert.True(second.IndexOf(FirstTown, StringComparison.Ordinal) is >= 0 and var first && first < second.IndexOf(SecondTown, StringComparison.Ordinal));
        }

        // not in what others see, not in the member's own export, timeline and dossier, not in the database, not in a log
        var staff = _gateway.Client();
        foreach (var (client, path) in (IReadOnlyList<(HttpClient, string)>)
            [
                (staff, $"/api/v1/items/{_item}"), (staff, $"/api/v1/migrations/{_migration}"), (staff, $"/api/v1/migrations/{_migration}/timeline"), (staff, $"/api/v1/members/{_member}/export"),
                (staff, "/api/v1/audit?limit=200"), (owner, $"/api/v1/items/{_item}"), (owner, $"/api/v1/members/{_member}/export"), (owner, $"/api/v1/migrations/{_migration}/timeline"), (staff, "/api/v1/openapi.json"),
            ])
            Assert.DoesNotContain("Canari", await client.GetStringAsync(path), StringComparison.OrdinalIgnoreCase);
        Assert.Contains("see-recovery-hint", await staff.GetStringAsync("/api/v1/audit?limit=200"), StringComparison.Ordinal);
        Assert.DoesNotContain(_gateway.Logged.Lines, line => line.Contains("Canari", StringComparison.OrdinalIgnoreCase));
        var rows = await _gateway.QueryAsync(db => db.Database.SqlQuery<string>(
            $"select query_to_xml(format('select * from %I', table_name), true, false, '')::text as \"Value\" from information_schema.tables where table_schema = 'public'").ToListAsync());
        Assert.True(rows.Count > 20);
        Assert.DoesNotContain("Canari", string.Concat(rows), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    [Trait("Requirement", "domains-D14")]
    public async Task The_last_rung_is_refused_409_until_everything_before_it_is_recorded_as_failed()
    {
        await RightsAsync(RecoveryRung.PasswordRecovery);
        var early = await _gateway.Client().PostAsync(Rung, Body(RecoveryRung.NameServersOnly), "a");
        Assert.Equal("transition-not-allowed", await early.ProblemAsync(409));
        Assert.Contains("PasswordRecovery comes before NameServersOnly", await early.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await RightsAsync(RecoveryRung.NameServersOnly, RightsState.NotOurs);
        Assert.Equal("transition-not-allowed", await (await _gateway.Client().PostAsync(Rung, Body(RecoveryRung.NameServersOnly), "b")).ProblemAsync(409));
        var site = Guid.CreateVersion7();
        await _gateway.PublishAsync(Says.Item(_migration, site, "www.amis.example", state: ItemState.Copying) with { Kind = ItemKind.Site });
        await Eventually.TrueAsync("the board knows the site", () => _gateway.QueryAsync(db => db.Items.AnyAsync(i => i.Id == site)));
        await RightsAsync(RecoveryRung.NameServersOnly);
        Assert.Contains("not verified at the new host", await (await _gateway.Client().PostAsync(Rung, Body(RecoveryRung.NameServersOnly), "c")).Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await _gateway.PublishAsync(Says.Item(_migration, site, "www.amis.example", 2, ItemState.InSync) with { Kind = ItemKind.Site });
        await Eventually.TrueAsync("the site is verified", () => _gateway.QueryAsync(db => db.Items.AnyAsync(i => i.Id == site && i.State == ItemState.InSync)));
        Assert.Equal(HttpStatusCode.Accepted, (await _gateway.Client().PostAsync(Rung, Body(RecoveryRung.NameServersOnly), "d")).StatusCode);
        var sent = await _gateway.SentAsync<RecordRung>();
        Assert.Equal((true, "Marc"), (sent.SiteVerified, sent.Custodian));
    }

    [Fact]
    [Trait("Requirement", "domains-D2")]
    [Trait("Requirement", "domains-D14")]
    public async Task A_transfer_code_is_shown_once_by_a_one_time_link_and_then_never_again()
    {
        await RightsAsync(RecoveryRung.HandleTold);
        var owner = _gateway.Client(await _gateway.KeyAsync("the secretary", Role.Member, _member));
        Assert.Equal("transition-not-allowed", await (await owner.PostAsync($"/api/v1/items/{_item}/transfer-code-link", null, "a")).ProblemAsync(409));
        Assert.Equal(HttpStatusCode.Accepted, (await owner.PostAsync($"/api/v1/items/{_item}/commands/prepare-transfer", null, "b")).StatusCode);
        Assert.Equal(_member, (await _gateway.SentAsync<PrepareTransfer>()).MemberId);
        var credential = await PreparedAsync(fromRegistry: false, _time.GetUtcNow().AddDays(2));
        _gateway.Vault.Stored[credential] = (_member, "Zq-c0de<&>", 1);
        await StoredAsync(credential);
        var made = await (await owner.PostAsync($"/api/v1/items/{_item}/transfer-code-link", null, "c")).JsonAsync();
        Assert.Equal(_time.GetUtcNow().AddDays(2), made.GetProperty("expiresAt").GetDateTimeOffset());
        Assert.Equal(JsonValueKind.Null, (await (await owner.PostAsync($"/api/v1/items/{_item}/transfer-code-link", null, "c")).JsonAsync()).GetProperty("url").ValueKind);
        var link = new Uri(made.GetProperty("url").GetString()!);
        var people = _gateway.Anonymous();
        Assert.DoesNotContain("Zq-c0de", await people.GetStringAsync(link), StringComparison.Ordinal);
        var shown = await people.PostAsync(link, null);
        Assert.Contains("Zq-c0de&lt;&amp;&gt;", await shown.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.True(shown.Headers.CacheControl!.NoStore);
        Assert.Equal("show-transfer-code", _gateway.Vault.Purposes.Last());
        Assert.Equal(HttpStatusCode.Gone, (await people.PostAsync(link, null)).StatusCode);
        Assert.Equal(HttpStatusCode.Gone, (await people.GetAsync(link)).StatusCode);
        var audit = await _gateway.Client().GetStringAsync("/api/v1/audit?limit=200");
        Assert.Contains("the transfer code was shown", audit, StringComparison.Ordinal);
        Assert.DoesNotContain("Zq-c0de", audit, StringComparison.Ordinal);
        Assert.DoesNotContain(_gateway.Logged.Lines, line => line.Contains("Zq-c0de", StringComparison.Ordinal) || line.Contains(link.Segments[^1], StringComparison.Ordinal));
        _time.Advance(TimeSpan.FromDays(2.1));
        Assert.Equal("transition-not-allowed", await (await owner.PostAsync($"/api/v1/items/{_item}/transfer-code-link", null, "d")).ProblemAsync(409));
    }

    [Fact]
    [Trait("Requirement", "domains-D14")]
    public async Task A_code_that_the_registry_mailed_is_entered_by_staff_and_shown_once()
    {
        await RightsAsync(RecoveryRung.HandleTold);
        var credential = await PreparedAsync(fromRegistry: true, null);
        Assert.Equal("transition-not-allowed", await (await _gateway.Client().PostAsync($"/api/v1/items/{_item}/transfer-code-link", null, "a")).ProblemAsync(409));
        var stored = await _gateway.Client().PutAsync($"/api/v1/credentials/{credential}", System.Net.Http.Json.JsonContent.Create(new { secret = "be-c0de" }));
        Assert.Equal(HttpStatusCode.NoContent, stored.StatusCode);
        await StoredAsync(credential);
        var made = await (await _gateway.Client().PostAsync($"/api/v1/items/{_item}/transfer-code-link", null, "b")).JsonAsync();
        Assert.Contains("be-c0de", await (await _gateway.Anonymous().PostAsync(new Uri(made.GetProperty("url").GetString()!), null)).Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "domains-D18")]
    public async Task The_owner_reads_the_domain_s_steps_in_three_languages()
    {
        await RightsAsync(RecoveryRung.Notified);
        await _gateway.PublishAsync(
            new DomainStepReached(_migration, _item, DomainStep.SwitchedOver, new DateTimeOffset(2026, 7, 1, 10, 0, 0, TimeSpan.Zero), null, Says.Start),
            new DomainStepReached(_migration, _item, DomainStep.RungFailed, null, RecoveryRung.PasswordRecovery, Says.Start));
        var owner = _gateway.Client(await _gateway.KeyAsync("the secretary", Role.Member, _member));
        List<JsonElement> texts = [];
        await Eventually.TrueAsync("the timeline tells both", async () =>
        {
            texts = [.. (await (await owner.GetAsync($"/api/v1/migrations/{_migration}/timeline")).JsonAsync()).GetProperty("items").EnumerateArray()
                .Select(entry => entry.GetProperty("data")).Where(data => data.TryGetProperty("message", out var m) && m.GetString() == "domain-step").Select(data => data.GetProperty("text"))];
            return texts.Count == 2;
        });
        var switched = texts.Single(text => text.Text("en").StartsWith("Your domain leads", StringComparison.Ordinal));
        Assert.Contains("12:00", switched.Text("fr"), StringComparison.Ordinal); // Brussels, in summer
        Assert.Contains("nieuwe plaats", switched.Text("nl"), StringComparison.Ordinal);
        Assert.Contains(texts, text => text.Text("fr").Contains("formulaire de preuve", StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Requirement", "domains-D1")]
    public async Task Staff_see_the_domains_about_which_inventory_and_registrar_differ()
    {
        DomainConflict[] conflicts = [new("oublie.org", "", DomainConflictKind.UnknownToInventory), new("perdu.be", "M0007", DomainConflictKind.NotAtRegistrar)];
        await _gateway.PublishAsync(new DomainsCompared(12, conflicts, Says.Start.AddMinutes(1)));
        await Eventually.TrueAsync("the comparison is there", () => _gateway.QueryAsync(db => db.DomainComparisons.AnyAsync()));
        await _gateway.PublishAsync(new DomainsCompared(0, [], Says.Start)); // older: it says nothing
        var shown = await (await _gateway.Client().GetAsync("/api/v1/domains/conflicts")).JsonAsync();
        Assert.Equal((12, 2, "UnknownToInventory"), (shown.GetProperty("domains").GetInt32(), shown.GetProperty("conflicts").GetArrayLength(), shown.GetProperty("conflicts")[0].Text("kind")));
        Assert.Equal("role-not-allowed", await (await _gateway.Client(await _gateway.KeyAsync("the secretary", Role.Member, _member)).GetAsync("/api/v1/domains/conflicts")).ProblemAsync(403));
    }

    [Fact]
    [Trait("Requirement", "domains-D16")]
    public async Task People_who_decide_approve_a_plan_that_deletes_much_with_a_reason()
    {
        await RightsAsync(RecoveryRung.Notified);
        var (path, sha) = ($"/api/v1/items/{_item}/commands/approve-zone-deletions", new string('a', 64));
        foreach (var role in new[] { Role.Member, Role.Auditor, Role.Service })
            Assert.Equal("role-not-allowed", await (await _gateway.Client(await _gateway.KeyAsync($"{role}", role, role == Role.Member ? _member : null)).PostAsync(path, new { planSha256 = sha, reason = "forty old parking records" }, $"{role}")).ProblemAsync(403));
        Assert.Equal("invalid", await (await _gateway.Client().PostAsync(path, new { planSha256 = "the newest", reason = "forty old parking records" }, "a")).ProblemAsync(422));
        Assert.Equal("invalid", await (await _gateway.Client().PostAsync(path, new { planSha256 = sha, reason = "short" }, "b")).ProblemAsync(422));
        Assert.Equal(HttpStatusCode.Accepted, (await _gateway.Client().PostAsync(path, new { planSha256 = sha, reason = "forty old parking records" }, "c")).StatusCode);
        var sent = await _gateway.SentAsync<ApproveZoneDeletions>();
        Assert.Equal((_migration, _item, sha, "forty old parking records"), (sent.MigrationId, sent.ItemId, sent.PlanSha256, sent.Reason));
        Assert.NotEmpty(sent.Actor);
    }

    [Fact]
    public void Every_step_has_a_sentence_in_each_language()
    {
        List<string> keys = [.. Enum.GetValues<DomainStep>().SelectMany(step => step is DomainStep.RungDone or DomainStep.RungFailed
            ? Enum.GetValues<RecoveryRung>().Select(rung => DomainSentences.Key(step, rung))
            : [DomainSentences.Key(step, null)])];
        foreach (var language in DomainSentences.Languages)
            Assert.Equal(keys.Order(StringComparer.Ordinal), DomainSentences.Keys(language).Order(StringComparer.Ordinal));
    }

    string Hint => $"/api/v1/items/{_item}/recovery-hint";

    string Rung => $"/api/v1/items/{_item}/commands/record-rung";

    static object Body(RecoveryRung rung) => new { rung, outcome = RungOutcome.Done, note = "by letter of 2 March", custodian = "Marc" };

    async Task RightsAsync(RecoveryRung next, RightsState state = RightsState.Open)
    {
        var version = ++_version;
        DomainRights rights = new(state, next, "", null, false, "", []);
        await _gateway.PublishAsync(Says.Item(_migration, _item, "asbl.example", version) with { Kind = ItemKind.Domain, Arrangement = new ItemArrangement(MailboxStrategy.MoveAll, null, null, null, null, Rights: rights) });
        await Eventually.TrueAsync("the board knows the domain", () => _gateway.QueryAsync(db => db.Items.AnyAsync(i => i.Id == _item && i.Version == version)));
    }

    async Task<Guid> PreparedAsync(bool fromRegistry, DateTimeOffset? expires)
    {
        var credential = Guid.CreateVersion7();
        await _gateway.PublishAsync(new TransferCodePrepared(_migration, _item, credential, fromRegistry, expires, Says.Start));
        await Eventually.TrueAsync("the place of the code is known", () => _gateway.QueryAsync(db => db.TransferCodes.AnyAsync()));
        return credential;
    }

    async Task StoredAsync(Guid credential)
    {
        await _gateway.PublishAsync(new CredentialStored(credential, _member, 1, Says.Start));
        await Eventually.TrueAsync("the code is known to be there", () => _gateway.QueryAsync(db => db.Credentials.AnyAsync(c => c.Id == credential && c.StoredAt != null)));
    }
}
