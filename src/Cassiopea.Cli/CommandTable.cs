using System.Runtime.InteropServices;
using Cassiopea.Cli.Api;
using Cassiopea.Transfer;

namespace Cassiopea.Cli;

/// <summary>The router: finds the command whose words begin the command line. To add a command, add its row.</summary>
internal static class CommandTable
{
    /// <summary>Every command, in the order of <c>--help</c>.</summary>
    public static IReadOnlyList<Command> All { get; } = [.. Mail.MailCommands.All, .. Manifests.ManifestCommands.All, .. Manifests.DossierCommands.All, .. Db.DbCommands.All, .. Zone.ZoneCommands.All, .. Sites.SiteContentCommands.All, .. Sites.SiteCopyCommands.All, .. List.ListCommands.All, .. ApiCommands.All];

    public static Task<int> RunAsync(string[] args) => RunAsync(args, All);

    internal static async Task<int> RunAsync(string[] args, IReadOnlyList<Command> table)
    {
        if (args.Length == 0 || args.Contains("--help", StringComparer.Ordinal))
        {
            Help(table, string.Join(' ', args.TakeWhile(static word => !word.StartsWith('-'))));
            return args.Length == 0 ? ExitCode.Usage : ExitCode.Complete;
        }

        var command = table.Where(row => Begins(args, row)).MaxBy(static row => row.Name.Length);
        if (command is null)
        {
            await Console.Error.WriteLineAsync($"No such command: {string.Join(' ', args.Take(2))}. See cassiopea --help.");
            return ExitCode.Usage;
        }

        using var stop = new CancellationTokenSource();
        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.Cancel();
        }

        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        try
        {
            return await command.RunAsync(CommandLine.Parse(command, args.Skip(command.Name.Split(' ').Length)), stop.Token);
        }
        catch (UsageException wrong)
        {
            await Console.Error.WriteLineAsync($"{wrong.Message} See cassiopea {command.Name} --help.");
            return ExitCode.Usage;
        }
        catch (TransferException failed)
        {
            await Console.Error.WriteLineAsync(failed.Message);
            return failed.Code == TransferCode.AuthenticationFailed ? ExitCode.Authentication
                : failed.Kind == TransferFailureKind.Passing ? ExitCode.Interrupted : failed.Kind == TransferFailureKind.Refused ? ExitCode.Refused : ExitCode.Failed;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync("Interrupted; run again to resume.");
            return ExitCode.Interrupted;
        }
        catch (Exception defect)
        {
            await Console.Error.WriteLineAsync($"A defect of ours: {defect}");
            return ExitCode.Failed;
        }
    }

    private static bool Begins(string[] args, Command row)
    {
        var words = row.Name.Split(' ');
        return args.Length >= words.Length && words.AsSpan().SequenceEqual(args.AsSpan(0, words.Length));
    }

    private static void Help(IReadOnlyList<Command> table, string words)
    {
        var shown = table.Where(row => row.Name.StartsWith(words, StringComparison.Ordinal)).ToList();
        if (shown.Count == 0) shown = [.. table];
        foreach (var row in shown)
        {
            Console.WriteLine($"cassiopea {$"{row.Name} {row.Words}",-38} {row.Summary}");
            if (words.Length > 0) Console.WriteLine($"    {row.Options}");
        }
    }
}
