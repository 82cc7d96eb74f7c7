using System.Diagnostics;
using Cassiopea.Imap;
using Cassiopea.Transfer;

namespace Cassiopea.Cli.Mail;

/// <summary>
/// What an end is entered with: a password, or an access token that is asked for anew at each login, so that a run outlives it.
/// Never an argument of a program.
/// </summary>
internal static class MailSecret
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    public static Func<CancellationToken, ValueTask<ImapCredential>> Of(CommandLine line, string end)
    {
        var (command, file) = (line.Value($"--{end}-token-command"), line.Value($"--{end}-token-file"));
        if (command is not null && file is not null) throw new UsageException($"Give --{end}-token-command or --{end}-token-file, not both.");
        var side = end == "from" ? TransferSide.Source : TransferSide.Target;
        if (command is not null) return async token => new(await RunAsync(command, end, side, token), IsToken: true);
        if (file is not null) return async token => new(await ReadAsync(file, end, side, token), IsToken: true);
        var password = EndUrl.Password(line, end);
        return _ => ValueTask.FromResult(new ImapCredential(password));
    }

    private static async Task<string> ReadAsync(string file, string end, TransferSide side, CancellationToken token)
    {
        try
        {
            return NotEmpty((await File.ReadAllTextAsync(file, token)).Trim(), $"--{end}-token-file", side);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw Failed(side, $"--{end}-token-file cannot be read: {unreadable.Message}");
        }
    }

    /// <summary>The first line that the command prints. What else it prints is not shown, for it may hold a secret.</summary>
    private static async Task<string> RunAsync(string command, string end, TransferSide side, CancellationToken token)
    {
        using var limit = new CancellationTokenSource(Longest, TimeProvider.System);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(token, limit.Token);
        using var shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", command]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        try
        {
            var said = await shell.StandardOutput.ReadToEndAsync(both.Token);
            await shell.WaitForExitAsync(both.Token);
            if (shell.ExitCode != 0) throw Failed(side, $"--{end}-token-command ended with {shell.ExitCode}.");
            return NotEmpty(said.Split('\n', 2)[0].Trim(), $"--{end}-token-command", side);
        }
        catch (OperationCanceledException) when (!token.IsCancellationRequested)
        {
            throw Failed(side, $"--{end}-token-command did not end within {Longest.TotalSeconds:0} s.");
        }
        finally
        {
            if (!shell.HasExited) shell.Kill(entireProcessTree: true);
        }
    }

    private static string NotEmpty(string said, string option, TransferSide side) => said.Length > 0 ? said : throw Failed(side, $"{option} gives no token.");

    private static TransferException Failed(TransferSide side, string text) => new(side, TransferFailureKind.Refused, TransferCode.AuthenticationFailed, text);
}
