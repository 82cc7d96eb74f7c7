using System.Globalization;

namespace Cassiopea.Lab.Servers;

/// <summary>
/// A private vsftpd: no MLSD, times set by MDTM, plain, explicit or implicit TLS. Needs root. Its PAM service is one small file in /etc/pam.d, removed
/// at the end.
/// </summary>
public sealed class VsftpdServer : SiteServer
{
    private const string Pam = "cassiopea-lab-";
    private readonly string _pam;

    private VsftpdServer()
    {
        Root = LabRoot.NewFolder("vsftpd");
        Home = Path.Combine(Root, "home");
        FileUser = Account("ftp");
        _pam = string.Create(CultureInfo.InvariantCulture, $"{Pam}{Environment.ProcessId}-{Port}");
    }

    /// <summary>Starts one.</summary>
    public static async Task<VsftpdServer> StartAsync(SiteServerOptions options, CancellationToken token)
    {
        if (!ChildProcess.IsRoot) throw new InvalidOperationException("The lab's vsftpd needs root.");
        var server = new VsftpdServer();
        LabRoot.MakeFolder(server.Home);
        LabRoot.MakeFolder(Path.Combine(server.Root, "empty"));
        FileOwner.Change(server.Home, server.FileUser);
        await server.PamAsync(token);
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
            pam_service_name={server._pam}
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
        File.Delete("/etc/pam.d/" + _pam);
    }

    internal static int Account(string name) => int.Parse(
        File.ReadLines("/etc/passwd").Select(line => line.Split(':')).FirstOrDefault(fields => fields[0] == name)?[2] ?? throw new InvalidOperationException($"No user {name}: apt-get install -y vsftpd"),
        CultureInfo.InvariantCulture);

    private static string YesNo(bool value) => value ? "YES" : "NO";

    private async Task PamAsync(CancellationToken token)
    {
        var unpacked = await DebianUnpack.FolderAsync("pam-pwdfile", ["libpam-pwdfile"], token);
        var module = Directory.GetFiles(unpacked, "pam_pwdfile.so", SearchOption.AllDirectories)[0];
        var users = Path.Combine(Root, "users");
        var hash = await DebianUnpack.CryptAsync(Password, token);
        await File.WriteAllTextAsync(users, $"{User}:{hash}\n", token);
        foreach (var left in Directory.EnumerateFiles("/etc/pam.d", Pam + "*"))
            if (!Directory.Exists("/proc/" + Path.GetFileName(left)[Pam.Length..].Split('-')[0])) File.Delete(left); // of a process that was killed
        await File.WriteAllTextAsync("/etc/pam.d/" + _pam, $"auth required {module} pwdfile {users}\naccount required pam_permit.so\nsession required pam_permit.so\n", token);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => File.Delete("/etc/pam.d/" + _pam);
    }
}
