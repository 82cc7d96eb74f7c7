using Cassiopea.Cli.Manifests;
using Cassiopea.Lab.Seed;
using Cassiopea.Lab.Servers;

namespace Cassiopea.Cli.Tests.Mail;

/// <summary>Signed manifests of a verification and of an archive, on a real server.</summary>
[Trait("Category", "Servers")]
[Trait("Requirement", "mail-R25")]
public sealed class MailManifestTests : IDisposable
{
    private readonly string _work = Directory.CreateTempSubdirectory("cassiopea-cli-").FullName;

    public void Dispose() => Directory.Delete(_work, recursive: true);

    [Fact]
    public async Task A_verification_and_an_archive_of_one_mailbox_sign_the_same_manifest()
    {
        await using var server = await DovecotServer.StartAsync(new() { Layout = DovecotLayout.Maildir }, CancellationToken.None);
        var (old, @new) = (server.AddUniqueAccount("old"), server.AddUniqueAccount("new"));
        await MaildirWriter.WriteAsync(old, MailSets.Ordinary("o", 100, 95), CancellationToken.None);
        var (from, to) = (End("from", server, old), End("to", server, @new));
        var (key, manifest, archive) = (Path.Combine(_work, "sign.key"), Path.Combine(_work, "info.manifest"), Path.Combine(_work, "archive"));
        string[] both = [.. from, .. to, "--journal", Path.Combine(_work, "journal"), "--quiet"];
        Assert.Equal(ExitCode.Complete, await CommandTable.RunAsync(["mail", "copy", .. both]));
        Assert.Equal(ExitCode.Complete, await CommandTable.RunAsync(["mail", "verify", .. both, "--manifest", manifest, "--sign-key", key]));
        Assert.Equal(105, (await File.ReadAllLinesAsync(manifest)).Length);
        Assert.Equal(ExitCode.Complete, await VerifyAsync(manifest, SignedManifest.PublicKeyOf(manifest)));
        Assert.Empty(Directory.GetFiles(_work, "info.manifest*").Except([manifest, SignedManifest.SignatureOf(manifest), SignedManifest.PublicKeyOf(manifest)]));

        Assert.Equal(ExitCode.Complete, await CommandTable.RunAsync(["mail", "archive", .. from, "--to", archive, "--quiet", "--sign-key", key]));
        Assert.Equal(await File.ReadAllTextAsync(manifest), await File.ReadAllTextAsync(Path.Combine(archive, "MANIFEST")));
        Assert.Equal(ExitCode.Complete, await VerifyAsync(Path.Combine(archive, "MANIFEST"), SignedManifest.PublicKeyOf(manifest)));

        await server.DoveadmAsync(CancellationToken.None, "expunge", "-u", @new.User, "mailbox", "INBOX", "uid", "1");
        Assert.Equal(ExitCode.Different, await CommandTable.RunAsync(["mail", "verify", .. both, "--manifest", manifest, "--sign-key", key]));
        Assert.False(File.Exists(SignedManifest.SignatureOf(manifest)));

        File.Delete(Directory.EnumerateFiles(Path.Combine(archive, "cur")).First());
        File.Copy(Path.Combine(archive, "manifest.tsv"), Path.Combine(archive, "manifest.before"));
        await File.WriteAllLinesAsync(Path.Combine(archive, "manifest.tsv"), (await File.ReadAllLinesAsync(Path.Combine(archive, "manifest.before")))[..^1]);
        Assert.Equal(ExitCode.Complete, await CommandTable.RunAsync(["mail", "archive", .. from, "--to", archive, "--quiet", "--sign-key", key]));
        Assert.Equal(await File.ReadAllTextAsync(manifest), await File.ReadAllTextAsync(Path.Combine(archive, "MANIFEST")));
    }

    [Fact]
    public async Task An_archive_whose_files_are_not_those_of_its_list_is_not_signed()
    {
        await using var server = await DovecotServer.StartAsync(new() { Layout = DovecotLayout.Maildir }, CancellationToken.None);
        var old = server.AddUniqueAccount("old");
        await MaildirWriter.WriteAsync(old, MailSets.Ordinary("o", 50, 96), CancellationToken.None);
        var archive = Path.Combine(_work, "archive");
        string[] words = ["mail", "archive", .. End("from", server, old), "--to", archive, "--quiet", "--sign-key", Path.Combine(_work, "sign.key")];
        Assert.Equal(ExitCode.Complete, await CommandTable.RunAsync(words));
        var file = Directory.EnumerateFiles(Path.Combine(archive, "cur")).First();
        await File.AppendAllTextAsync(file, "x");
        Assert.Equal(ExitCode.Refused, await CommandTable.RunAsync(words));
    }

    private static Task<int> VerifyAsync(string manifest, string key) => CommandTable.RunAsync(["manifest", "verify", "--key", key, manifest, "--quiet"]);

    private string[] End(string end, DovecotServer server, MailAccount account)
    {
        var secret = Path.Combine(_work, account.User);
        File.WriteAllText(secret, account.Password + "\n");
        return [$"--{end}", $"imap://{account.User}@127.0.0.1:{server.ImapPort}/?tls=none", $"--{end}-password-file", secret];
    }
}
