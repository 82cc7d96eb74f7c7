using Cassiopea.Benchmarks.Databases;
using Cassiopea.Benchmarks.Lists;
using Cassiopea.Benchmarks.Mail;
using Cassiopea.Benchmarks.Web;
using Cassiopea.Benchmarks.Zones;

namespace Cassiopea.Benchmarks;

/// <summary>The command line.</summary>
internal static class BenchmarkCommand
{
    public static async Task<int> RunAsync(string[] args, CancellationToken token)
    {
        if (args is ["lists", ..]) return await ListBenchmark.RunAsync(token);
        if (args is ["zones", ..])
            return await ZoneBenchmark.RunAsync(rounds: 3, token);
        if (args is ["databases", ..]) return await DatabaseBenchmark.RunAsync(args[1..], token);
        if (args is ["web", .. var wishes]) return await WebBenchmark.RunAsync(wishes, token);
        if (args is ["naive", .. var ends]) return await NaiveMover.RunAsync(ends, token);
        if (args is ["naive-pop3", .. var drop]) return await NaiveMaildrop.RunAsync(drop, token);
        var options = BenchmarkOptions.Parse(args);
        if (options is { Scenario: "pop3" or "archive" }) return await ArchiveBenchmark.RunAsync(options, token) ? 0 : 6;
        var scenarios = options is null ? [] : MailScenario.Named(options.Scenario);
        if (options is null || scenarios.Count == 0)
        {
            await Console.Error.WriteLineAsync(BenchmarkOptions.Usage + "\n" + WebOptions.Usage);
            return 1;
        }

        var exact = true;
        foreach (var scenario in scenarios)
            exact &= await MailBenchmark.RunAsync(scenario, options, token);
        return exact ? 0 : 6;
    }
}
