using System.Text.Json;
using Cassiopea.Contracts;
using Cassiopea.Gateway.Access;
using Cassiopea.Lab;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Gateway.Tests.Checklist;

/// <summary>The checklist over the API: what is asked, answers, tasks and their threads.</summary>
[Trait("Category", "Servers")]
public sealed class ChecklistTests : IAsyncLifetime
{
    static readonly string[] Verbs = ["answer", "close-task", "assign-task", "run-check", "send-contact-code", "confirm-contact"];

    TestGateway _gateway = null!;

    public async ValueTask InitializeAsync() => _gateway = await TestGateway.StartAsync();

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Fact]
    public async Task A_member_sees_the_questions_of_the_found_services_in_three_languages_and_what_waits_for_them()
    {
        var (_, migration, item, client) = await SeedAsync();
        var list = await (await client.GetAsync($"/api/v1/migrations/{migration}/checklist")).JsonAsync();
        Assert.Equal("fr", list.Text("language"));
        var entry = Entry(list, 8);
        Assert.Equal((item, "info@amis.example"), (entry.GetProperty("itemId").GetGuid(), entry.Text("itemName")));
        Assert.Equal("Quelles sont les boîtes de courriels qui sont encore actives ?", entry.GetProperty("guide")[0].GetString());
        Assert.Contains(entry.GetProperty("choices").EnumerateArray(), c => c.Text("code") == "unknown");
        Assert.False(Gate(list, "Plan").GetProperty("isOpen").GetBoolean());
        Assert.DoesNotContain(list.GetProperty("groups").EnumerateArray(), g => g.Text("group") == "lists");
        foreach (var (language, word) in new[] { ("nl", "mailbox"), ("en", "mailbox"), ("fr", "boîte") })
            Assert.Contains(word, Entry(await (await client.GetAsync($"/api/v1/migrations/{migration}/checklist?language={language}")).JsonAsync(), 8).Text("ask"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_goes_to_the_saga_without_its_words_and_comes_back_with_them()
    {
        var (_, migration, item, client) = await SeedAsync();
        var body = new { answers = new[] { new { rule = 8, itemId = item, choice = "archive", note = "écrire à jean@prive.example" } } };
        Assert.Equal(202, (int)(await client.PostAsync($"/api/v1/migrations/{migration}/checklist/answers", body, "a-1")).StatusCode);
        var sent = await _gateway.SentAsync<AnswerChecklist>();
        var told = Assert.Single(sent.Answers);
        Assert.DoesNotContain("prive", JsonSerializer.Serialize(sent), StringComparison.Ordinal);
        Assert.Equal((8, item, "archive"), (told.Rule, told.ItemId!.Value, told.Choice));

        await _gateway.PublishAsync(new QuestionAnswered(migration, 1, 8, item, "archive", "lise", told.NoteId, Says.Start));
        JsonElement list = default;
        await Eventually.TrueAsync("the answer is shown", async () =>
            Entry(list = await (await client.GetAsync($"/api/v1/migrations/{migration}/checklist")).JsonAsync(), 8).GetProperty("answer").ValueKind == JsonValueKind.Object);
        Assert.Equal("écrire à jean@prive.example", Entry(list, 8).GetProperty("answer").Text("note"));
        Assert.Contains(list.GetProperty("plan").EnumerateArray(), s => s.Text("code") == "archive-only");

        await _gateway.PublishAsync(new QuestionAnswered(migration, 2, 8, item, "keep", "lise", null, Says.Start.AddSeconds(1)));
        await Eventually.TrueAsync("the flip is shown", async () =>
            (await (await client.GetAsync($"/api/v1/migrations/{migration}/checklist")).JsonAsync()).GetProperty("plan").EnumerateArray().Any(s => s.Text("code") == "mailbox-moves"));
        var history = await (await client.GetAsync($"/api/v1/migrations/{migration}/checklist/history")).JsonAsync();
        Assert.Equal(["archive", "keep"], history.GetProperty("items").EnumerateArray().Select(a => a.Text("choice")));
        using var staff = _gateway.Client(await _gateway.KeyAsync("sophie", Role.Staff));
        Assert.Contains("prive", (await (await staff.GetAsync($"/api/v1/members/{_member}/export")).Content.ReadAsStringAsync()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_that_no_rule_knows_is_refused_with_the_field()
    {
        var (_, migration, item, client) = await SeedAsync();
        var body = new { answers = new object[] { new { rule = 8, itemId = item, choice = "burn" }, new { rule = 99, choice = "yes" } } };
        var answer = await client.PostAsync($"/api/v1/migrations/{migration}/checklist/answers", body, "a-2");
        Assert.Equal("invalid", await answer.ProblemAsync(422));
        Assert.Contains("answers[0].choice", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(0, await _gateway.QueryAsync(db => db.Notes.CountAsync()));
    }

    [Fact]
    public async Task Another_member_sees_neither_list_nor_tasks()
    {
        var (_, migration, _, _) = await SeedAsync();
        var (other, _) = await _gateway.SeedAsync("M0002");
        await _gateway.PublishAsync(TaskOf(migration, Guid.CreateVersion7(), 1));
        using var stranger = _gateway.Client(await _gateway.KeyAsync("other", Role.Member, other));
        Assert.Equal("not-found", await (await stranger.GetAsync($"/api/v1/migrations/{migration}/checklist")).ProblemAsync(404));
        Assert.Equal(0, (await (await stranger.GetAsync("/api/v1/tasks")).JsonAsync()).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task A_task_is_shown_with_its_thread_given_to_a_person_and_closed()
    {
        var (_, migration, _, client) = await SeedAsync();
        var task = Guid.CreateVersion7();
        await _gateway.PublishAsync(TaskOf(migration, task, 1));
        using var staff = _gateway.Client(await _gateway.KeyAsync("sophie", Role.Staff));
        await Eventually.TrueAsync("the task is shown", async () => (await (await staff.GetAsync("/api/v1/tasks?state=Open")).JsonAsync()).GetProperty("items").GetArrayLength() == 1);

        Assert.Equal(201, (int)(await client.PostAsync($"/api/v1/tasks/{task}/thread", new { words = "Ik weet het niet" }, "t-1")).StatusCode);
        var shown = (await (await staff.GetAsync("/api/v1/tasks?state=Open&language=en")).JsonAsync()).GetProperty("items")[0];
        Assert.Equal("Ik weet het niet", shown.GetProperty("thread")[0].Text("words"));
        Assert.Equal("Help the member to answer", shown.Text("text"));

        Assert.Equal(202, (int)(await staff.PostAsync($"/api/v1/tasks/{task}/commands/assign", new { assignee = "sophie" }, "t-2")).StatusCode);
        Assert.Equal("sophie", (await _gateway.SentAsync<AssignTask>()).Assignee);
        Assert.Equal(202, (int)(await staff.PostAsync($"/api/v1/tasks/{task}/commands/close", new { reason = "asked by telephone" }, "t-3")).StatusCode);
        Assert.Equal(task, (await _gateway.SentAsync<CloseTask>()).TaskId);
        Assert.Equal("role-not-allowed", await (await client.PostAsync($"/api/v1/tasks/{task}/commands/close", new { reason = "asked by telephone" }, "t-4")).ProblemAsync(403));
    }

    [Fact]
    public async Task The_preflight_shows_each_check_with_its_fix_and_one_is_made_again()
    {
        var (_, migration, item, client) = await SeedAsync();
        await _gateway.PublishAsync(Says.Item(migration, item, version: 2) with
        {
            Facts = [new Fact("bytes", "900", "bytes"), new Fact("target-quota-bytes", "100", "bytes")],
            Arrangement = new ItemArrangement(MailboxStrategy.MoveAll, null, null, null, null, new Prediction(12, 900, 4, [], Says.Start)),
        });
        JsonElement shown = default;
        await Eventually.TrueAsync("the quota is red", async () => (shown = await (await client.GetAsync($"/api/v1/migrations/{migration}/preflight?language=en")).JsonAsync())
            .GetProperty("checks").EnumerateArray().Any(c => c.Text("code") == "mail-target-quota" && c.Text("state") == "Red"));
        var check = shown.GetProperty("checks").EnumerateArray().Single(c => c.Text("code") == "mail-target-quota");
        Assert.Contains("quota", check.Text("fix"), StringComparison.Ordinal);
        Assert.Equal(item, check.GetProperty("itemId").GetGuid());

        Assert.Equal(202, (int)(await client.PostAsync($"/api/v1/migrations/{migration}/preflight/mail-target-quota/commands/run", new { itemId = item }, "p-1")).StatusCode);
        var sent = await _gateway.SentAsync<RunCheck>();
        Assert.Equal(("mail-target-quota", item), (sent.Check, sent.ItemId));
        Assert.Equal("not-found", await (await client.PostAsync($"/api/v1/migrations/{migration}/preflight/nothing/commands/run", new { }, "p-2")).ProblemAsync(404));

        var run = await (await client.GetAsync($"/api/v1/migrations/{migration}/dry-run")).JsonAsync();
        Assert.Equal((12, 900, 4d), (run.GetProperty("things").GetInt64(), run.GetProperty("bytes").GetInt64(), run.GetProperty("mostSeconds").GetDouble()));
    }

    [Fact]
    public async Task What_lists_name_is_imported_and_shown_beside_what_was_found_with_the_conflicts()
    {
        var (_, migration, _, client) = await SeedAsync();
        using var staff = _gateway.Client(await _gateway.KeyAsync("sophie", Role.Staff));
        StringContent Csv(string text) => new(text, System.Text.Encoding.UTF8, "text/csv");
        Assert.Equal("invalid", await (await staff.PostAsync("/api/v1/inventory:import?source=invoice", Csv("reference;kind;name\nM0001;Boat;x\n"), "i-1")).ProblemAsync(422));
        Assert.Equal(202, (int)(await staff.PostAsync("/api/v1/inventory:import?source=invoice", Csv("reference;kind;name\nM0001;MailingList;\n"), "i-2")).StatusCode);
        var sent = await _gateway.SentAsync<ImportInventory>();
        Assert.Equal(("invoice", new KnownService("M0001", ItemKind.MailingList, "")), (sent.Source, Assert.Single(sent.Services)));

        await _gateway.PublishAsync(new InventoryImported("M0001", "invoice", sent.Services, Says.Start));
        JsonElement shown = default;
        await Eventually.TrueAsync("the list is shown", async () => (shown = await (await client.GetAsync($"/api/v1/migrations/{migration}/inventory")).JsonAsync()).GetProperty("entries").GetArrayLength() == 2);
        Assert.Equal(["found-not-billed", "billed-not-found"], shown.GetProperty("entries").EnumerateArray().Select(e => e.Text("conflict")));
        Assert.Equal("look-again", Entry(await (await client.GetAsync($"/api/v1/migrations/{migration}/checklist")).JsonAsync(), 6).GetProperty("choices")[1].Text("code"));
    }

    [Fact]
    public async Task A_contact_is_verified_by_the_code_that_was_sent_there_and_only_staff_verify_without()
    {
        var (_, migration, _, client) = await SeedAsync();
        var path = $"/api/v1/migrations/{migration}/contacts";
        Assert.Equal(202, (int)(await client.PostAsync($"{path}/second/code", null, "c-1")).StatusCode);
        Assert.True((await _gateway.SentAsync<SendContactCode>()).Second);
        Assert.Equal(202, (int)(await client.PostAsync($"{path}/second/confirmation", new { code = "12345678" }, "c-2")).StatusCode);
        Assert.Equal(64, (await _gateway.SentAsync<ConfirmContact>()).CodeSha256.Length);
        Assert.Equal("invalid", await (await client.PostAsync($"{path}/first/confirmation", new { reason = "I am the treasurer" }, "c-3")).ProblemAsync(422));
        using var staff = _gateway.Client(await _gateway.KeyAsync("sophie", Role.Staff));
        Assert.Equal(202, (int)(await staff.PostAsync($"{path}/first/confirmation", new { reason = "called the treasurer" }, "c-4")).StatusCode);
        Assert.Equal("not-found", await (await client.PostAsync($"{path}/third/code", null, "c-5")).ProblemAsync(404));
    }

    Guid _member;

    static TaskAdvanced TaskOf(Guid migration, Guid task, int version) => new(
        migration, task, version, 8, null, "unknown", "Plan", "Open", "", "", "lise", Says.Start, Says.Start.AddDays(7), null, Says.Start);

    static JsonElement Entry(JsonElement list, int rule) =>
        list.GetProperty("groups").EnumerateArray().SelectMany(g => g.GetProperty("entries").EnumerateArray()).Single(e => e.GetProperty("rule").GetInt32() == rule);

    static JsonElement Gate(JsonElement list, string gate) => list.GetProperty("gates").EnumerateArray().Single(g => g.Text("gate") == gate);

    async Task<(Guid Member, Guid Migration, Guid Item, HttpClient Client)> SeedAsync()
    {
        var (member, migration) = await _gateway.SeedAsync("M0001", MigrationState.Preparing, Verbs);
        _member = member;
        var item = Guid.CreateVersion7();
        await _gateway.PublishAsync(Says.Item(migration, item));
        await Eventually.TrueAsync("the item is on the board", () => _gateway.QueryAsync(db => db.Items.AnyAsync(i => i.Id == item)));
        return (member, migration, item, _gateway.Client(await _gateway.KeyAsync("lise", Role.Member, member)));
    }
}
