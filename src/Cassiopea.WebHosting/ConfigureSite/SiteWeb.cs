using System.Net;
using System.Net.Sockets;
using Cassiopea.Contracts;
using Cassiopea.ServiceDefaults.Endpoints;
using Cassiopea.Sites.Checks;
using Cassiopea.Sites.Statistics;
using Microsoft.Extensions.Options;

namespace Cassiopea.WebHosting;

/// <summary>The same pages at both places, before the name leads to the new one. Both addresses are checked before they are connected to.</summary>
internal sealed class SiteWeb(RemoteAddresses addresses, IOptions<WebHostingOptions> options, ILogger<SiteWeb> log)
{
    private const int ServerError = 500;
    private static readonly int[] WebPorts = [80, 443];

    public async Task<IReadOnlyList<PageCompared>> CompareAsync(string site, string targetHost, CancellationToken token)
    {
        var web = options.Value;
        Uri name = new($"http://{site}/");
        var before = await OldPlaceAsync(site, web.OldWebPort, token);
        var after = new SitePlace(name, await NewPlaceAsync(targetHost, web.NewWebPort, token));
        return await SiteCheck.RunAsync(before, after, web.Idle, token);
    }

    /// <summary>Why the site may not be switched: pages that ran at the old place and do not at the new one. Null when it may.</summary>
    public static Failure? Verdict(IReadOnlyList<PageCompared> pages)
    {
        var broken = pages.Count(static p => p.After.Status is 0 or >= ServerError && p.Before.Status is not (0 or >= ServerError)) + pages.Count(static p => p.Before.Status == 0 && p.After.Status is 0 or >= ServerError);
        var front = pages.Count > 0 && !pages[0].Equal && pages[0].Before.Status != 0;
        return broken == 0 && !front ? null : new Failure(
            FailureSide.Target, FailureKind.Refused, FailureCode.ItemAltered, $"{(front ? "The front page differs from the old one" : $"{broken} of {pages.Count} pages do not run at the new place")}: look at the site's exceptions before switching.");
    }

    public static IEnumerable<ItemException> Exceptions(IEnumerable<PageCompared> pages) => pages.Where(static p => !p.Equal).Select(static p => SiteEnds.Exception(
        p.Path, FailureSide.Target, FailureCode.ItemAltered, $"Status {p.Before.Status} at the old place, {p.After.Status} at the new one. {p.After.Problem}".TrimEnd(), "Staff open the page at both places."));

    /// <summary>Rendered statistics at the old place: from a page that a person named, or from the usual ones.</summary>
    /// <param name="site">The site's name.</param>
    /// <param name="page">Path of the page; empty = the usual ones.</param>
    /// <param name="mustAnswer">False when files were found: then no page is needed.</param>
    /// <param name="token">Ends it.</param>
    public async Task<IReadOnlyList<StatisticsPage>> StatisticsAsync(string site, string page, bool mustAnswer, CancellationToken token)
    {
        try
        {
            return await OldPlaceAsync(site, options.Value.OldWebPort, token) is not { } place ? []
                : page.Length > 0 ? await StatisticsCrawl.RunAsync(place, page, options.Value.Idle, token)
                : await StatisticsCrawl.RunAsync(place, options.Value.Idle, token);
        }
        catch (Exception e) when (e is HttpRequestException or SocketException or IOException || (e is OperationCanceledException && !token.IsCancellationRequested))
        {
            return mustAnswer
                ? throw new PassFailureException(new Failure(FailureSide.Source, FailureKind.Passing, FailureCode.Unreachable, "The old web server does not answer: its statistics cannot be read."), e)
                : [];
        }
    }

    /// <summary>Null when the name leads nowhere now.</summary>
    public async Task<SitePlace?> OldPlaceAsync(string site, int port, CancellationToken token)
    {
        var host = options.Value.OldWebHost;
        try
        {
            return new SitePlace(new Uri($"http://{site}/"), await PlaceAsync(host.Length > 0 ? host : site, port, token));
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.HostNotFound or SocketError.NoData)
        {
            log.NoOldAddress(e.SocketErrorCode);
            return null;
        }
    }

    /// <summary>Address of the new web server.</summary>
    public Task<IPEndPoint> NewPlaceAsync(string targetHost, int port, CancellationToken token) =>
        PlaceAsync(options.Value.NewWebHost.Length > 0 ? options.Value.NewWebHost : targetHost, port, token);

    private async Task<IPEndPoint> PlaceAsync(string host, int port, CancellationToken token) => new(await addresses.ResolveAsync(host, port, WebPorts, token), port);
}
