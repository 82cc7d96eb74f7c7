using Cassiopea.Lab.Seed;
using Cassiopea.Lab.Servers;
using Cassiopea.Transfer;

namespace Cassiopea.Cli.Tests.Mail;

/// <summary>The commands as a person writes them, on real servers.</summary>
[Trait("Category", "Servers")]
public sealed class MailCommandsTests
{
    [Fact]
    [Trait("Requirement", "mail-R26")]
    [Trait("Requirement", "mail-R28")]
    [Trait("Requirement", "mail-R24")]
    public async Task A_dry_run_a_divided_copy_with_settings_and_its_verification_agree()
    {
        await using var from = await DovecotServer.StartAsync(new() { Layout = DovecotLayout.Maildir, ManageSieve = true }, CancellationToken.None);
        await using var to = await DovecotServer.StartAsync(new() { Layout = DovecotLayout.Mdbox, ManageSieve = true }, CancellationToken.None);
        var (old, @new) = (from.AddUniqueAccount("old"), to.AddUniqueAccount("new"));
        await MaildirWriter.WriteAsync(old, MailSets.Ordinary("o", 100, 91), CancellationToken.None);
        Directory.CreateDirectory(Path.Combine(old.Home, "sieve"));
        await File.WriteAllTextAsync(Path.Combine(old.Home, "sieve", "filtre.sieve"), "keep;\r\n");
        File.CreateSymbolicLink(Path.Combine(old.Home, ".dovecot.sieve"), "sieve/filtre.sieve");
        DovecotServer.Chown(Path.Combine(old.Home, "sieve"));
        DovecotServer.Chown(Path.Combine(old.Home, "sieve", "filtre.sieve"));

        var work = Directory.CreateTempSubdirectory("cassiopea-cli-").FullName;
        string[] ends =
        [
            "--from", $"imap://{old.User}@127.0.0.1:{from.ImapPort}/?tls=none", "--from-password-file", Secret(work, old), "--from-sieve", $"sieve://127.0.0.1:{from.ManageSievePort}/?tls=none",
            "--to", $"imap://{@new.User}@127.0.0.1:{to.ImapPort}/?tls=none", "--to-password-file", Secret(work, @new), "--to-sieve", $"sieve://127.0.0.1:{to.ManageSievePort}/?tls=none",
            "--journal", Path.Combine(work, "journal"), "--online-since", "2018-01-01", "--archive", Path.Combine(work, "archive"), "--quiet",
        ];
        var foretold = await RunAsync(work, ["mail", "copy", "--dry-run", .. ends]);
        Assert.Equal((ExitCode.Complete, 100L), (foretold.Code, foretold.Report.Counts.Source));
        Assert.InRange(foretold.Report.Prediction!.Items, 1, 99);

        var copied = await RunAsync(work, ["mail", "copy", "--settings", .. ends]);
        Assert.Empty(copied.Report.Exceptions);
        Assert.Equal((ExitCode.Complete, 100L, 100L), (copied.Code, copied.Report.Counts.Source, copied.Report.Counts.Copied));
        Assert.Equal(foretold.Report.Prediction.Items, copied.Report.Prediction!.Items);
        Assert.True(File.Exists(Path.Combine(work, "archive", "settings", "filtre.sieve")));
        Assert.Equal("keep;\r\n", await File.ReadAllTextAsync(Path.Combine(@new.Home, "sieve", "filtre.sieve")));

        var equal = await RunAsync(work, ["mail", "verify", "--settings", .. ends]);
        Assert.Equal((ExitCode.Complete, 100L), (equal.Code, equal.Report.Counts.AlreadyThere));
        await to.DoveadmAsync(CancellationToken.None, "expunge", "-u", @new.User, "mailbox", "INBOX", "uid", "1");
        Assert.Equal(ExitCode.Different, (await RunAsync(work, ["mail", "verify", "--settings", .. ends])).Code);
        Assert.Equal(ExitCode.Complete, await CommandTable.RunAsync(["mail", "survey", "--ages", .. ends.Take(4), "--quiet"]));
        Assert.Equal(ExitCode.Usage, await CommandTable.RunAsync(["mail", "copy", .. ends.Where(static word => word is not ("--online-since" or "2018-01-01"))]));
        Directory.Delete(work, recursive: true);
    }

    private static async Task<(int Code, TransferReport Report)> RunAsync(string work, string[] words)
    {
        var report = Path.Combine(work, "report.json");
        var code = await CommandTable.RunAsync([.. words, "--report", report]);
        return (code, TransferReport.FromJson(await File.ReadAllTextAsync(report)));
    }

    private static string Secret(string work, MailAccount account)
    {
        var file = Path.Combine(work, account.User);
        File.WriteAllText(file, account.Password + "\n");
        return file;
    }
}
