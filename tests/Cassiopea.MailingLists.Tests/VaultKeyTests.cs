using System.Globalization;
using Cassiopea.Contracts;
using Cassiopea.Lab.Servers;
using Cassiopea.ServiceTesting;

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

    private static Endpoint End(string host, int port, string list, Guid credential) => new(Guid.NewGuid(), "sympa", host, port, TlsPolicy.None, list, credential);
}
