using System.Globalization;
using Cassiopea.Contracts;

namespace Cassiopea.Mail;

/// <summary>By which way a mailbox is read, and what that means for its move, as facts; the words for members are found by code.</summary>
internal sealed class ProtocolFacts(LoginLog loginLog, ILogger<LoginLog> log)
{
    private const string Name = "protocol-seen";
    private const string Means = "protocol-means";

    /// <summary>Of one login; a log that cannot be read makes it unknown, and is told to staff.</summary>
    public async Task<IEnumerable<Fact>> OfAsync(string login, CancellationToken token)
    {
        try
        {
            return Of(await loginLog.OfAsync(login, token), null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            log.LoginLogUnreadable(e.Message);
            return Of(null, e.GetType().Name);
        }
    }

    /// <param name="seen">What the log says; null when there is no log.</param>
    /// <param name="problem">Why the log could not be read; null when it could.</param>
    public static IEnumerable<Fact> Of(ProtocolsSeen? seen, string? problem)
    {
        if (seen is null)
        {
            yield return new Fact(Name, SeenProtocol.Unknown);
            yield return new Fact(Means, SeenProtocol.Means(SeenProtocol.Unknown));
            if (problem is not null)
                yield return new Fact("login-log-problem", problem);
            yield break;
        }

        if (seen.Logins.Count == 0)
        {
            yield return new Fact(Name, SeenProtocol.None);
            yield return new Fact(Means, SeenProtocol.Means(SeenProtocol.None));
        }

        yield return new Fact("logins-since", Instant(seen.Since));
        foreach (var way in seen.Logins)
        {
            yield return new Fact(Name, way.Protocol);
            yield return new Fact(Means, SeenProtocol.Means(way.Protocol));
            yield return new Fact($"logins-{way.Protocol}", way.Count.ToString(CultureInfo.InvariantCulture), "logins");
            yield return new Fact($"last-login-{way.Protocol}", Instant(way.Last));
        }
    }

    private static string Instant(DateTimeOffset at) => at.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture);
}
