using System.Globalization;
using Cassiopea.Lab.Manifest;
using Cassiopea.Lab.Seed;
using Cassiopea.Lab.Servers;

namespace Cassiopea.Lab.Parts;

/// <summary>
/// A member's SPIP-like site with its database. Old: vsftpd without MLSD, MariaDB set up like MySQL 5.5, PHP's web server; new: ProFTPD with TLS
/// whose data connections must resume, strict MariaDB with TLS, PHP's web server over the empty place.
/// </summary>
internal sealed class SitePart : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> _servers = [];

    private SitePart()
    {
    }

    public Owned<LabSite> Sites { get; } = new();

    public Owned<LabDatabase> Databases { get; } = new();

    public static async Task<SitePart> StartAsync(LabPorts ports, LabCertificates certificates, string folder, CancellationToken token)
    {
        var part = new SitePart();
        var certificate = certificates.Issue("localhost");
        var (member, name) = (Associations.Small.Reference, Associations.SmallSite);
        var (oldSql, newSql) = (MariaDbServer.StartAsync(new() { Old = true }, token), MariaDbServer.StartAsync(new() { Certificate = certificate }, token));
        var old = part.Keep(await VsftpdServer.StartAsync(new SiteServerOptions { Certificates = certificates }, token));
        var @new = part.Keep(await ProftpdServer.StartAsync(new SiteServerOptions { Certificates = certificates }, token));
        var (from, to) = (part.Keep(await oldSql), part.Keep(await newSql));

        var source = await from.CreateDatabaseAsync("ptitsloups", token: token);
        await from.RunAsync("set names utf8mb4; " + SiteSeed.Tables, source.Database, token);
        var target = await to.CreateDatabaseAsync("loups_2026", token: token);
        SiteSeed.Spip(old.Home, new SiteDatabase("127.0.0.1", from.Port, source));
        old.Own();
        part.Keep(await PhpWebServer.StartAsync(old.Home, token, ports.OldWeb));
        part.Keep(await PhpWebServer.StartAsync(@new.Home, token, ports.NewWeb));

        part.Databases.Add(member, new LabDatabase(
            source.Database,
            new LabPlace("mysql", "127.0.0.1", from.Port, "None", source.User, source.Password, Path: source.Database),
            new LabPlace("mysql", "127.0.0.1", to.Port, "StartTls", target.User, target.Password, certificate.Pin, target.Database),
            from.Socket, to.Socket, await from.ChecksumsAsync(source.Database, token)));
        part.Sites.Add(member, new LabSite(
            name,
            new LabPlace("ftp", "127.0.0.1", old.Port, "StartTls", old.User, old.Password, old.Pin),
            new LabPlace("ftp", "127.0.0.1", @new.Port, "StartTls", @new.User, @new.Password, @new.Pin),
            old.Home, @new.Home, ports.OldWeb, ports.NewWeb, await SiteComparison.HashesAsync(old.Home, token)));

        await File.WriteAllTextAsync(Path.Combine(folder, "sites.csv"), string.Create(CultureInfo.InvariantCulture, $"member;site;host;port;tls;login;bytes;last_used\n{member};{name};127.0.0.1;{old.Port};starttls;{old.User};;\n"), token);
        await File.WriteAllTextAsync(Path.Combine(folder, "databases.csv"), string.Create(CultureInfo.InvariantCulture, $"member;database;host;port;tls;login;bytes;last_used\n{member};{source.Database};127.0.0.1;{from.Port};none;{source.User};;\n"), token);
        return part;
    }

    public async ValueTask DisposeAsync() => await Task.WhenAll(_servers.Select(server => server.DisposeAsync().AsTask()));

    private T Keep<T>(T server) where T : IAsyncDisposable
    {
        _servers.Add(server);
        return server;
    }
}
