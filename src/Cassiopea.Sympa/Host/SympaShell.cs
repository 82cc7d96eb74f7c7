using System.Diagnostics;
using System.Text;
using Cassiopea.Transfer;

namespace Cassiopea.Sympa.Host;

/// <summary>Runs a line of POSIX shell on the machine of a Sympa: here, or over OpenSSH. Nothing secret is ever in a line.</summary>
public sealed class SympaShell
{
    private const int KeptErrors = 2000;
    private readonly IReadOnlyList<string> _command;
    private readonly TransferSide _side;

    private SympaShell(TransferSide side, string name, IReadOnlyList<string> command) => (_side, Name, _command) = (side, name, command);

    /// <summary>Which machine, for people.</summary>
    public string Name { get; }

    /// <summary>Which end it is.</summary>
    public TransferSide Side => _side;

    /// <summary>This machine.</summary>
    /// <param name="side">Which end it is.</param>
    /// <param name="user">Account that Sympa runs as; null = as ourselves.</param>
    public static SympaShell Local(TransferSide side, string? user = null) =>
        new(side, "this machine", user is null || user == Environment.UserName ? ["/bin/sh", "-c"] : ["/usr/sbin/runuser", "-u", user, "--", "/bin/sh", "-c"]);

    /// <summary>Another machine, with OpenSSH's keys and known hosts; a host whose key is not known is refused.</summary>
    /// <param name="side">Which end it is.</param>
    /// <param name="destination"><c>user@host</c>.</param>
    /// <param name="port">TCP port.</param>
    /// <param name="identityFile">Private key; null = what ssh finds.</param>
    public static SympaShell Ssh(TransferSide side, string destination, int port = 22, string? identityFile = null)
    {
        if (destination.StartsWith('-')) throw new FormatException($"'{destination}' is not a destination for ssh.");
        string[] identity = identityFile is null ? [] : ["-i", identityFile, "-o", "IdentitiesOnly=yes"];
        return new(side, destination, ["/usr/bin/ssh", "-T", "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=yes", "-o", "ServerAliveInterval=15", "-p", port.ToString(System.Globalization.CultureInfo.InvariantCulture), .. identity, destination]);
    }

    /// <summary>Another machine, with a key that only an agent of ours holds; a host whose key is not known is refused.</summary>
    /// <param name="side">Which end it is.</param>
    /// <param name="destination"><c>user@host</c>.</param>
    /// <param name="port">TCP port.</param>
    /// <param name="key">Must live as long as this is used.</param>
    public static SympaShell Ssh(TransferSide side, string destination, int port, SshKey key)
    {
        if (destination.StartsWith('-')) throw new FormatException($"'{destination}' is not a destination for ssh.");
        string[] known = key.KnownHosts is { } file ? ["-o", $"UserKnownHostsFile={file}", "-o", "GlobalKnownHostsFile=/dev/null"] : [];
        return new(side, destination, ["/usr/bin/ssh", "-F", "none", "-T", "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=yes", "-o", "ServerAliveInterval=15", "-o", $"IdentityAgent={key.Socket}", "-o", "IdentityFile=none", "-o", "PreferredAuthentications=publickey", .. known,
            "-p", port.ToString(System.Globalization.CultureInfo.InvariantCulture), destination]);
    }

    /// <summary>Quotes a word for the shell.</summary>
    /// <param name="word">Any text without NUL.</param>
    public static string Quote(string word) => $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    /// <summary>Runs a line and returns its output.</summary>
    /// <param name="line">POSIX shell.</param>
    /// <param name="token">Ends the program.</param>
    /// <exception cref="TransferException">It ended with another code than 0.</exception>
    public async Task<byte[]> ReadAsync(string line, CancellationToken token)
    {
        using var output = new MemoryStream();
        await RunAsync(line, null, output, token);
        return output.ToArray();
    }

    /// <summary>Runs a line and returns its output as UTF-8 text.</summary>
    /// <param name="line">POSIX shell.</param>
    /// <param name="token">Ends the program.</param>
    public async Task<string> TextAsync(string line, CancellationToken token) => Encoding.UTF8.GetString(await ReadAsync(line, token));

    /// <summary>Runs a line.</summary>
    /// <param name="line">POSIX shell.</param>
    /// <param name="input">What it reads; null = nothing.</param>
    /// <param name="output">Where its output goes.</param>
    /// <param name="token">Ends the program.</param>
    /// <exception cref="TransferException">It ended with another code than 0.</exception>
    public async Task RunAsync(string line, Stream? input, Stream output, CancellationToken token)
    {
        using var process = Start(line);
        var errors = ErrorsAsync(process, token);
        try
        {
            var writing = WriteAsync(process, input, token);
            await process.StandardOutput.BaseStream.CopyToAsync(output, token);
            await writing;
            await process.WaitForExitAsync(token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        if (process.ExitCode == 0) return;
        var text = $"{Name}: a command ended with {process.ExitCode}: {(await errors).Trim()}";
        var ssh = process.ExitCode == 255 && _command[0].EndsWith("ssh", StringComparison.Ordinal);
        if (ssh && text.Contains("Permission denied", StringComparison.Ordinal)) throw new TransferException(_side, TransferFailureKind.Refused, TransferCode.AuthenticationFailed, text);
        if (ssh && text.Contains("Host key verification failed", StringComparison.Ordinal)) throw new TransferException(_side, TransferFailureKind.Refused, TransferCode.CertificateRefused, text);
        throw ssh
            ? new TransferException(_side, TransferFailureKind.Passing, TransferCode.Unreachable, text)
            : new TransferException(_side, TransferFailureKind.Broken, TransferCode.ProtocolBroken, text);
    }

    private Process Start(string line)
    {
        var start = new ProcessStartInfo(_command[0]) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" };
        foreach (var word in _command.Skip(1)) start.ArgumentList.Add(word);
        start.ArgumentList.Add(line);
        start.Environment.Remove("SYMPA_CONFIG");
        return Process.Start(start) ?? throw new TransferException(TransferSide.Us, TransferFailureKind.Broken, TransferCode.InternalError, $"{_command[0]} did not start.");
    }

    private static async Task WriteAsync(Process process, Stream? input, CancellationToken token)
    {
        try
        {
            if (input is not null) await input.CopyToAsync(process.StandardInput.BaseStream, token);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // the program ended before it read all: its exit code says why
            process.StandardInput.BaseStream.Close();
        }
    }

    private static async Task<string> ErrorsAsync(Process process, CancellationToken token)
    {
        var text = new StringBuilder();
        while (await process.StandardError.ReadLineAsync(token) is { } line)
            if (text.Length < KeptErrors) text.Append(line).Append(' ');
        return text.ToString();
    }
}
