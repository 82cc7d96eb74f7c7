using Cassiopea.Ftp.Site;
using Cassiopea.Lab;
using Cassiopea.Lab.Servers;

namespace Cassiopea.Ftp.Tests.Site;

/// <summary>Which server an end is.</summary>
public enum Kind
{
    /// <summary>vsftpd: LIST, MDTM with a time.</summary>
    Vsftpd,

    /// <summary>vsftpd, TLS from the first byte.</summary>
    VsftpdImplicit,

    /// <summary>proftpd: MLSD, MFMT.</summary>
    Proftpd,

    /// <summary>pure-ftpd.</summary>
    PureFtpd,

    /// <summary>OpenSSH.</summary>
    Sftp,

    /// <summary>A directory.</summary>
    Local,
}

/// <summary>One end: a server of its own, or a directory.</summary>
internal sealed class End : IAsyncDisposable
{
    private static readonly LabCertificates Certificates = new();
    private readonly SiteServer? _server;
    private readonly Kind _kind;
    private readonly bool _tls;

    private End(Kind kind, bool tls, SiteServer? server)
    {
        (_kind, _tls, _server) = (kind, tls, server);
        Home = server?.Home ?? LabRoot.NewFolder("site");
        Port = server?.Port ?? 0;
    }

    public string Home { get; }

    public SiteServer Server => _server!;

    /// <summary>Where it is reached: the server's own port, or a relay's.</summary>
    public int Port { get; set; }

    public SiteAccount Account => _kind switch
    {
        Kind.Local => SiteAccount.Directory(Home),
        Kind.Sftp => SiteAccount.WithKey(new(SiteProtocol.Sftp, "127.0.0.1", Port, ((SshdServer)_server!).Login, Home, Pin: _server.Pin), ((SshdServer)_server).Key),
        _ => SiteAccount.WithPassword(
            new(SiteProtocol.Ftp, "localhost", Port, _server!.User, "", _kind == Kind.VsftpdImplicit ? SiteTls.Implicit : _tls ? SiteTls.Explicit : SiteTls.None, _tls ? _server.Pin : null, System.Net.IPAddress.Loopback),
            _server.Password),
    };

    public static async Task<End> StartAsync(Kind kind, bool tls = false, SiteServerOptions? options = null)
    {
        tls |= kind == Kind.VsftpdImplicit;
        options = (options ?? new()) with { Certificates = tls ? Certificates : null, Implicit = kind == Kind.VsftpdImplicit };
        SiteServer? server = kind switch
        {
            Kind.Vsftpd or Kind.VsftpdImplicit => await VsftpdServer.StartAsync(options, CancellationToken.None),
            Kind.Proftpd => await ProftpdServer.StartAsync(options, CancellationToken.None),
            Kind.PureFtpd => await PureFtpdServer.StartAsync(options, CancellationToken.None),
            Kind.Sftp => await SshdServer.StartAsync(CancellationToken.None),
            _ => null,
        };
        return new(kind, tls, server);
    }

    public void Own()
    {
        if (_server is not null) _server.Own();
    }

    public Task<string> ShellAsync(string script) => FileTree.ShellAsync(Home, script, CancellationToken.None);

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;
}

/// <summary>Two ends and a journal.</summary>
internal sealed class TwoSites(End from, End to) : IAsyncDisposable
{
    public End From { get; } = from;

    public End To { get; } = to;

    public string Journal { get; } = LabRoot.NewFolder("journal");

    public static async Task<TwoSites> StartAsync(Kind from, Kind to, bool tls = false, SiteServerOptions? options = null) =>
        new(await End.StartAsync(from, tls, options), await End.StartAsync(to, tls, options));

    public Task<SiteCopyResult> CopyAsync(SiteCopyOptions? options = null, CancellationToken token = default) =>
        new SiteCopy(TimeProvider.System).RunAsync(From.Account, To.Account, Journal, options ?? new(), token);

    public Task<SiteCopyResult> VerifyAsync(SiteCopyOptions? options = null) =>
        new SiteVerification(TimeProvider.System).RunAsync(From.Account, To.Account, options ?? new(), CancellationToken.None);

    /// <summary>Asserts that both trees are equal, by the system's own programs.</summary>
    public async Task AssertEqualAsync(bool modes = false, bool times = false)
    {
        var (source, target) = (await FileTree.DescribeAsync(From.Home, CancellationToken.None, modes, times), await FileTree.DescribeAsync(To.Home, CancellationToken.None, modes, times));
        Assert.Equal(source, target);
    }

    public async ValueTask DisposeAsync()
    {
        await From.DisposeAsync();
        await To.DisposeAsync();
    }
}
