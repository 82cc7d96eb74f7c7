using System.Globalization;

namespace Cassiopea.Lab.Servers;

/// <summary>A private proftpd 1.3.8, unpacked, not installed: MLSD, MFMT, TLS whose data connections must resume. Needs root.</summary>
public sealed class ProftpdServer : SiteServer
{
    private static readonly string[] Packages = ["proftpd-core", "proftpd-mod-crypto", "libhiredis0.14", "libmemcached11", "libmemcachedutil2", "libhashkit2", "libpcre2-posix3"];

    private ProftpdServer()
    {
        Root = LabRoot.NewFolder("proftpd");
        Home = Path.Combine(Root, "home");
        FileUser = VsftpdServer.Account("nobody");
    }

    /// <summary>Starts one; <paramref name="mlsd"/> false leaves LIST as the only listing.</summary>
    public static async Task<ProftpdServer> StartAsync(SiteServerOptions options, CancellationToken token, bool mlsd = true)
    {
        var unpacked = await DebianUnpack.FolderAsync("proftpd", Packages, token);
        var server = new ProftpdServer();
        LabRoot.MakeFolder(server.Home);
        FileOwner.Change(server.Home, server.FileUser);
        var passwd = Path.Combine(server.Root, "passwd");
        var hash = await DebianUnpack.CryptAsync(server.Password, token);
        await File.WriteAllTextAsync(passwd, string.Create(CultureInfo.InvariantCulture, $"{server.User}:{hash}:{server.FileUser}:65534::{server.Home}:/bin/false\n"), token);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(passwd, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        if (options.Certificates is not null) await server.CertificateAsync(options.Certificates, token);
        var first = FreeRow(options.PassivePorts);
        var tls = options.Certificates is null ? "" : $"""
            LoadModule mod_tls.c
            TLSEngine on
            TLSLog {server.Root}/tls.log
            TLSECCertificateFile {server.Root}/tls.crt
            TLSECCertificateKeyFile {server.Root}/tls.key
            TLSRequired off
            TLSVerifyClient off
            {(options.StrictReuse ? "" : "TLSOptions NoSessionReuseRequired")}
            """;
        var configuration = Path.Combine(server.Root, "proftpd.conf");
        await File.WriteAllTextAsync(configuration, string.Create(CultureInfo.InvariantCulture, $"""
            ModulePath {unpacked}/usr/lib/proftpd
            {tls}
            ServerName lab
            ServerType standalone
            DefaultAddress 127.0.0.1
            SocketBindTight on
            Port {server.Port}
            UseIPv6 off
            User nobody
            Group nogroup
            UseReverseDNS off
            TimesGMT on
            AuthOrder mod_auth_file.c
            AuthUserFile {passwd}
            RequireValidShell off
            DefaultRoot ~
            PassivePorts {first} {first + options.PassivePorts - 1}
            PidFile {server.Root}/pid
            ScoreboardFile {server.Root}/scoreboard
            DelayTable none
            DelayEngine off
            SystemLog {server.Root}/log
            TransferLog none
            WtmpLog off
            Umask 022 022
            AllowOverwrite on
            AllowStoreRestart on
            AllowRetrieveRestart on
            ListOptions "-a"
            MaxInstances 60
            {(options.MaxPerAddress > 0 ? $"MaxClientsPerHost {options.MaxPerAddress}" : "")}
            {(mlsd ? "" : "FactsAdvertise off")}

            """), token);
        server.Child = await ChildProcess.StartAsync(new(Path.Combine(unpacked, "usr/sbin/proftpd"), "-n", "-c", configuration)
        {
            Environment = new Dictionary<string, string?> { ["LD_LIBRARY_PATH"] = DebianUnpack.Libraries(unpacked) },
        });
        await server.ReadyAsync(token);
        return server;
    }
}
