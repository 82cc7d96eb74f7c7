using System.Globalization;
using Cassiopea.Lab.Servers;

namespace Cassiopea.Benchmarks.Mail;

/// <summary>A tool that copies a mailbox into a Maildir on the disk.</summary>
/// <param name="Name">For people.</param>
/// <param name="Prepare">Source, folder for its state (mode 700), Maildir to write.</param>
internal sealed record ArchiveTool(string Name, Func<MailEnd, string, string, Task<ChildProgram>> Prepare)
{
    public static ArchiveTool Ours(string cli, string scheme) => new("cassiopea", async (from, state, maildir) =>
    {
        var library = cli.EndsWith(".dll", StringComparison.Ordinal);
        return new ChildProgram(
            library ? "/usr/bin/env" : cli,
            [.. library ? (string[])["dotnet", cli] : [], "mail", "archive", "--from", string.Create(CultureInfo.InvariantCulture, $"{scheme}://{Uri.EscapeDataString(from.Account.User)}@127.0.0.1:{from.Port}/?tls=none"),
                "--from-password-file", await PassFileAsync(state, from), "--to", maildir, "--quiet"]);
    });

    // without FSync, as ours: neither forces each message to the disk
    public static ArchiveTool Mbsync() => new("mbsync", async (from, state, maildir) =>
    {
        var configuration = Path.Combine(state, "mbsyncrc");
        Directory.CreateDirectory(Path.Combine(state, "sync"));
        Directory.CreateDirectory(maildir);
        await File.WriteAllTextAsync(configuration, string.Create(CultureInfo.InvariantCulture, $"""
            FSync no

            IMAPAccount far
            Host 127.0.0.1
            Port {from.Port}
            User {from.Account.User}
            Pass {from.Account.Password}
            SSLType None
            AuthMechs LOGIN

            IMAPStore far
            Account far

            MaildirStore near
            Path {maildir}/
            Inbox {maildir}/INBOX
            SubFolders Verbatim

            Channel all
            Far :far:
            Near :near:
            Patterns *
            Create Near
            Sync Pull
            CopyArrivalDate yes
            SyncState {state}/sync/

            """));
        return new ChildProgram("/usr/bin/mbsync", "-q", "-c", configuration, "all");
    });

    public static ArchiveTool NaivePop3() => new("one RETR at a time", async (from, state, maildir) => new ChildProgram(
        "/usr/bin/env", "dotnet", Path.Combine(AppContext.BaseDirectory, "Cassiopea.Benchmarks.dll"), "naive-pop3",
        from.Port.ToString(CultureInfo.InvariantCulture), from.Account.User, await PassFileAsync(state, from), maildir));

    private static async Task<string> PassFileAsync(string state, MailEnd from)
    {
        var path = Path.Combine(state, "from");
        await File.WriteAllTextAsync(path, from.Account.Password + "\n");
        return path;
    }
}
