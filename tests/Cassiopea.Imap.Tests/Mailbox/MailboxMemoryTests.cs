using Cassiopea.Lab.Peers;
using Cassiopea.Lab.Servers;
using Cassiopea.Transfer;

namespace Cassiopea.Imap.Tests.Mailbox;

/// <summary>The command line in a process of its own: what it takes does not grow with the mailbox.</summary>
[Trait("Category", "Servers")]
[Trait("Requirement", "mail-R19")]
public sealed class MailboxMemoryTests
{
    private const long Allowed = 64 << 20;

    [Fact]
    public Task A_message_of_120_MB_is_never_held_whole() => CompareAsync(static from => from.Add("INBOX", MemoryPair.Letter(1, 120_000_000)));

    [Fact]
    [Trait("Category", "Nightly")]
    public Task A_message_of_200_MB_is_never_held_whole() => CompareAsync(static from => from.Add("INBOX", MemoryPair.Letter(1, 200_000_000)));

    [Theory]
    [InlineData(20_000)]
    public Task Many_messages_cost_a_few_bytes_each(int messages) => ManyAsync(messages);

    [Theory]
    [Trait("Category", "Nightly")]
    [InlineData(500_000)]
    public Task Half_a_million_messages_cost_a_few_bytes_each(int messages) => ManyAsync(messages);

    private static Task ManyAsync(int messages) => CompareAsync(from =>
    {
        var letter = MemoryPair.Letter(1, 100);
        for (var i = 0; i < messages; i++) from.Add("INBOX", letter);
    });

    private static async Task CompareAsync(Action<MemoryImap> fill)
    {
        var idle = await PeakAsync(static from => from.Add("INBOX", MemoryPair.Letter(1)));
        Assert.InRange(await PeakAsync(fill) - idle, long.MinValue, Allowed);
    }

    private static async Task<long> PeakAsync(Action<MemoryImap> fill)
    {
        await using var pair = MemoryPair.Start("IMAP4rev1", "IMAP4rev1 LITERAL+ MULTIAPPEND UIDPLUS");
        fill(pair.From);
        var report = Path.Combine(pair.Journal, "report.json");
        string[] arguments =
        [
            Path.Combine(AppContext.BaseDirectory, "cassiopea.dll"), "mail", "copy", "--from", Url(pair.From), "--to", Url(pair.To), "--journal", Path.Combine(pair.Journal, "j"),
            "--report", report, "--quiet",
        ];
        await using var run = await ChildProcess.StartAsync(new("/usr/bin/dotnet", arguments)
        {
            Environment = new Dictionary<string, string?> { ["CASSIOPEA_FROM_PASSWORD"] = "a", ["CASSIOPEA_TO_PASSWORD"] = "b" },
        });
        await run.WaitForExitAsync();
        Assert.True(run.ExitCode == 0, run.Tail);
        Assert.Equal(pair.From.Folders[0].Messages.Count, pair.There().Count);
        return TransferReport.FromJson(await File.ReadAllTextAsync(report)).PeakMemoryBytes;
    }

    private static string Url(MemoryImap server) => $"imap://u@127.0.0.1:{server.Port}/?tls=none";
}
