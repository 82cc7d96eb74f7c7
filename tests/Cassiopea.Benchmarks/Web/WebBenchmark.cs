using System.Globalization;
using Cassiopea.Lab;
using Cassiopea.Lab.Peers;
using Cassiopea.Lab.Servers;

namespace Cassiopea.Benchmarks.Web;

/// <summary>Runs the tools in turn, each into an empty target, and compares the trees with the system's own programs.</summary>
internal static class WebBenchmark
{
    public static async Task<int> RunAsync(string[] args, CancellationToken token)
    {
        var options = WebOptions.Parse(args);
        if (options is null)
        {
            await Console.Error.WriteLineAsync(WebOptions.Usage);
            return 1;
        }

        var exact = true;
        foreach (var scenario in options.Scenario == "all" ? WebOptions.Scenarios : [options.Scenario])
        {
            exact &= scenario switch
            {
                "memory" => await WebMemory.RunAsync(options, token),
                "tls" => await TlsAsync(options, token),
                _ => await CompareAsync(scenario, options, token),
            };
        }

        return exact ? 0 : 6;
    }

    private static async Task<bool> CompareAsync(string scenario, WebOptions options, CancellationToken token)
    {
        var server = new SiteServerOptions { PassivePorts = 400 };
        await using var from = await VsftpdServer.StartAsync(server, token);
        await using var to = await VsftpdServer.StartAsync(server, token);
        var distant = scenario == "wan20";
        if (distant) FileTree.Fill(from.Home, 7, 60, 600, 1, 20_000_000);
        else FileTree.Fill(from.Home, 7, 302, 4_000, 5, 40_000_000);
        from.Own();
        await using var beforeFrom = FtpProxy.Start(from.Port);
        await using var beforeTo = FtpProxy.Start(to.Port);
        beforeFrom.Latency = beforeTo.Latency = TimeSpan.FromMilliseconds(10);
        var ends = (From: new WebEnd(from, distant ? beforeFrom.Port : from.Port, "none"), To: new WebEnd(to, distant ? beforeTo.Port : to.Port, "none"));
        var wanted = await FileTree.DescribeAsync(from.Home, token);
        var results = new Dictionary<string, List<double>>(StringComparer.Ordinal);
        var exact = true;
        Console.WriteLine($"\n{scenario}: {wanted.Split('\n').Length / 2} files and folders, {options.Connections} connections, {options.Rounds} rounds");
        var tools = WebTool.All(options);
        for (var round = 0; round < options.Rounds; round++)
        {
            foreach (var tool in tools.Skip(round % tools.Count).Concat(tools.Take(round % tools.Count)))
            {
                to.Empty();
                var (cost, seconds) = await MeasureAsync(tool, ends.From, ends.To, scenario == "nochange", token);
                var equal = await FileTree.DescribeAsync(to.Home, token) == wanted;
                exact &= equal || tool.Name != "cassiopea";
                Tell(round, tool.Name, cost, seconds, equal);
                results.TryAdd(tool.Name, []);
                results[tool.Name].Add(seconds);
            }
        }

        Ratios(results);
        return exact;
    }

    private static async Task<bool> TlsAsync(WebOptions options, CancellationToken token)
    {
        using var certificates = new LabCertificates();
        var server = new SiteServerOptions { Certificates = certificates, StrictReuse = true, PassivePorts = 400 };
        var exact = true;
        foreach (var kind in (string[])["vsftpd", "proftpd"])
        {
            await using SiteServer from = kind == "vsftpd" ? await VsftpdServer.StartAsync(server, token) : await ProftpdServer.StartAsync(server, token);
            await using SiteServer to = kind == "vsftpd" ? await VsftpdServer.StartAsync(server, token) : await ProftpdServer.StartAsync(server, token);
            FileTree.Fill(from.Home, 7, 302, 4_000, 5, 40_000_000);
            from.Own();
            var wanted = await FileTree.DescribeAsync(from.Home, token);
            var results = new Dictionary<string, List<double>>(StringComparer.Ordinal);
            Console.WriteLine($"\ntls: {kind}, sessions must be resumed, {options.Connections} connections");
            for (var round = 0; round < options.Rounds; round++)
            {
                foreach (var tls in (string[])["none", "explicit"])
                {
                    to.Empty();
                    var (cost, seconds) = await MeasureAsync(WebTool.Ours(options), new(from, from.Port, tls), new(to, to.Port, tls), secondPass: false, token);
                    var equal = await FileTree.DescribeAsync(to.Home, token) == wanted;
                    exact &= equal;
                    Tell(round, "tls=" + tls, cost, seconds, equal);
                    results.TryAdd(tls, []);
                    results[tls].Add(seconds);
                }
            }

            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {kind}: with TLS {results["explicit"].Average() / results["none"].Average():0.00} x its plain time"));
        }

        return exact;
    }

    private static async Task<(ProcessCost Cost, double Seconds)> MeasureAsync(WebTool tool, WebEnd from, WebEnd to, bool secondPass, CancellationToken token)
    {
        var state = LabRoot.NewFolder("tool");
        var programs = await tool.Prepare(from, to, state);
        var passes = secondPass ? 2 : 1;
        ProcessCost? last = null;
        var seconds = 0.0;
        for (var pass = 0; pass < passes; pass++)
        {
            seconds = 0;
            foreach (var program in programs)
            {
                last = await ProcessMeter.RunAsync(program, token);
                seconds += last.Seconds;
                if (last.ExitCode != 0) break;
            }
        }

        Directory.Delete(state, recursive: true);
        return (last!, seconds);
    }

    private static void Tell(int round, string name, ProcessCost cost, double seconds, bool equal)
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  round {round + 1} {name,-13} {seconds,7:0.00} s  cpu {cost.CpuSeconds,6:0.00} s  peak {cost.PeakBytes / 1e6,5:0} MB  exit {cost.ExitCode}  {(equal ? "equal" : "NOT EQUAL")}"));
        if (cost.ExitCode != 0) Console.WriteLine("      " + string.Join("\n      ", cost.Tail.Split('\n').TakeLast(4)));
    }

    private static void Ratios(Dictionary<string, List<double>> results)
    {
        if (!results.TryGetValue("cassiopea", out var ours)) return;
        foreach (var (name, times) in results)
            if (name != "cassiopea") Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  cassiopea / {name}: {ours.Average() / times.Average():0.00}"));
    }
}
