using System.Text;
using Cassiopea.Imap.Settings;
using Cassiopea.Imap.Tests.Mailbox;
using Cassiopea.Lab.Seed;
using Cassiopea.Lab.Servers;
using Cassiopea.Transfer;

namespace Cassiopea.Imap.Tests.Settings;

[Trait("Requirement", "mail-R28")]
public sealed class MailboxSettingsTests
{
    private const string Filter = "require [\"fileinto\"];\r\nif header :contains \"List-Id\" \"adherents\" { fileinto \"Comité/Réunions\"; }\r\n";

    [Fact]
    [Trait("Category", "Servers")]
    public async Task R28_scripts_rights_and_annotations_are_exported_applied_and_compared()
    {
        await using var from = await DovecotServer.StartAsync(new() { Layout = DovecotLayout.Maildir, ManageSieve = true, Acl = true }, CancellationToken.None);
        await using var to = await DovecotServer.StartAsync(new() { Layout = DovecotLayout.Mdbox, ManageSieve = true, Acl = true }, CancellationToken.None);
        var (old, @new) = (from.AddUniqueAccount("old"), to.AddUniqueAccount("new"));
        await MaildirWriter.WriteAsync(old, MailSets.Ordinary("o", 60, 51), CancellationToken.None);
        var (source, target) = (TwoMailboxes.Account(from.ImapPort, old), TwoMailboxes.Account(to.ImapPort, @new));
        var journal = Directory.CreateTempSubdirectory("cassiopea-settings-").FullName;
        var export = Path.Combine(journal, "settings");
        var options = new MailboxSettingsOptions
        {
            SourceSieve = source.Endpoint with { Port = from.ManageSievePort!.Value },
            TargetSieve = target.Endpoint with { Port = to.ManageSievePort!.Value },
            Identifiers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["marie"] = "marie.new" },
        };
        await ScriptAsync(old, "filtre", Filter);
        await from.DoveadmAsync(CancellationToken.None, "acl", "set", "-u", old.User, "INBOX.Trash", "user=marie", "lookup", "read", "write-seen");
        await from.DoveadmAsync(CancellationToken.None, "acl", "set", "-u", old.User, "INBOX.Trash", "user=paul@example.org", "lookup", "read");
        await from.DoveadmAsync(CancellationToken.None, "acl", "set", "-u", old.User, "INBOX", "anyone", "lookup");
        await from.DoveadmAsync(CancellationToken.None, "mailbox", "metadata", "set", "-u", old.User, "INBOX.Trash", "/private/comment", "ligne 1\r\nligne é");
        await from.DoveadmAsync(CancellationToken.None, "mailbox", "metadata", "set", "-u", old.User, "INBOX", "/shared/comment", "commune");
        await new Imap.Mailbox.MailboxTransfer(TimeProvider.System).RunAsync(source, target, journal, new(), CancellationToken.None);

        var applied = await MailboxSettingsTransfer.ApplyAsync(source, target, journal, export, options, CancellationToken.None);
        Assert.Equal(5, applied.Applied);
        var open = Assert.Single(applied.Exceptions);
        Assert.Equal(("INBOX ; acl ; anyone", TransferCode.NotExpressible), (open.Item, open.Code));
        Assert.Equal(Filter, await File.ReadAllTextAsync(Path.Combine(export, "filtre.sieve")));
        Assert.Equal(3, SettingsFolder.Read(export)!.Rights.Count);
        Assert.Equal("filtre ACTIVE", (await to.DoveadmAsync(CancellationToken.None, "sieve", "list", "-u", @new.User)).Trim());
        Assert.Equal(Filter, await File.ReadAllTextAsync(Path.Combine(@new.Home, "sieve", "filtre.sieve")));
        var rights = await to.DoveadmAsync(CancellationToken.None, "acl", "get", "-u", @new.User, "Trash");
        Assert.Contains("user=marie.new", rights, StringComparison.Ordinal);
        Assert.Contains("user=paul@example.org", rights, StringComparison.Ordinal);
        Assert.Equal("ligne 1\nligne é", (await to.DoveadmAsync(CancellationToken.None, "mailbox", "metadata", "get", "-u", @new.User, "Trash", "/private/comment")).TrimEnd('\n'));

        Assert.Equal("INBOX ; acl ; anyone", Assert.Single((await MailboxSettingsTransfer.CompareAsync(source, target, journal, options, CancellationToken.None)).Exceptions).Item);
        Assert.Equal(0, (await MailboxSettingsTransfer.ApplyAsync(source, target, journal, export, options, CancellationToken.None)).Applied);

