using Cassiopea.Contracts;
using Cassiopea.Gateway.Access;
using Cassiopea.Gateway.Reports;
using Cassiopea.Lab;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Gateway.Tests.Pages;

/// <summary>The console's daily work: what is shown comes from the board, what is done goes through the API.</summary>
[Trait("Category", "Servers")]
public sealed class WorkPagesTests
{
    [Fact]
    public async Task Tasks_checks_lists_access_and_texts_are_shown_and_acted_upon()
    {
        await using var gateway = await TestGateway.StartAsync(settings: new Dictionary<string, string?> { ["Gateway:DashboardUrl"] = "http://127.0.0.1:18888/" });
        var (member, migration) = await gateway.SeedAsync("M0001", MigrationState.Preparing, "assign-task", "close-task", "run-check");
        var (item, task, now) = (Guid.CreateVersion7(), Guid.CreateVersion7(), TimeProvider.System.GetUtcNow());
        await gateway.PublishAsync(
            Says.Item(migration, item, state: ItemState.CredentialsNeeded, source: Says.End(Guid.CreateVersion7())),
            new TaskAdvanced(migration, task, 1, 12, item, "large-mailbox", "Plan", "Open", "", "", "system", now.AddDays(-9), now.AddDays(-2), null, now),
            new InventoryImported("M0001", "invoice", [new KnownService("M0001", ItemKind.Site, "www.amis.example")], now),
            new TextEdited("invoice-due", "fr", 1, "Votre facture\n\nBonjour {name},\n\nMerci.", ["name"], "system", now));
        await Eventually.TrueAsync("the board is filled", () => gateway.QueryAsync(async db =>
            await db.Items.AnyAsync() && await db.StaffTasks.AnyAsync() && await db.LetterTexts.AnyAsync() && await db.Listed.AnyAsync() && await db.Credentials.AnyAsync()));
        var alice = new Browser(gateway) { Cookies = { ["__Host-session"] = await gateway.SessionAsync("alice", Role.Operator) } };

        Assert.Contains("en retard depuis le", (await alice.GetAsync("/equipe/taches")).Text, StringComparison.Ordinal);
        var take = alice.FillAsync("/equipe/taches", $"/equipe/taches/{task}/prendre", []);
        var assign = await gateway.SentAsync<AssignTask>();
        await gateway.PublishAsync(new CommandAccepted(assign.OperationId));
        Assert.Equal((303, "alice", "alice", task), ((await take).Status, assign.Actor, assign.Assignee, assign.TaskId));
        Assert.Equal(422, (await alice.FillAsync("/equipe/taches", $"/equipe/taches/{task}/terminer", new() { ["reason"] = "" })).Status);
        Assert.Equal(303, (await alice.FillAsync("/equipe/taches", $"/equipe/taches/{task}/ecrire", new() { ["words"] = "Rappelée mardi <b>" })).Status);
        Assert.Contains("Rappelée mardi &lt;b&gt;", (await alice.GetAsync("/equipe/taches")).Text, StringComparison.Ordinal);

        var checks = await alice.GetAsync($"/equipe/migrations/{migration}/controles");
        Assert.Contains("L’ancien emplacement accepte le mot de passe", System.Net.WebUtility.HtmlDecode(checks.Text), StringComparison.Ordinal);
        var again = alice.FillAsync($"/equipe/migrations/{migration}/controles", $"/equipe/migrations/{migration}/controles", new() { ["check"] = "mail-source-login", ["item"] = item.ToString() });
        var run = await gateway.SentAsync<RunCheck>();
        await gateway.PublishAsync(new CommandAccepted(run.OperationId));
        Assert.Equal((303, "mail-source-login", item), ((await again).Status, run.Check, run.ItemId!.Value));

        Assert.Contains("factur", (await alice.GetAsync($"/equipe/migrations/{migration}/inventaire")).Text, StringComparison.Ordinal);
        Assert.Contains("info@amis.example", (await alice.GetAsync("/equipe/acces?etat=absent")).Text, StringComparison.Ordinal);
        Assert.DoesNotContain("info@amis.example", (await alice.GetAsync("/equipe/acces?etat=present")).Text, StringComparison.Ordinal);

        Assert.Contains("Votre facture", (await alice.GetAsync("/equipe/textes")).Text, StringComparison.Ordinal);
        var save = alice.FillAsync("/equipe/textes/invoice-due/fr", "/equipe/textes/invoice-due/fr", new() { ["text"] = "Votre facture\r\n\r\nBonjour {name}." });
        var edit = await gateway.SentAsync<EditText>();
        await gateway.PublishAsync(new CommandAccepted(edit.OperationId));
        Assert.Equal((303, "Votre facture\n\nBonjour {name}.", 1), ((await save).Status, edit.Text, edit.BasedOn));
        Assert.Equal(404, (await alice.GetAsync("/equipe/textes/no-such/fr")).Status);

        var shown = (await alice.GetAsync($"/equipe/membres/{member}")).Text;
        Assert.Contains($"http://127.0.0.1:18888/traces?filters=cassiopea.migration.id:equals:{migration}", shown, StringComparison.Ordinal);
        Assert.Contains($"/equipe/migrations/{migration}/controles", shown, StringComparison.Ordinal);
        Assert.Contains($"cassiopea.item.id:equals:{item}", (await alice.GetAsync($"/equipe/elements/{item}")).Text, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "sec-S21")]
    public async Task A_key_is_shown_once_and_refused_after_it_was_revoked()
    {
        await using var gateway = await TestGateway.StartAsync();
        var alice = new Browser(gateway) { Cookies = { ["__Host-session"] = await gateway.SessionAsync("alice", Role.Operator) } };
        var made = await alice.FillAsync("/equipe/personnes", "/equipe/cles", new() { ["owner"] = "bookkeeping", ["keyRole"] = "Auditor" });
        var text = made.Text.Split("role=\"status\"")[1].Split("<code class=\"break\">")[1].Split("</code>")[0];
        using var client = gateway.Client(text);
        Assert.Equal(200, (int)(await client.GetAsync("/api/v1/reports")).StatusCode);
        Assert.DoesNotContain(text, (await alice.GetAsync("/equipe/personnes")).Text, StringComparison.Ordinal);
        var key = await gateway.QueryAsync(db => db.ApiKeys.Where(k => k.Owner == "bookkeeping").Select(k => k.Id).SingleAsync());
        Assert.Equal(303, (await alice.FillAsync("/equipe/personnes", $"/equipe/cles/{key}/revoquer", [])).Status);
        Assert.Equal(401, (int)(await client.GetAsync("/api/v1/reports")).StatusCode);
    }

