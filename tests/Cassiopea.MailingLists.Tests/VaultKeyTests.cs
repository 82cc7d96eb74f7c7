using System.Globalization;
using Cassiopea.Contracts;
using Cassiopea.Lab;
using Cassiopea.Lab.Servers;
using Cassiopea.ServiceDefaults;
using Cassiopea.ServiceTesting;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.MailingLists.Tests;

/// <summary>Secrets of hosts come from the vault: a key for ssh, a password for Mailman's REST; what is wrong is told with who must do what.</summary>
[Trait("Category", "Servers")]
[Trait("Requirement", "lists-34")]
public sealed class VaultKeyTests
{
    private const string Config = "subject Nouvelles\n\nsend private\n\n", Owners = "email chef@asbl.example\nprofile privileged\n\n", Members = "email zoe@skynet.example\ngecos Zoé\nreception notice\n\nemail noel@skynet.example\n\n";
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_old_Sympa_is_entered_over_ssh_with_the_key_of_the_vault_and_the_list_goes_to_a_Mailman_with_its_losses()
    {
        await using var sshd = await SshdServer.StartAsync(Token);
        await using var old = await SympaServer.StartAsync("lists.old.test", Token);
        await using var mailman = await MailmanServer.StartAsync(Token);
        await old.AddListAsync("nouvelles", Config, Members, Owners, token: Token);
        await using var vault = await VaultStandIn.StartAsync("mailing-lists");
        var source = End("127.0.0.2", sshd.Port, "nouvelles@lists.old.test", vault.Store(await File.ReadAllTextAsync(sshd.Key, Token)));
        var target = End("127.0.0.1", mailman.Rest.Port, "nouvelles@lists.mailman.test", vault.Store(mailman.Password));
        await using var host = await MailingListsHost.StartAsync(vault,
            ("MailingLists:Hosts:0:Host", "127.0.0.2"), ("MailingLists:Hosts:0:Destination", $"{sshd.Login}@127.0.0.1"), ("MailingLists:Hosts:0:Port", sshd.Port.ToString(CultureInfo.InvariantCulture)),
            ("MailingLists:Hosts:0:KnownHosts", await File.ReadAllTextAsync(sshd.KnownHosts, Token)), ("MailingLists:Hosts:0:Configuration", old.Configuration), ("MailingLists:Hosts:0:Library", old.Library),
            ("MailingLists:Hosts:1:Host", "127.0.0.1"), ("MailingLists:Hosts:1:Software", "Mailman"), ("MailingLists:Hosts:1:Rest", mailman.Rest.ToString()), ("MailingLists:Hosts:1:RestUser", MailmanServer.User));
        var (migration, item) = (Guid.NewGuid(), Guid.NewGuid());
        var grant = new ExportGrant("Autre hébergeur", "lists.mailman.test", [ListPart.People], new string('a', 64), DateTimeOffset.UnixEpoch);

        var surveyed = await host.AskAsync<SurveyMailingList, ItemSurveyed>(new(migration, item, 1, source, target));
        Assert.Null(surveyed.SourceFailure);
        Assert.Null(surveyed.TargetFailure);
        Assert.StartsWith("Mailman 3.", surveyed.Facts.Single(static one => one.Name == "target-software").Value, StringComparison.Ordinal);

        var moved = await host.AskAsync<TransferMailingList, ItemTransferred>(new(migration, item, 1, Bucket.Bulk, source, target, Grant: grant));
        Assert.Equal(["date", "profile", "reception"], moved.Exceptions.Select(static one => one.Item).Order(StringComparer.Ordinal));
        var verified = await host.AskAsync<VerifyMailingList, ItemVerified>(new(migration, item, 1, Bucket.Bulk, source, target, grant));
        Assert.True(verified.Equal, string.Join('\n', verified.Differences));
        Assert.Empty(mailman.Queued);
        Assert.Equal(0, vault.OpenLeases);

        var wrong = source with { CredentialId = vault.Store("no key at all") };
        var refused = await host.AskAsync<SurveyMailingList, ItemSurveyed>(new(migration, item, 2, wrong, null), static one => one.Attempt == 2);
        Assert.Equal(FailureCode.AuthenticationFailed, refused.SourceFailure?.Code);
        Assert.DoesNotContain("no key at all", refused.SourceFailure!.Text, StringComparison.Ordinal);
        var missing = await host.AskAsync<SurveyMailingList, ItemSurveyed>(new(migration, item, 3, source with { CredentialId = Guid.NewGuid() }, null), static one => one.Attempt == 3);
        Assert.Equal(FailureCode.CredentialMissing, missing.SourceFailure?.Code);
    }

