using System.Globalization;

namespace Cassiopea.Lab.Servers;

/// <summary>A private OpenSSH server for SFTP: enters as the user that starts it, by key, and by password where asked for. Needs root.</summary>
public sealed class SshdServer : SiteServer
{
    private PamService? _pam;

    private SshdServer()
    {
        Root = LabRoot.NewFolder("sshd");
        Home = Path.Combine(Root, "home");
    }

    /// <summary>Login name: it enters as ourselves.</summary>
    public string Login => Environment.UserName;

    /// <summary>File of the private key that opens it.</summary>
    public string Key => Path.Combine(Root, "userkey");

    /// <summary>File of its host key, as ssh keeps it.</summary>
    public string KnownHosts => Path.Combine(Root, "known_hosts");

    /// <summary>Starts one.</summary>
    /// <param name="token">Stops it.</param>
    /// <param name="passwords">True: <see cref="SiteServer.Password"/> opens it too. sshd takes the name that it is started by as that of its PAM service.</param>
    public static async Task<SshdServer> StartAsync(CancellationToken token, bool passwords = false)
    {
        var server = new SshdServer();
        LabRoot.MakeFolder(server.Home);
        if (!File.ReadLines("/etc/passwd").Any(line => line.StartsWith("sshd:", StringComparison.Ordinal))) throw new InvalidOperationException("No user sshd: apt-get install -y openssh-server");
        Directory.CreateDirectory("/run/sshd");
        foreach (var key in (string[])["hostkey", "userkey"])
            await Tool.DemandAsync(new ChildProgram("/usr/bin/ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", Path.Combine(server.Root, key)), token);
        File.Copy(server.Key + ".pub", Path.Combine(server.Root, "authorized_keys"));
        var hostKey = await File.ReadAllTextAsync(Path.Combine(server.Root, "hostkey.pub"), token);
        await File.WriteAllTextAsync(server.KnownHosts, string.Create(CultureInfo.InvariantCulture, $"[127.0.0.1]:{server.Port} {hostKey}"), token);
        server.Pin = (await Tool.DemandAsync(new ChildProgram("/usr/bin/ssh-keygen", "-l", "-f", Path.Combine(server.Root, "hostkey.pub")), token)).Split(' ')[1];
        var program = "/usr/sbin/sshd";
        if (passwords)
        {
            server._pam = await PamService.StartAsync(server.Root, server.Port, server.Login, server.Password, token);
            program = Path.Combine(server.Root, server._pam.Name);
            File.CreateSymbolicLink(program, "/usr/sbin/sshd");
        }

        var configuration = Path.Combine(server.Root, "sshd_config");
        await File.WriteAllTextAsync(configuration, string.Create(CultureInfo.InvariantCulture, $"""
            Port {server.Port}
            ListenAddress 127.0.0.1
            HostKey {server.Root}/hostkey
            PidFile {server.Root}/pid
            UsePAM {(passwords ? "yes" : "no")}
            StrictModes no
            PermitRootLogin yes
            PasswordAuthentication {(passwords ? "yes" : "no")}
            AuthorizedKeysFile {server.Root}/authorized_keys
            MaxStartups 50
            Subsystem sftp internal-sftp

            """), token);
        server.Child = await ChildProcess.StartAsync(new(program, "-D", "-e", "-f", configuration));
        await server.ReadyAsync(token);
        return server;
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _pam?.Dispose();
    }
}
