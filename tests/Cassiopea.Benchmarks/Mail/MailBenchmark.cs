using Cassiopea.Lab;
using Cassiopea.Lab.Manifest;
using Cassiopea.Lab.Peers;
using Cassiopea.Lab.Seed;
using Cassiopea.Lab.Servers;

namespace Cassiopea.Benchmarks.Mail;

/// <summary>Runs the tools in turn, each into a fresh account, and judges what arrived with the lab's own manifest.</summary>
internal static class MailBenchmark
{
    /// <summary>True when everything that ours copied in an ordinary mailbox is exact.</summary>
    public static async Task<bool> RunAsync(MailScenario scenario, BenchmarkOptions options, CancellationToken token)
    {
        await using var old = await DovecotServer.StartAsync(new() { Layout = DovecotLayout.Maildir, Fsync = options.Fsync }, token);
        await using var @new = await DovecotServer.StartAsync(new() { Layout = DovecotLayout.Mdbox, Fsync = options.Fsync, ImapCapability = scenario.Announced }, token);
        await using var beforeOld = FaultProxy.Start(old.ImapPort);
        await using var beforeNew = FaultProxy.Start(@new.ImapPort);
        beforeOld.Latency = beforeNew.Latency = scenario.RoundTrip / 2;
        var distant = scenario.RoundTrip > TimeSpan.Zero;

        var mailbox = scenario.Mailbox();
        var source = old.AddUniqueAccount("from");
        await MaildirWriter.WriteAsync(source, mailbox, token);
        var wanted = await MailManifest.ReadAsync(ImapAccess.To(old, source), token);
        Console.WriteLine($"\n{scenario.Title}: {wanted.Messages} messages, {wanted.Bytes / 1e6:0.0} MB, {wanted.Folders.Count} folders, {options.Rounds} rounds");

        var tools = MailTool.All(options with { Connections = options.Connections ?? scenario.Connections?.ToString(System.Globalization.CultureInfo.InvariantCulture) }, @new);
        var results = tools.Where(t => t.Absent is null).ToDictionary(t => t, _ => new List<MailRun>());
        for (var round = 0; round < options.Rounds; round++)
            foreach (var tool in results.Keys.Skip(round % results.Count).Concat(results.Keys.Take(round % results.Count)).ToArray())
            {
                var target = @new.AddUniqueAccount("to");
                var ends = (From: new MailEnd(distant ? beforeOld.Port : old.ImapPort, source), To: new MailEnd(distant ? beforeNew.Port : @new.ImapPort, target));
                var cost = await MeasureAsync(tool, ends.From, ends.To, scenario.SecondPass, token);
                var got = await MailManifest.ReadAsync(ImapAccess.To(@new, target), token);
                var run = new MailRun(cost, Verdict.Of(ManifestComparison.Compare(wanted, got), wanted, got));
                results[tool].Add(run);
                Console.WriteLine($"  round {round + 1} {tool.Name,-12} {cost.Seconds,7:0.00} s  cpu {cost.CpuSeconds,6:0.00} s  peak {cost.PeakBytes / 1e6,6:0} MB  exit {cost.ExitCode}  {run.Verdict.Text}");
                if (cost.ExitCode != 0)
                    Console.WriteLine("      " + string.Join("\n      ", cost.Tail.Split('\n').TakeLast(4)));
                await @new.EmptyAsync(target, token);
            }

        var table = MailTable.Write(scenario, wanted, tools, results);
        Console.WriteLine(table);
        if (options.Markdown is not null)
            await File.AppendAllTextAsync(options.Markdown, table, token);
        return scenario.Name == "odd" || results.Where(r => r.Key.Name == "cassiopea").All(r => r.Value.TrueForAll(run => run.Verdict.Exact));
    }

    private static async Task<ProcessCost> MeasureAsync(MailTool tool, MailEnd from, MailEnd to, bool secondPass, CancellationToken token)
    {
        var state = LabRoot.NewFolder("tool");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(state, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var program = await tool.Prepare(from, to, state);
        var cost = await ProcessMeter.RunAsync(program, token);
        if (secondPass && cost.ExitCode == 0)
            cost = await ProcessMeter.RunAsync(program, token);
        Directory.Delete(state, recursive: true);
        return cost;
    }
}

/// <summary>One run of one tool.</summary>
internal sealed record MailRun(ProcessCost Cost, Verdict Verdict);

/// <summary>What arrived.</summary>
/// <param name="Exact">Every message, octet for octet, with date, flags and keywords; nothing else.</param>
/// <param name="Text">For people.</param>
internal sealed record Verdict(bool Exact, string Text)
{
    public static Verdict Of(IReadOnlyList<ManifestDifference> differences, MailManifest wanted, MailManifest got)
    {
        if (differences.Count == 0)
            return new Verdict(true, "exact");
        var kinds = differences.GroupBy(d => d.What, StringComparer.Ordinal).OrderByDescending(g => g.Count()).Select(g => $"{g.Count()} {g.Key}");
        return new Verdict(false, $"{got.Messages} of {wanted.Messages} messages there; {string.Join(", ", kinds)}");
    }
}
