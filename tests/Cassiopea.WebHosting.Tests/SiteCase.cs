using Cassiopea.Contracts;
using Cassiopea.Lab.Seed;
using Cassiopea.Lab.Servers;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.WebHosting.Tests;

/// <summary>One site that runs at an old place, an empty new place with its database already copied, and the service between them.</summary>
internal sealed class SiteCase : IAsyncDisposable
{
    private SiteCase(SiteHost host, VsftpdServer old, VsftpdServer @new, PhpWebServer oldWeb, PhpWebServer newWeb) => (Host, Old, New, OldWeb, NewWeb) = (host, old, @new, oldWeb, newWeb);

    public SiteHost Host { get; }

    public VsftpdServer Old { get; }

    public VsftpdServer New { get; }

    public PhpWebServer OldWeb { get; }

    public PhpWebServer NewWeb { get; }

    public Guid Migration { get; } = Guid.CreateVersion7();

    public Guid Item { get; } = Guid.CreateVersion7();

    public Guid Member { get; } = Guid.CreateVersion7();

    public Endpoint Source { get; set; } = null!;

    public Endpoint Target { get; set; } = null!;

    public MovedDatabase Database { get; set; } = null!;

    /// <param name="write">Writes the site.</param>
    /// <param name="password">The new database's password, as the vault has it.</param>
    /// <param name="more">Servers before the old and the new web server, and the settings for them.</param>
    public static async Task<SiteCase> MakeAsync(Action<string, SiteDatabase> write, string? password = null, Func<PhpWebServer, PhpWebServer, Task<(string, string)[]>>? more = null)
    {
        var token = TestContext.Current.CancellationToken;
        var sql = await MariaDbServer.SharedNewAsync();
        var (from, to) = (await sql.CreateDatabaseAsync(token: token), await sql.CreateDatabaseAsync(token: token));
        await sql.RunAsync(SiteSeed.Tables, from.Database, token);
        await sql.RunAsync(SiteSeed.Tables, to.Database, token);
        var (old, @new) = (await VsftpdServer.StartAsync(new SiteServerOptions(), token), await VsftpdServer.StartAsync(new SiteServerOptions(), token));
        write(old.Home, new SiteDatabase("127.0.0.1", sql.Port, from));
        old.Own();
        var (oldWeb, newWeb) = (await PhpWebServer.StartAsync(old.Home, token), await PhpWebServer.StartAsync(@new.Home, token));
        var host = await SiteHost.StartAsync([
            .. more is null ? [] : await more(oldWeb, newWeb),
            ("WebHosting:OldWebHost", "127.0.0.1"), ("WebHosting:OldWebPort", $"{oldWeb.Port}"), ("WebHosting:NewWebPort", $"{newWeb.Port}"), ("WebHosting:TargetProfile", "php-8.2")]);
        SiteCase site = new(host, old, @new, oldWeb, newWeb);
        site.Source = site.End("ftp", old.Port, old.User, old.Password);
        site.Target = site.End("ftp", @new.Port, @new.User, @new.Password);
        site.Database = new MovedDatabase(
            Guid.CreateVersion7(), site.End("mysql", sql.Port, from.User, from.Password) with { Path = from.Database }, site.End("mysql", sql.Port, to.User, password ?? to.Password) with { Path = to.Database });
        return site;
    }

    public Task<ItemSurveyed> SurveyAsync(int attempt = 1) =>
        Host.AskAsync<SurveySite, ItemSurveyed>(new SurveySite(Migration, Item, attempt, Source, Target, Member, "www.asbl.example"), e => e.ItemId == Item && e.Attempt == attempt);

    public Task<ItemTransferred> TransferAsync(int pass, Bucket bucket = Bucket.Bulk, bool reportOnly = false) =>
        Host.AskAsync<TransferSite, ItemTransferred>(new TransferSite(Migration, Item, pass, bucket, Source, Target, reportOnly), e => e.ItemId == Item && e.Pass == pass);

    public Task<ItemVerified> VerifyAsync(int pass) => Host.AskAsync<VerifySite, ItemVerified>(new VerifySite(Migration, Item, pass, Bucket.Bulk, Source, Target), e => e.ItemId == Item && e.Pass == pass);

    public Task<ItemVerified> RememberAsync(int pass) =>
        Host.AskAsync<VerifySite, ItemVerified>(new VerifySite(Migration, Item, pass, Bucket.CutOver, Source, Target, Remember: true), e => e.ItemId == Item && e.Pass == pass);

    public Task<SiteConfigured> ConfigureAsync(int pass, IReadOnlyList<PathMapping>? paths = null, bool checkOnly = false) =>
        Host.AskAsync<ConfigureSite, SiteConfigured>(new ConfigureSite(Migration, Item, pass, "www.asbl.example", Source, Target, [Database], paths, checkOnly), e => e.ItemId == Item && e.Pass == pass);

    public Task<StatisticsSaved> StatisticsAsync(int round, string page = "", bool last = false) =>
        Host.AskAsync<SaveStatistics, StatisticsSaved>(new SaveStatistics(Migration, Item, round, last, "www.asbl.example", Source, page), e => e.ItemId == Item && e.Round == round);

    /// <summary>A page at a place, as a visitor of the site's name gets it.</summary>
    public static async Task<string> PageAsync(PhpWebServer place, string path = "/")
    {
        using SocketsHttpHandler handler = new();
        using HttpClient web = new(handler);
        using HttpRequestMessage question = new(HttpMethod.Get, new Uri($"http://127.0.0.1:{place.Port}{path}"));
        question.Headers.Host = "www.asbl.example";
        using var answer = await web.SendAsync(question, TestContext.Current.CancellationToken);
        return $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)}";
    }

    public Task<List<SiteFindingRow>> FindingsAsync() => Host.QueryAsync(db => db.Findings.Where(f => f.ItemId == Item).OrderBy(f => f.Number).ToListAsync());

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        await OldWeb.DisposeAsync();
        await NewWeb.DisposeAsync();
        await Old.DisposeAsync();
        await New.DisposeAsync();
    }

    private Endpoint End(string protocol, int port, string login, string password) =>
        new(Guid.CreateVersion7(), protocol, "127.0.0.1", port, TlsPolicy.None, login, Host.Vault.Store(password));
}
