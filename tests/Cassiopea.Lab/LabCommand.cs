using System.Globalization;
using Cassiopea.Lab.Demo;
using Cassiopea.Lab.Peers;

namespace Cassiopea.Lab;

/// <summary>The command line of the lab.</summary>
internal static class LabCommand
{
    private const string Usage = """
        serve --state DIR                    the old host and the new providers, until Ctrl-C; writes DIR/lab/lab.json; ports from LAB_…_PORT
        proxy HOST:PORT [--port N] [--latency MS] [--rate BYTES] [--cut-server BYTES] [--cut-client BYTES] [--reset]
                                             a TCP relay that misbehaves, until Ctrl-C
        demo [--once] [--report FILE] [--state DIR] [--kill-mail N] [--kill-services] [--app-host DLL]
                                             the whole system with the lab, and the people
        """;

    public static async Task<int> RunAsync(string[] args, CancellationToken token)
    {
        try
        {
            switch (args)
            {
                case ["serve", .. var rest] when Option(rest, "--state") is { } state:
                    return await ServeAsync(Path.GetFullPath(state), token);
                case ["proxy", var target, .. var rest] when target.Split(':') is [var host, var port]:
                    return await RelayAsync(host, Number(port), rest, token);
                case ["demo", .. var rest]:
                    return await DemoCommand.RunAsync(
                        new DemoOptions(
                            rest.Contains("--once"), Option(rest, "--report"), Option(rest, "--state"), Number(Option(rest, "--kill-mail") ?? "0"), Option(rest, "--app-host"))
                        { KillServices = rest.Contains("--kill-services") },
                        token);
                default:
                    await Console.Error.WriteLineAsync(Usage);
                    return 1;
            }
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            return args is ["demo", ..] ? 5 : 0;
        }
        catch (Exception error) when (error is GatewayRefusalException or HttpRequestException or TimeoutException or InvalidOperationException or OperationCanceledException or IOException)
        {
            await Console.Error.WriteLineAsync($"failed: {error.Message}");
            return 7;
        }
    }

    private static async Task<int> ServeAsync(string state, CancellationToken token)
    {
        await using var lab = await LabHost.StartAsync(state, LabPorts.FromEnvironment(), token);
        Console.WriteLine($"Old host:     IMAP {lab.File.Old.Imap}, IMAPS {lab.File.Old.Imaps}, POP3 {lab.File.Old.Pop3}");
        Console.WriteLine($"New provider: IMAP {lab.File.New.Imap}, IMAPS {lab.File.New.Imaps}, POP3 {lab.File.New.Pop3}");
        Console.WriteLine($"SMTP sink:    {lab.File.Smtp}");
        Console.WriteLine($"Members:      {string.Join(", ", lab.File.Members.Select(m => m.Reference))}; accounts and passwords in {LabFile.PathOf(state)}");
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return 0;
    }

    private static async Task<int> RelayAsync(string host, int port, string[] rest, CancellationToken token)
    {
        await using var proxy = FaultProxy.Start(host, port, Number(Option(rest, "--port") ?? "0"));
        proxy.Latency = TimeSpan.FromMilliseconds(Number(Option(rest, "--latency") ?? "0"));
        proxy.BytesPerSecond = Option(rest, "--rate") is { } rate ? Number(rate) : null;
        foreach (var (option, toward) in new[] { ("--cut-server", Toward.Server), ("--cut-client", Toward.Client) })
            if (Option(rest, option) is { } bytes)
                proxy.CutAfter(Number(bytes), toward, rest.Contains("--reset"));
        Console.WriteLine($"127.0.0.1:{proxy.Port} -> {host}:{port}");
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Console.WriteLine($"{proxy.Accepted} connections, {proxy.Bytes(Toward.Server)} bytes to the server, {proxy.Bytes(Toward.Client)} to the client");
        return 0;
    }

    private static string? Option(string[] args, string name) => Array.IndexOf(args, name) is var at && at >= 0 && at + 1 < args.Length ? args[at + 1] : null;

    private static int Number(string text) => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
}
