using Cassiopea.Lab.Seed;
using Cassiopea.Lab.Servers;

namespace Cassiopea.Imap.Tests.Mailbox;

/// <summary>The command line killed with SIGKILL at random instants, again and again, then left alone: nothing lost, nothing twice.</summary>
[Trait("Category", "Servers")]
[Trait("Requirement", "mail-R12")]
[Trait("Requirement", "rel-F1")]
public sealed class MailboxKillTests
{
    [Theory]
    [InlineData(1, "")]
    [InlineData(2, "MULTIAPPEND")]
    [InlineData(3, "MULTIAPPEND,UIDPLUS,LITERAL+")]
    public Task Killed_at_random_instants_it_loses_nothing_and_doubles_nothing(int seed, string without) => KillAsync(seed, without, messages: 400, kills: 6);

    [Theory]
    [Trait("Category", "Nightly")]
    [InlineData(11, "")]
    [InlineData(12, "MULTIAPPEND")]
    [InlineData(13, "MULTIAPPEND,UIDPLUS,LITERAL+")]
    [InlineData(14, "UIDPLUS")]
    public Task Killed_a_hundred_times_it_loses_nothing_and_doubles_nothing(int seed, string without) => KillAsync(seed, without, messages: 3_000, kills: 100);

    private static async Task KillAsync(int seed, string without, int messages, int kills)
    {
        var random = new Random(seed);
        await using var two = await TwoMailboxes.StartAsync(MailSets.Ordinary("o", messages, 50 + seed));
        var killed = 0;
        for (var kill = 0; kill < kills; kill++)
        {
            await using var run = await StartAsync(two, without, "--rate=4000000");
            var before = two.TargetProxy.Bytes(Lab.Peers.Toward.Server);
            var until = before + random.Next(1, 2_500_000);
            await Lab.Eventually.TrueAsync("some octets went to the target, or it ended", () => run.HasExited || two.TargetProxy.Bytes(Lab.Peers.Toward.Server) >= until);
            if (run.HasExited) continue;
            await run.KillAsync();
            killed++;
        }

        Assert.True(killed > 0);

        await using var last = await StartAsync(two, without);
        await last.WaitForExitAsync();
        Assert.True(last.ExitCode == 0, last.Tail);
        Assert.Empty(await two.DifferencesAsync());
    }

    private static Task<ChildProcess> StartAsync(TwoMailboxes two, string without, params string[] more)
    {
        string Url(ImapAccount account) => $"imap://{account.Endpoint.Login}@127.0.0.1:{account.Endpoint.Port}/?tls=none";
        string[] arguments =
        [
            Path.Combine(AppContext.BaseDirectory, "cassiopea.dll"), "mail", "copy", "--from", Url(two.Source), "--to", Url(two.Target), "--journal", two.Journal, .. more,
        ];
        if (without.Length > 0) arguments = [.. arguments, "--without", without];
        return ChildProcess.StartAsync(new(Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "/usr/bin/dotnet", arguments)
        {
            Environment = new Dictionary<string, string?> { ["CASSIOPEA_FROM_PASSWORD"] = two.From.Password, ["CASSIOPEA_TO_PASSWORD"] = two.To.Password },
        });
    }
}