    [Fact]
    public async Task Reports_give_the_API_s_figures_and_a_file_that_no_spreadsheet_takes_for_formulas()
    {
        await using var gateway = await TestGateway.StartAsync();
        var (member, migration) = await gateway.SeedAsync();
        await gateway.PublishAsync(Says.Item(migration, Guid.CreateVersion7(), "=cmd|' /C calc'!A0;\"x\""));
        await gateway.PublishAsync(Says.Member(member, "M0001", "+Amis", 9));
        await Eventually.TrueAsync("the item is there", () => gateway.QueryAsync(async db => await db.Items.AnyAsync() && await db.Members.AnyAsync(m => m.Name == "+Amis")));
        var alice = new Browser(gateway) { Cookies = { ["__Host-session"] = await gateway.SessionAsync("alice", Role.Auditor) } };
        Assert.Equal(200, (await alice.GetAsync("/equipe/rapports")).Status);
        var file = await alice.GetAsync("/equipe/rapports/items.csv");
        Assert.Contains("\"'=cmd|' /C calc'!A0;\"\"x\"\"\"", file.Text, StringComparison.Ordinal);
        Assert.Contains(";'+Amis;", (await alice.GetAsync("/equipe/rapports/members.csv")).Text, StringComparison.Ordinal);
        using var client = gateway.Client();
        Assert.Equal(file.Text.TrimStart('\uFEFF'), (await client.GetStringAsync("/api/v1/reports/items?format=csv")).TrimStart('\uFEFF'));
        foreach (var name in ReportQueries.Names)
            Assert.Equal(name, (await (await client.GetAsync("/api/v1/reports/" + name)).JsonAsync()).Text("name"));
        Assert.Equal("not-found", await (await client.GetAsync("/api/v1/reports/nothing")).ProblemAsync(404));
        Assert.Equal(1, (await (await client.GetAsync("/api/v1/reports")).JsonAsync()).GetProperty("members").GetInt32());
    }
}
