using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Cassiopea.Lab;
using Cassiopea.Lab.Manifest;
using Cassiopea.Lab.Peers;
using Cassiopea.Lab.Seed;
using Cassiopea.Lab.Servers;

namespace Cassiopea.Benchmarks.Mail;

/// <summary>A mailbox into a Maildir on the disk, with each tool in turn: over IMAP beside mbsync, or a distant maildrop over POP3 beside a loop.</summary>
internal static class ArchiveBenchmark
{
    /// <summary>True when everything that ours wrote is exact.</summary>
    public static async Task<bool> RunAsync(BenchmarkOptions options, CancellationToken token)
    {
        var pop3 = options.Scenario == "pop3";
        await using var server = await DovecotServer.StartAsync(new() { Layout = DovecotLayout.Maildir, Fsync = options.Fsync }, token);
        await using var proxy = FaultProxy.Start(server.Pop3Port);
        proxy.Latency = TimeSpan.FromMilliseconds(10);
        var source = server.AddUniqueAccount("from");
        var seed = pop3 ? MailSets.Wan() : MailSets.Bench();
        await MaildirWriter.WriteAsync(source, pop3 ? seed with { Messages = [.. seed.Messages.Select(static one => one with { Folder = ["INBOX"] })] } : seed, token);
        var wanted = await MailManifest.ReadAsync(ImapAccess.To(server, source), token);
        var hashes = wanted.Folders.Values.SelectMany(static folder => folder.Messages).Select(static one => one.Sha256).Order(StringComparer.Ordinal).ToList();
        var title = pop3 ? "a maildrop into a Maildir, POP3 at 20 ms" : "a mailbox into a Maildir";
        Console.WriteLine($"\n{title}: {wanted.Messages} messages, {wanted.Bytes / 1e6:0.0} MB, {options.Rounds} rounds");

        ArchiveTool[] tools = pop3 ? [ArchiveTool.Ours(options.Cli, "pop3"), ArchiveTool.NaivePop3()] : [ArchiveTool.Ours(options.Cli, "imap"), ArchiveTool.Mbsync()];
        var end = new MailEnd(pop3 ? proxy.Port : server.ImapPort, source);
        var runs = tools.ToDictionary(static tool => tool, static _ => new List<ProcessCost>());
        var exact = true;
        for (var round = 0; round < options.Rounds; round++)
        {
            foreach (var tool in round % 2 == 0 ? tools : [.. tools.Reverse()])
            {
                var state = LabRoot.NewFolder("tool");
                if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(state, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
                var maildir = Path.Combine(state, "Maildir");
                var cost = await ProcessMeter.RunAsync(await tool.Prepare(end, state, maildir), token);
                var same = Hashes(maildir).SequenceEqual(hashes, StringComparer.Ordinal) && cost.ExitCode == 0;
                if (tool == tools[0]) exact &= same;
                runs[tool].Add(cost);
                Console.WriteLine($"  round {round + 1} {tool.Name,-18} {cost.Seconds,7:0.00} s  cpu {cost.CpuSeconds,6:0.00} s  peak {cost.PeakBytes / 1e6,6:0} MB  exit {cost.ExitCode}  {(same ? "exact" : "not exact: " + cost.Tail)}");
                Directory.Delete(state, recursive: true);
            }
        }

        var best = runs.ToDictionary(static run => run.Key, static run => run.Value.Min(static cost => cost.Seconds));
        var table = new StringBuilder().Append(CultureInfo.InvariantCulture, $"\n### {options.Scenario}: {title}, {wanted.Messages} messages\n\n| tool | best s | messages/s | ours is faster |\n|---|---|---|---|\n");
        foreach (var (tool, seconds) in best) table.Append(CultureInfo.InvariantCulture, $"| {tool.Name} | {seconds:0.00} | {wanted.Messages / seconds:0} | {seconds / best[tools[0]]:0.0} x |\n");
        Console.WriteLine(table);
        if (options.Markdown is not null) await File.AppendAllTextAsync(options.Markdown, table.ToString(), token);
        return exact;
    }

    /// <summary>Of each message with the line ends of IMAP, for a Maildir may hold others.</summary>
    private static List<string> Hashes(string maildir) => [.. Directory.EnumerateFiles(maildir, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None })
        .Where(static file => Path.GetFileName(Path.GetDirectoryName(file)) is "cur" or "new")
        .Select(static file => Convert.ToHexStringLower(SHA256.HashData(Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(File.ReadAllBytes(file)).Replace("\r\n", "\n", StringComparison.Ordinal).Replace("\n", "\r\n", StringComparison.Ordinal)))))
        .Order(StringComparer.Ordinal)];
}