        // a change at the source follows; one that was made at the target stays, and the comparison says so
        await ScriptAsync(old, "filtre", Filter + "keep;\r\n");
        Assert.Equal(1, (await MailboxSettingsTransfer.ApplyAsync(source, target, journal, export, options, CancellationToken.None)).Applied);
        await ScriptAsync(@new, "filtre", Filter + "stop;\r\n");
        await ScriptAsync(old, "filtre", Filter + "discard;\r\n");
        var kept = await MailboxSettingsTransfer.ApplyAsync(source, target, journal, export, options, CancellationToken.None);
        Assert.Equal((0, "sieve ; filtre"), (kept.Applied, kept.Exceptions[0].Item));
        Assert.Contains((await MailboxSettingsTransfer.CompareAsync(source, target, journal, options, CancellationToken.None)).Exceptions, static one => one.Text == "The script differs.");
        Directory.Delete(journal, recursive: true);
    }

    [Fact]
    [Trait("Category", "Servers")]
    public async Task R28_what_the_target_does_not_offer_is_listed_with_what_to_do_and_the_export_has_it()
    {
        await using var from = await DovecotServer.StartAsync(new() { Layout = DovecotLayout.Maildir, ManageSieve = true, Acl = true }, CancellationToken.None);
        await using var two = await TwoMailboxes.StartAsync(MailSets.Ordinary("o", 20, 52));
        var old = from.AddUniqueAccount("old");
        await MaildirWriter.WriteAsync(old, MailSets.Ordinary("o", 20, 52), CancellationToken.None);
        await ScriptAsync(old, "../../etc/filtre", "keep;\r\n");
        await ScriptAsync(old, "unknown", "require [\"vnd.nobody.knows\"];\r\n");
        await from.DoveadmAsync(CancellationToken.None, "acl", "set", "-u", old.User, "INBOX.Trash", "user=paul@example.org", "lookup", "read");
        var source = TwoMailboxes.Account(from.ImapPort, old);
        var options = new MailboxSettingsOptions { SourceSieve = source.Endpoint with { Port = from.ManageSievePort!.Value }, TargetSieve = two.Target.Endpoint with { Port = FreePort.Next() } };
        var export = Path.Combine(two.Journal, "settings");
        var result = await MailboxSettingsTransfer.ApplyAsync(source, two.Target, null, export, options, CancellationToken.None);
        Assert.Equal(0, result.Applied);
        Assert.All(result.Exceptions, static one => Assert.NotEmpty(one.Action));
        Assert.Equal(["INBOX", "Trash ; acl ; paul@example.org", "sieve"], result.Exceptions.Select(static one => one.Item.StartsWith("sieve", StringComparison.Ordinal) ? "sieve" : one.Item).Append("INBOX").Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(result.Found.Scripts.Count + 1, Directory.GetFiles(export).Length);

        // a target with ManageSieve that does not know an extension
        await using var to = await DovecotServer.StartAsync(new() { Layout = DovecotLayout.Mdbox, ManageSieve = true }, CancellationToken.None);
        var @new = to.AddUniqueAccount("new");
        var target = TwoMailboxes.Account(to.ImapPort, @new);
        var second = await MailboxSettingsTransfer.ApplyAsync(source, target, null, export, options with { TargetSieve = target.Endpoint with { Port = to.ManageSievePort!.Value } }, CancellationToken.None);
        Assert.Contains(second.Exceptions, static one => one.Item == "sieve ; unknown" && one.Action.Contains(".sieve", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("lrs", "lrs", "lrs")]
    [InlineData("lrswipkxtea", "aeiklprstwx", "acdilprsw")]
    [InlineData("lrswipcda", "aeiklprstwx", "acdilprsw")]
    [InlineData("lrcdkxte", "eklrtx", "cdlr")]
    public void Rights_are_the_same_in_the_letters_of_both_RFCs(string given, string @new, string old) => Assert.Equal((@new, old), (Rights.New(given), Rights.Old(given)));

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("a/b\0")]
    [InlineData("")]
    [InlineData("ééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééé")]
    public void A_script_s_name_never_leaves_the_export(string name)
    {
        var file = SettingsFolder.NameOf(name);
        Assert.False(file.AsSpan().ContainsAny('/', '\\', '\0'));
        Assert.InRange(Encoding.UTF8.GetByteCount(file), 6, 200);
        Assert.NotEqual(SettingsFolder.NameOf(name + "x"), file);
        Assert.DoesNotContain("..", file, StringComparison.Ordinal);
    }

    /// <summary>As the server's own storage has it: a file, and a link to the active one.</summary>
    private static async Task ScriptAsync(MailAccount account, string name, string content)
    {
        var folder = Path.Combine(account.Home, "sieve");
        Directory.CreateDirectory(folder);
        var file = name.Replace('/', '_') + ".sieve";
        await File.WriteAllTextAsync(Path.Combine(folder, file), content);
        var active = Path.Combine(account.Home, ".dovecot.sieve");
        File.Delete(active);
        File.CreateSymbolicLink(active, Path.Combine("sieve", file));
        DovecotServer.Chown(folder);
        DovecotServer.Chown(Path.Combine(folder, file));
    }
}
