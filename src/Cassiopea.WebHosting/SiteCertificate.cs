using System.Globalization;
using Cassiopea.Contracts;
using Cassiopea.Sites.Checks;
using Microsoft.Extensions.Options;

namespace Cassiopea.WebHosting;

/// <summary>The new place's certificate for the site's name, looked at before visitors come: in the survey, and again before DNS changes.</summary>
internal sealed class SiteCertificate(SiteWeb web, SiteEngine engine, IOptions<WebHostingOptions> options, TimeProvider time)
{
    /// <summary>What is wrong; null when visitors lose nothing: it is valid, or neither place speaks TLS.</summary>
    /// <param name="site">The site's host name.</param>
    /// <param name="targetHost">The host that the files go to.</param>
    /// <param name="facts">Gets what was seen.</param>
    /// <param name="token">Ends it.</param>
    public async Task<Failure?> CheckAsync(string site, string targetHost, List<Fact>? facts, CancellationToken token)
    {
        var seen = await LookAsync(site, await web.NewPlaceAsync(targetHost, options.Value.NewTlsPort, token), token);
        var missedBefore = seen.Problem == CertificateProblem.Missing
            && (await web.OldPlaceAsync(site, options.Value.OldTlsPort, token) is not { } old || (await LookAsync(site, old.ConnectTo, token)).Problem == CertificateProblem.Missing);
        facts?.Add(new Fact("certificate", missedBefore ? "none at either place" : seen.NotAfter is { } end ? $"{seen.Problem}, until {end.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}" : seen.Problem.ToString()));
        return seen.Problem == CertificateProblem.None || missedBefore ? null : Refused(site, seen);
    }

    private Task<CertificateSeen> LookAsync(string site, System.Net.IPEndPoint place, CancellationToken token) =>
        CertificateCheck.RunAsync(site, place, time.GetUtcNow(), engine.Trusted, options.Value.Idle, token);

    private static Failure Refused(string site, CertificateSeen seen)
    {
        var day = seen.NotAfter?.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "";
        return seen.Problem switch
        {
            CertificateProblem.Missing => new(FailureSide.Target, FailureKind.Refused, FailureCode.TlsNotOffered, $"The new web server has no certificate for {site}, the old one has: the new provider installs one, then staff try again."),
            CertificateProblem.Expired => Of($"expired on {day}: the new provider renews it"),
            CertificateProblem.NotYetValid => Of("is not valid yet: the new provider looks at its dates"),
            CertificateProblem.WrongName => Of($"is made out to {(seen.Names.Count == 0 ? "no name" : string.Join(", ", seen.Names.Take(5)))}: the new provider installs one for {site}"),
            CertificateProblem.Untrusted => Of("is signed by nobody that browsers trust: the new provider installs another, with its intermediate certificates"),
            _ => throw new ArgumentOutOfRangeException(nameof(seen), seen.Problem, null),
        };

        Failure Of(string text) => new(FailureSide.Target, FailureKind.Refused, FailureCode.CertificateRefused, $"The certificate of {site} at the new web server {text}, then staff try again.");
    }
}