    [Fact]
    public async Task No_agent_holds_a_key_after_its_service_was_killed_and_what_it_left_goes_with_the_next_pass()
    {
        await using var sshd = await SshdServer.StartAsync(Token);
        await using var old = await SympaServer.StartAsync("lists.old.test", Token);
        await using var fresh = await SympaServer.StartAsync("lists.new.test", Token);
        await old.AddListAsync("nouvelles", Config, Members, Owners, token: Token);
        await using var vault = await VaultStandIn.StartAsync("mailing-lists");
        var source = End("127.0.0.2", sshd.Port, "nouvelles@lists.old.test", vault.Store(await File.ReadAllTextAsync(sshd.Key, Token)));
        var target = End("lists.new.test", 22, "nouvelles@lists.new.test", Guid.NewGuid());
        var database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync(token: Token);
        await using var service = new ServiceProcess("Cassiopea.MailingLists", "mailing-lists", database, vault,
        [
            new("MailingLists:Directory", LabRoot.NewFolder("lists")),
            new("MailingLists:Hosts:0:Host", "127.0.0.2"), new("MailingLists:Hosts:0:Destination", $"{sshd.Login}@127.0.0.1"), new("MailingLists:Hosts:0:Port", sshd.Port.ToString(CultureInfo.InvariantCulture)),
            new("MailingLists:Hosts:0:KnownHosts", await File.ReadAllTextAsync(sshd.KnownHosts, Token)), new("MailingLists:Hosts:0:Configuration", old.Configuration), new("MailingLists:Hosts:0:Library", old.Library),
            .. MailingListsHost.Settings(1, "lists.new.test", fresh).Select(static one => KeyValuePair.Create(one.Key, (string?)one.Value)),
        ]);
        await service.StartAsync();
        var grant = new ExportGrant("Autre hébergeur", "lists.new.test", [ListPart.People], new string('a', 64), DateTimeOffset.UnixEpoch);
        var command = new TransferMailingList(Guid.NewGuid(), Guid.NewGuid(), 1, Bucket.Bulk, source, target, Grant: grant);
        MailingListsContext Open() => new(new DbContextOptionsBuilder<MailingListsContext>().UseNpgsql(database).Options);
        await using (var db = Open())
        {
            await db.EnqueueJob(new JobRequest(command.MigrationId, command.ItemId, TransferMailingListJob.Kind, 1, source.Host, Bucket.Bulk, command), Token);
            await db.SaveChangesAsync(Token);
        }

        var folder = "";
        await Eventually.TrueAsync("an agent holds the key", () => (folder = Directory.EnumerateDirectories(Path.GetTempPath(), "cassiopea-ssh-*").FirstOrDefault(OfThisService) ?? "").Length > 0 && File.Exists(Path.Combine(folder, "agent")), TimeSpan.FromSeconds(240), Token);
        Assert.NotEmpty(Agents(folder));
        await service.KillAsync();
        await Eventually.TrueAsync("the agent ended with it", () => Agents(folder).Count == 0, TimeSpan.FromSeconds(30), Token);

        await service.StartAsync();
        await Eventually.TrueAsync("the pass ends", () =>
        {
            using var db = Open();
            return db.Set<Job>().AsNoTracking().Single() is var job && job.State == JobState.Failed ? throw new InvalidOperationException(job.LastError) : job.State == JobState.Done;
        }, TimeSpan.FromSeconds(240), Token);
        Assert.False(Directory.Exists(folder));

        static bool OfThisService(string one) => CommandLine($"/proc/{Path.GetFileName(one).Split('-')[2]}").Contains(Path.Combine(AppContext.BaseDirectory, "Cassiopea.MailingLists.dll"), StringComparison.Ordinal);
        static List<string> Agents(string of) => [.. Directory.EnumerateDirectories("/proc").Where(static one => int.TryParse(Path.GetFileName(one), CultureInfo.InvariantCulture, out _)).Where(one => CommandLine(one).Contains(of, StringComparison.Ordinal))];
    }

    private static string CommandLine(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "cmdline"));
        }
        catch (IOException)
        {
            return ""; // it ended meanwhile
        }
    }

    private static Endpoint End(string host, int port, string list, Guid credential) => new(Guid.NewGuid(), "sympa", host, port, TlsPolicy.None, list, credential);
}
