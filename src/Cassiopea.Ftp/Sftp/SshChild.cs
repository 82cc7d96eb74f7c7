using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Cassiopea.Transfer;

namespace Cassiopea.Ftp.Sftp;

/// <summary>
/// The machine's OpenSSH client as transport: <c>ssh -s host sftp</c>. Host keys are demanded: a pin, a file of known hosts, or the user's own. A
/// password reaches it through SSH_ASKPASS and a <see cref="PasswordPipe"/>: it is in no argument, no environment and no file.
/// </summary>
internal sealed class SshChild : IDisposable
{
    private readonly Process _process;
    private readonly string _folder;
    private readonly PasswordPipe? _password;
    private readonly StringBuilder _errors = new();

    private SshChild(Process process, string folder, PasswordPipe? password) => (_process, _folder, _password) = (process, folder, password);

    public Stream ToServer => _process.StandardInput.BaseStream;

    public Stream FromServer => _process.StandardOutput.BaseStream;

    public static async Task<SshChild> StartAsync(SiteEndpoint endpoint, SiteCredential credential, TransferSide side, CancellationToken token)
    {
        if (endpoint.Host.StartsWith('-') || endpoint.Login.StartsWith('-')) throw new SiteException(side, TransferFailureKind.Refused, TransferCode.NotExpressible, "A host or login name cannot begin with a hyphen.");
        var folder = Directory.CreateTempSubdirectory("cassiopea-ssh-").FullName;
        PasswordPipe? password = null;
        try
        {
            var info = new ProcessStartInfo("ssh") { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
            foreach (var option in await OptionsAsync(endpoint, credential, side, folder, token)) info.ArgumentList.Add(option);
            if (credential.Password is { } secret)
            {
                password = await PasswordPipe.CreateAsync(folder, secret, token);
                info.Environment["SSH_ASKPASS"] = password.Program;
                info.Environment["SSH_ASKPASS_REQUIRE"] = "force";
                info.Environment["DISPLAY"] = ":0";
            }

            var child = new SshChild(new Process { StartInfo = info }, folder, password);
            child._process.ErrorDataReceived += (_, line) => child.Keep(line.Data);
            child._process.Start();
            child._process.BeginErrorReadLine();
            return child;
        }
        catch (System.ComponentModel.Win32Exception absent)
        {
            password?.Dispose();
            Directory.Delete(folder, recursive: true);
            throw new SiteException(TransferSide.Us, TransferFailureKind.Refused, TransferCode.InternalError, "The program ssh is not installed here (openssh-client).", inner: absent);
        }
        catch
        {
            password?.Dispose();
            Directory.Delete(folder, recursive: true);
            throw;
        }
    }

    /// <summary>What the end of the pipes means, from what ssh said.</summary>
    public SiteException Loss(TransferSide side, SiteEndpoint endpoint, Exception? inner)
    {
        _process.WaitForExit(2000);
        string said;
        lock (_errors) said = _errors.ToString().Trim();
        var last = said.Split('\n')[^1];
        bool Says(string words) => said.Contains(words, StringComparison.OrdinalIgnoreCase);
        if (Says("host key verification failed") || Says("identification has changed") || Says("no matching host key"))
            return new(side, TransferFailureKind.Refused, TransferCode.CertificateRefused, $"The host key of {endpoint.Host} is not the known one. {last}", inner: inner);
        if (Says("permission denied") || Says("too many authentication failures"))
            return new(side, TransferFailureKind.Refused, TransferCode.AuthenticationFailed, $"Login refused: {last}", inner: inner);
        if (Says("connection refused") || Says("could not resolve") || Says("timed out") || Says("no route") || Says("unreachable"))
            return new(side, TransferFailureKind.Passing, TransferCode.Unreachable, $"{endpoint.Host}:{endpoint.Port} cannot be reached: {last}", inner: inner);
        if (Says("subsystem request failed")) return new(side, TransferFailureKind.Refused, TransferCode.PermissionDenied, "The server offers no SFTP.", inner: inner);
        return SiteException.Lost(side, last.Length > 0 ? $"The connection was lost: {last}" : "The connection was lost.", inner);
    }

    /// <summary>It has let us in: nobody asks for the password any more.</summary>
    public void Entered() => _password?.Dispose();

    public void End()
    {
        try
        {
            _process.Kill();
        }
        catch (InvalidOperationException)
        {
            // it has ended
        }
    }

    public void Dispose()
    {
        End();
        _process.WaitForExit(5000);
        _process.Dispose();
        _password?.Dispose();
        if (Directory.Exists(_folder)) Directory.Delete(_folder, recursive: true);
    }

    private static async Task<List<string>> OptionsAsync(SiteEndpoint endpoint, SiteCredential credential, TransferSide side, string folder, CancellationToken token)
    {
        List<string> options =
        [
            "-F", "/dev/null", "-oStrictHostKeyChecking=yes", "-oClearAllForwardings=yes", "-oNumberOfPasswordPrompts=1", "-oServerAliveInterval=15", "-oServerAliveCountMax=3",
            "-p", endpoint.Port.ToString(CultureInfo.InvariantCulture), "-l", endpoint.Login,
        ];
        var address = endpoint.Address?.ToString() ?? endpoint.Host;
        if (endpoint.Pin is { } pin)
        {
            var known = Path.Combine(folder, "known_hosts");
            await File.WriteAllTextAsync(known, $"pinned {await PinnedKeyAsync(address, endpoint.Port, pin, side, token)}\n", token);
            options.AddRange([$"-oUserKnownHostsFile={known}", "-oGlobalKnownHostsFile=/dev/null", "-oHostKeyAlias=pinned"]);
        }
        else
        {
            if (endpoint.KnownHosts is { } file) options.AddRange([$"-oUserKnownHostsFile={file}", "-oGlobalKnownHostsFile=/dev/null"]);
            if (endpoint.Address is not null) options.Add($"-oHostKeyAlias={(endpoint.Port == 22 ? endpoint.Host : $"[{endpoint.Host}]:{endpoint.Port}")}");
        }

        options.AddRange(credential.KeyFile is { } key
            ? ["-oBatchMode=" + (credential.Password is null ? "yes" : "no"), "-oIdentitiesOnly=yes", "-i", key]
            : ["-oPubkeyAuthentication=no", "-oPreferredAuthentications=password,keyboard-interactive"]);
        options.AddRange(["-s", address, "sftp"]);
        return options;
    }

    // A fingerprint cannot be given to ssh: the keys that the server shows are looked at, and the one that fits becomes the only known one.
    private static async Task<string> PinnedKeyAsync(string address, int port, string pin, TransferSide side, CancellationToken token)
    {
        var wanted = (pin.StartsWith("SHA256:", StringComparison.Ordinal) ? pin["SHA256:".Length..] : pin).TrimEnd('=');
        var info = new ProcessStartInfo("ssh-keyscan") { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var word in (string[])["-T", "10", "-p", port.ToString(CultureInfo.InvariantCulture), address]) info.ArgumentList.Add(word);
        using var scan = Process.Start(info)!;
        var quiet = scan.StandardError.ReadToEndAsync(token);
        var found = await scan.StandardOutput.ReadToEndAsync(token);
        await quiet;
        await scan.WaitForExitAsync(token);
        var keys = found.Split('\n').Where(static line => line.Length > 0 && line[0] != '#').Select(static line => line.Split(' ', 3)).Where(static words => words.Length >= 3).ToList();
        if (keys.Count == 0) throw new SiteException(side, TransferFailureKind.Passing, TransferCode.Unreachable, $"{address}:{port} shows no host key.");
        foreach (var words in keys)
        {
            var blob = new byte[words[2].Length];
            if (Convert.TryFromBase64String(words[2].Trim(), blob, out var length) && Convert.ToBase64String(SHA256.HashData(blob.AsSpan(0, length))).TrimEnd('=') == wanted)
                return $"{words[1]} {words[2].Trim()}";
        }

        throw new SiteException(side, TransferFailureKind.Refused, TransferCode.CertificateRefused, "The server's host key is not the one that was pinned.");
    }

    private void Keep(string? line)
    {
        if (line is null) return;
        lock (_errors)
        {
            if (_errors.Length < 8000) _errors.Append(line).Append('\n');
        }
    }
}
