using System.Globalization;

namespace Cassiopea.Lab.Servers;

/// <summary>
/// A private vsftpd: no MLSD, times set by MDTM, plain, explicit or implicit TLS. Needs root. Its account is a <see cref="PamService"/>.
/// </summary>
public sealed class VsftpdServer : SiteServer
{
    private PamService? _pam;

    private VsftpdServer()
    {
        Root = LabRoot.NewFolder("vsftpd");
        Home = Path.Combine(Root, "home");
        FileUser = Account("ftp");
    }

    /// <summary>Starts one.</summary>
    public static async Task<VsftpdServer> StartAsync(SiteServerOptions options, CancellationToken token)
    {
        if (!ChildProcess.IsRoot) throw new InvalidOperationException("The lab's vsftpd needs root.");
        var server = new VsftpdServer();
        LabRoot.MakeFolder(server.Home);
        LabRoot.MakeFolder(Path.Combine(server.Root, "empty"));
        FileOwner.Change(server.Home, server.FileUser);
        server._pam = await PamService.StartAsync(server.Root, server.Port, server.User, server.Password, token);
        var first = FreeRow(options.PassivePorts);
        var tls = options.Certificates is null ? "ssl_enable=NO" : $"""
            ssl_enable=YES
            allow_anon_ssl=NO
            force_local_data_ssl=NO
            force_local_logins_ssl=NO
            ssl_tlsv1=YES
            implicit_ssl={YesNo(options.Implicit)}
            require_ssl_reuse={YesNo(options.StrictReuse)}
            ssl_ciphers=HIGH
            rsa_cert_file={await server.CertificateAsync(options.Certificates, token)}
            """;
        var configuration = Path.Combine(server.Root, "vsftpd.conf");
        await File.WriteAllTextAsync(configuration, string.Create(CultureInfo.InvariantCulture, $"""
            listen=YES
            listen_address=127.0.0.1
            listen_port={server.Port}
            background=NO
            anonymous_enable=NO
            local_enable=YES
            guest_enable=YES
            guest_username=ftp
            virtual_use_local_privs=YES
            pam_service_name={server._pam.Name}
            local_root={server.Home}
            chroot_local_user=YES
            allow_writeable_chroot=YES
            write_enable=YES
            local_umask=022
            file_open_mode=0666
            mdtm_write={YesNo(options.SetsTimes)}
            chmod_enable=YES
            use_localtime=NO
            pasv_min_port={first}
            pasv_max_port={first + options.PassivePorts - 1}
            pasv_address=127.0.0.1
            secure_chroot_dir={server.Root}/empty
            xferlog_enable=NO
            max_clients=0
            max_per_ip={options.MaxPerAddress}
            connect_from_port_20=NO
            seccomp_sandbox=NO
            isolate=NO
            isolate_network=NO
            {tls}

            """), token);
        server.Child = await ChildProcess.StartAsync(new("/usr/sbin/vsftpd", configuration));
        await server.ReadyAsync(token);
        return server;
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _pam?.Dispose();
    }

    internal static int Account(string name) => int.Parse(
        File.ReadLines("/etc/passwd").Select(line => line.Split(':')).FirstOrDefault(fields => fields[0] == name)?[2] ?? throw new InvalidOperationException($"No user {name}: apt-get install -y vsftpd"),
        CultureInfo.InvariantCulture);

    private static string YesNo(bool value) => value ? "YES" : "NO";
}
