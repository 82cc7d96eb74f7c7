using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Cassiopea.Transfer;

namespace Cassiopea.Zones.Client;

/// <summary>Where name servers are found.</summary>
public sealed record NameServerOptions
{
    /// <summary>Addresses of name servers by host name, for tests: DNS cannot carry a port. Empty in production.</summary>
    public IReadOnlyDictionary<DnsName, IPEndPoint> EndpointOverrides { get; init; } = new Dictionary<DnsName, IPEndPoint>();

    /// <summary>Name servers of parent zones, for tests: <c>be.</c> to the hosts that serve it. Empty in production.</summary>
    public IReadOnlyDictionary<DnsName, IReadOnlyList<DnsName>> ParentOverrides { get; init; } = new Dictionary<DnsName, IReadOnlyList<DnsName>>();

    /// <summary>A resolver for everything else.</summary>
    /// <value>The first one of /etc/resolv.conf.</value>
    public IPEndPoint? Resolver { get; init; }

    /// <summary>Which addresses of name servers may be asked: whoever writes a zone must not lead us into our own network.</summary>
    /// <value>All.</value>
    public Func<IPAddress, bool> Permits { get; init; } = static _ => true;
}

/// <summary>Finds the servers of a zone and of its parent, and their addresses; what was found is kept.</summary>
/// <param name="client">Asks.</param>
/// <param name="options">Where to look; null = the system's resolver.</param>
public sealed class NameServers(DnsClient client, NameServerOptions? options = null)
{
    private const int DnsPort = 53;
    private readonly NameServerOptions _options = options ?? new();
    private readonly ConcurrentDictionary<DnsName, IReadOnlyList<IPEndPoint>> _known = new();

    /// <summary>All addresses of a name server.</summary>
    /// <param name="host">Its name.</param>
    /// <param name="token">Cancels.</param>
    /// <exception cref="ZoneException">It has none, or one that may not be asked.</exception>
    public async Task<IReadOnlyList<IPEndPoint>> AddressesAsync(DnsName host, CancellationToken token)
    {
        if (_options.EndpointOverrides.TryGetValue(host, out var known)) return Permitted(host, [known]);
        if (_known.TryGetValue(host, out var kept)) return kept;
        List<IPEndPoint> found = [];
        foreach (var type in (RecordType[])[RecordType.A, RecordType.Aaaa])
        {
            var answer = await client.QueryAsync(Resolver(), host, type, token, recurse: true);
            found.AddRange(answer.Answers.Where(record => record.Type == type).Select(static record => new IPEndPoint(new IPAddress(record.Data.Wire), DnsPort)));
        }

        if (!Socket.OSSupportsIPv6) found.RemoveAll(static address => address.AddressFamily == AddressFamily.InterNetworkV6);
        return found.Count > 0
            ? _known[host] = Permitted(host, found)
            : throw new ZoneException(TransferSide.Target, TransferFailureKind.Refused, TransferCode.Unreachable, $"The name server {host.Host} has no address.");
    }

    /// <summary>The zone above, and all its name servers.</summary>
    /// <param name="zone">A zone.</param>
    /// <param name="token">Cancels.</param>
    public async Task<(DnsName Parent, IReadOnlyList<DnsName> Servers)> ParentAsync(DnsName zone, CancellationToken token)
    {
        for (var at = zone.Parent; at is not null; at = at.Parent)
        {
            if (_options.ParentOverrides.TryGetValue(at, out var known)) return (at, known);
            if (_options.ParentOverrides.Count > 0) continue;
            var answer = await client.QueryAsync(Resolver(), at, RecordType.Ns, token, recurse: true);
            var servers = answer.Answers.Where(record => record.Type == RecordType.Ns && record.Name.Equals(at)).Select(static record => record.Data.Target!).ToList();
            if (servers.Count > 0) return (at, servers);
        }

        throw new ZoneException(TransferSide.Source, TransferFailureKind.Refused, TransferCode.Unreachable, $"No parent zone of {zone.Host} was found.");
    }

    private IReadOnlyList<IPEndPoint> Permitted(DnsName host, IReadOnlyList<IPEndPoint> found) =>
        found.All(one => _options.Permits(one.Address))
            ? found
            : throw new ZoneException(TransferSide.Target, TransferFailureKind.Refused, TransferCode.PermissionDenied, $"The name server {host.Host} has an address that is loopback, private or reserved: it is not asked, and no visitor could reach it.");

    private static IPEndPoint? SystemResolver()
    {
        const string file = "/etc/resolv.conf";
        if (!File.Exists(file)) return null;
        return File.ReadLines(file)
            .Select(static line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(static words => words is ["nameserver", _, ..])
            .Select(static words => IPAddress.TryParse(words[1], out var address) ? new IPEndPoint(address, DnsPort) : null)
            .FirstOrDefault(static address => address is not null);
    }

    private IPEndPoint Resolver() =>
        _options.Resolver ?? SystemResolver() ?? throw new ZoneException(TransferSide.Us, TransferFailureKind.Refused, TransferCode.Unreachable, "No resolver is known: name one.");

    /// <summary>Reads <c>host=address:port</c>, as settings and the command line give it.</summary>
    /// <param name="text">For example <c>ns1.example.org=127.0.0.1:5353</c>.</param>
    /// <exception cref="FormatException">Not that.</exception>
    public static KeyValuePair<DnsName, IPEndPoint> ParseOverride(string text)
    {
        var parts = text.Split('=', 2);
        return parts.Length == 2 && IPEndPoint.TryParse(parts[1], out var endpoint) && endpoint.Port > 0
            ? new(DnsName.Parse(parts[0]), endpoint)
            : throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"{text} is not host=address:port."));
    }
}
