using Cassiopea.Contracts;
using Cassiopea.Gateway.Access;
using Cassiopea.Gateway.Tests;
using Cassiopea.Lab;
using Cassiopea.Lab.Servers;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Cli.Tests.Api;

[Trait("Category", "Servers")]
public sealed class ApiCommandTests
{
    [Fact]
    public async Task A_login_is_kept_in_a_file_that_others_cannot_read()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var cli = new CliRun(gateway);
        Assert.Equal(0, (await cli.RunAsync("login", "--url", gateway.Address.ToString())).Code);
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(cli.LoginFile));
        cli.Set("CASSIOPEA_URL", null);
        cli.Set("CASSIOPEA_API_KEY", null);
        Assert.Equal("admin", (await cli.JsonAsync("whoami")).GetProperty("owner").GetString());
        Assert.Equal(0, (await cli.RunAsync("logout")).Code);
        Assert.Equal(4, (await cli.RunAsync("whoami")).Code);
        var (code, _) = await (await cli.StartAsync(["login", "--url", gateway.Address.ToString()], gateway.AdminKey + "\n")).EndAsync();
        Assert.Equal(0, code);
        Assert.Equal(0, (await cli.RunAsync("whoami")).Code);
    }

    [Fact]
    public async Task Exit_codes_say_why_it_stopped()
    {
        await using var gateway = await TestGateway.StartAsync();
        await gateway.SeedAsync("M0042", MigrationState.Preparing, "approve-plan");
        using var cli = new CliRun(gateway);
        Assert.Equal(1, (await cli.RunAsync("migration", "explode")).Code);
        Assert.Equal(1, (await cli.RunAsync("migration", "pause", "M0042")).Code);
        Assert.Equal(1, (await cli.RunAsync("migration", "cancel", "M0042", "--reason", "decided by the board")).Code);
        var (code, text) = await cli.RunAsync("migration", "start", "M0042");
        Assert.Equal(3, code);
        Assert.Contains("transition-not-allowed", text, StringComparison.Ordinal);
        Assert.Contains("approve-plan", text, StringComparison.Ordinal);
        Assert.Equal(3, (await cli.RunAsync("migration", "show", "M0001")).Code);
        cli.Set("CASSIOPEA_API_KEY", "cas_nothing");
        Assert.Equal(4, (await cli.RunAsync("migration", "list")).Code);
    }

    [Fact]
    public async Task Help_speaks_english_and_french()
    {
        using var cli = new CliRun();
        Assert.Contains("Start the first copy", (await cli.RunAsync("--help")).Out, StringComparison.Ordinal);
        cli.Set("LANG", "fr_BE.UTF-8");
        Assert.Contains("Lancer la première copie", (await cli.RunAsync("migration", "--help")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_command_is_followed_to_its_end()
    {
        await using var gateway = await TestGateway.StartAsync();
        var (_, migration) = await gateway.SeedAsync("M0042", MigrationState.Ready, "start", "cutover");
        using var cli = new CliRun(gateway, await gateway.KeyAsync("bob", Role.Staff));
        var starting = await cli.StartAsync(["migration", "start", "M0042"]);
        var start = await gateway.SentAsync<StartCopy>();
        await gateway.PublishAsync(new CommandAccepted(start.OperationId, "Started."));
        var (code, text) = await starting.EndAsync();
        Assert.Equal((0, "bob", migration), (code, start.Actor, start.MigrationId));
        Assert.Contains("Started.", text, StringComparison.Ordinal);

        using var approver = new CliRun(gateway, await gateway.KeyAsync("carol", Role.Approver));
        var cutting = await approver.StartAsync(["migration", "cutover", migration.ToString(), "--yes"]);
        var cut = await gateway.SentAsync<ApproveCutOver>();
        await gateway.PublishAsync(new CommandRefused(cut.OperationId, "four-eyes", "A second person must approve.", ["cutover"]));
        (code, text) = await cutting.EndAsync();
        Assert.Equal(3, code);
        Assert.Contains("four-eyes: A second person must approve.", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_idempotency_key_has_one_effect()
    {
        await using var gateway = await TestGateway.StartAsync();
        await gateway.SeedAsync("M0042", MigrationState.Ready, "pause");
        using var cli = new CliRun(gateway);
        string[] pause = ["migration", "pause", "M0042", "--reason", "holiday", "--no-wait", "--idempotency-key", "k1"];
        var first = await cli.JsonAsync(pause);
        Assert.Equal(first.GetProperty("id").GetGuid(), (await cli.JsonAsync(pause)).GetProperty("id").GetGuid());
        Assert.Equal(1, await gateway.QueryAsync(db => db.Operations.CountAsync()));
    }

    [Fact]
    public async Task An_item_is_declared_and_its_secret_goes_to_the_vault_from_standard_input()
    {
        const string secret = "cnry-cli-5f0c é";
        await using var gateway = await TestGateway.StartAsync();
        await gateway.SeedAsync("M0042", MigrationState.Preparing, "declare-item");
        using var cli = new CliRun(gateway);
        var declared = await cli.JsonAsync("item", "declare", "M0042", "Mailbox", "info@amis.example", "--source", "imap://info@imap.old.example/", "--no-wait");
        var credential = declared.GetProperty("sourceCredentialId").GetString()!;
        var storing = await cli.StartAsync(["credential", "set", credential], secret + "\n");
        Assert.Equal(0, (await storing.EndAsync()).Code);
        Assert.Equal(secret, gateway.Vault.Stored[Guid.Parse(credential)].Secret);
        Assert.Equal("present", (await cli.JsonAsync("credential", "status", credential)).GetProperty("status").GetString());
        Assert.DoesNotContain(gateway.Logged.Lines, line => line.Contains("cnry-cli-5f0c", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Members_and_invoices_are_imported_shown_and_exported()
    {
        await using var gateway = await TestGateway.StartAsync();
        var (member, _) = await gateway.SeedAsync("M0042");
        await gateway.PublishAsync(new LedgerChanged("M0042", [new InvoiceLine("F1", 2016, new(2016, 1, 1), new(2016, 2, 1), 5000, 1250, "", "partial")], Says.Start));
        using var cli = new CliRun(gateway);
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "reference;name;language;contactEmail\nM0043;Autres;nl;a@autres.example\n");
        Assert.Equal(1, (await cli.JsonAsync("member", "import", file, "--dry-run")).GetProperty("members").GetInt32());
        Assert.Equal("Running", (await cli.JsonAsync("member", "import", file, "--no-wait")).GetProperty("state").GetString());
        await gateway.SentAsync<RegisterMember>(m => m.Reference == "M0043");
        var importing = await cli.StartAsync(["invoice", "import", file]);
        var import = await gateway.SentAsync<ImportInvoices>();
        await gateway.PublishAsync(new InvoicesImported(import.OperationId, false, 0, 0, 0, [new LineError(2, "amount", "is missing")], Says.Start));
        var (code, text) = await importing.EndAsync();
        Assert.Equal(3, code);
        Assert.Contains("line 2 amount: is missing", text, StringComparison.Ordinal);
        await Eventually.TrueAsync("the ledger is there", () => gateway.QueryAsync(db => db.Ledgers.AnyAsync()));
        Assert.Contains("12.50", (await cli.RunAsync("invoice", "list", "M0042")).Out, StringComparison.Ordinal);
        Assert.Equal(member, (await cli.JsonAsync("member", "export", "M0042")).GetProperty("member").GetProperty("id").GetGuid());
        File.Delete(file);
    }

    [Fact]
    public async Task Watch_resumes_by_itself_after_the_gateway_restarted_and_ends_with_the_migration()
    {
        var database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        var port = FreePort.Next();
        using var cli = new CliRun();
        CliRun.Running watching;
        Guid member, migration;
        var item = Guid.CreateVersion7();
        await using (var gateway = await TestGateway.StartAsync(database, port: port))
        {
            (member, migration) = await gateway.SeedAsync("M0042", MigrationState.Copying);
            cli.Set("CASSIOPEA_URL", gateway.Address.ToString());
            cli.Set("CASSIOPEA_API_KEY", gateway.AdminKey);
            watching = await cli.StartAsync(["migration", "watch", "M0042"]);
            await watching.SaysAsync("Copying: staff");
            await gateway.PublishAsync(Says.Item(migration, item, version: 1, state: ItemState.Copying));
            await watching.SaysAsync("info@amis.example: Copying");
            await gateway.PublishAsync(Says.Progress(migration, item, 40, 1));
            await watching.SaysAsync("info@amis.example 40 %");
        }
        await watching.SaysAsync("the gateway is away");
        await using (var gateway = await TestGateway.StartAsync(database, port: port))
        {
            await gateway.PublishAsync(Says.Item(migration, item, version: 2, state: ItemState.InSync));
            await watching.SaysAsync("info@amis.example: InSync");
            await gateway.PublishAsync(Says.Migration(member, migration, "M0042", MigrationState.Completed, 2));
            Assert.Equal(0, (await watching.EndAsync()).Code);
        }
    }

    [Fact]
    public async Task Parked_items_are_retried_together_only_when_the_count_is_what_was_shown()
    {
        await using var gateway = await TestGateway.StartAsync();
        var (_, migration) = await gateway.SeedAsync("M0042", MigrationState.NeedsStaff, "resume", "retry");
        foreach (var name in new[] { "a@amis.example", "b@amis.example" })
            await gateway.PublishAsync(Says.Item(migration, Guid.CreateVersion7(), name, state: ItemState.NeedsStaff) with
            {
                Failure = new Failure(FailureSide.Target, FailureKind.Refused, "over-quota", "Full."),
            });
        await Eventually.TrueAsync("items are there", () => gateway.QueryAsync(async db => await db.Items.CountAsync() == 2));
        using var cli = new CliRun(gateway);
        Assert.Contains("over-quota", (await cli.RunAsync("incident", "list")).Out, StringComparison.Ordinal);
        Assert.Contains("provider", (await cli.RunAsync("incident", "explain", "over-quota", "--language", "nl")).Out, StringComparison.Ordinal);
        Assert.Contains("2 match now", (await cli.RunAsync("incident", "retry", "--code", "over-quota")).Out, StringComparison.Ordinal);
        Assert.Equal(3, (await cli.RunAsync("incident", "retry", "--code", "over-quota", "--expected-count", "1")).Code);
        Assert.Empty(gateway.Sent);
        Assert.Equal(0, (await cli.RunAsync("incident", "retry", "--code", "over-quota", "--expected-count", "2", "--no-wait")).Code);
        await Eventually.TrueAsync("both are retried", () => gateway.Sent.OfType<RetryItem>().Select(m => m.ItemId).Distinct().Count() == 2);
        await gateway.HearAsync<AuditVerificationAsked>(asked =>
        {
            string[] others = ["billing", "databases", "domains", "mail", "mailing-lists", "migrations", "vault", "web-hosting"];
            _ = gateway.PublishAsync([.. others.Select(service => new AuditVerified(asked.OperationId, service, true, 1, "head", "", TimeProvider.System.GetUtcNow()))]);
        });
        var (verified, chains) = await cli.RunAsync("audit", "verify");
        Assert.Equal(0, verified);
        Assert.Contains("web-hosting", chains, StringComparison.Ordinal);
        Assert.Equal(6, (await cli.RunAsync("audit", "verify", "--head", "0000")).Code);
        Assert.Contains("retry", (await cli.RunAsync("audit", "list", "--actor", "admin")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_at_home_is_told_with_the_code_for_run_again()
    {
        using var cli = new CliRun();
        cli.Set("CASSIOPEA_URL", $"http://127.0.0.1:{FreePort.Next()}");
        cli.Set("CASSIOPEA_API_KEY", "cas_x");
        var (code, text) = await cli.RunAsync("migration", "list");
        Assert.Equal(5, code);
        Assert.Contains("does not answer", text, StringComparison.Ordinal);
    }
}
