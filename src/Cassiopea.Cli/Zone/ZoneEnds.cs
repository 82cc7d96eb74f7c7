using System.Net;
using Cassiopea.Transfer;
using Cassiopea.Zones;
using Cassiopea.Zones.Client;
using Cassiopea.Zones.Providers;
using Cassiopea.Zones.Wire;

namespace Cassiopea.Cli.Zone;

/// <summary>Where zones are, as the command line gives it; secrets from the environment or a file only.</summary>
internal static class ZoneEnds
{
    private const string Forms = "zonefile:FILE, zonefolder:FOLDER, axfr://server:port/, rfc2136://server:port/, powerdns://server:port/ or livedns://api.gandi.net/v5/";

    /// <summary>The domain that the command is about; letters beyond ASCII may be typed.</summary>
    public static DnsName Domain(CommandLine line)
    {
        if (line.Words.Count != 1) throw new UsageException("Name one domain.");
        try
        {
            return DnsName.FromUnicode(line.Words[0]);
        }
        catch (FormatException wrong)
        {
            throw new UsageException(wrong.Message);
        }
    }

    /// <summary>A provider; the connection lives as long as the process.</summary>
    public static async Task<IZoneProvider> ProviderAsync(CommandLine line, string end, CancellationToken token)
    {
        var (option, text) = ($"--{end}", line.Required($"--{end}"));
        if (text.StartsWith("zonefolder:", StringComparison.Ordinal)) return new ZoneFileProvider(text["zonefolder:".Length..]);
        var url = EndUrl.Parse(option, text, "axfr", "rfc2136", "powerdns", "livedns");
        switch (url.Scheme)
        {
            case "powerdns":
                return new PowerDnsProvider(Http(), Root(url, 8081, ""), EndUrl.Password(line, end), TimeProvider.System);
            case "livedns":
                return new LiveDnsProvider(Gandi(line, end, url));
            default:
                var client = new DnsClient(new() { Side = end == "from" ? TransferSide.Source : TransferSide.Target });
                return new Rfc2136Provider(client, new(await AddressAsync(option, url.Host, token), url.Port < 0 ? 53 : url.Port), Key(line, end));
        }
    }

    /// <summary>A zone, from wherever it is.</summary>
    public static async Task<Zones.Zone> ZoneAsync(CommandLine line, string end, DnsName domain, CancellationToken token)
    {
        var text = line.Required($"--{end}");
        if (text.StartsWith("zonefile:", StringComparison.Ordinal)) return await ZoneFileAsync(text["zonefile:".Length..], domain, token);
        return await (await ProviderAsync(line, end, token)).ReadAsync(domain, token)
            ?? throw new ZoneException(end == "from" ? TransferSide.Source : TransferSide.Target, TransferFailureKind.Refused, TransferCode.ItemMissing, $"{domain.Host} is not there.");
    }

    /// <summary>Finds name servers: by the overrides given, else by the resolver of the machine.</summary>
    public static NameServers Servers(CommandLine line, DnsClient client)
    {
        try
        {
            return new(client, new()
            {
                EndpointOverrides = line.Values("--server").Select(NameServers.ParseOverride).ToDictionary(),
                ParentOverrides = line.Values("--parent").Select(static text => text.Split('=', 2))
                    .ToDictionary(static parts => DnsName.FromUnicode(parts[0]), static parts => Hosts(parts.Length == 2 ? parts[1] : "")),
                Resolver = line.Value("--resolver") is { } resolver ? IPEndPoint.Parse(resolver) : null,
            });
        }
        catch (FormatException wrong)
        {
            throw new UsageException(wrong.Message);
        }
    }

    public static IReadOnlyList<DnsName> Hosts(string text) => [.. text.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(DnsName.FromUnicode)];

    private static async Task<Zones.Zone> ZoneFileAsync(string path, DnsName domain, CancellationToken token)
    {
        try
        {
            var file = Zones.Files.ZoneFileReader.Read(await File.ReadAllTextAsync(path, token), domain);
            foreach (var note in file.Notes) await Console.Error.WriteLineAsync(note);
            return file.Zone;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{path} cannot be read: {unreadable.Message}");
        }
    }

    private static GandiApi Gandi(CommandLine line, string end, EndUrl url) =>
        new(Http(), Root(url, 443, "v5/"), EndUrl.Password(line, end), url.User.Length > 0 ? url.User : null, TimeProvider.System);

    private static HttpClient Http() => new(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = TimeSpan.FromSeconds(60) };

    private static Uri Root(EndUrl url, int port, string path) =>
        new UriBuilder(url.Tls == "none" ? "http" : "https", url.Host, url.Port < 0 ? port : url.Port, url.Path.Length > 0 ? url.Path : path).Uri;

    private static TsigKey? Key(CommandLine line, string end)
    {
        if (line.Value($"--{end}-password-file") is null && Environment.GetEnvironmentVariable($"CASSIOPEA_{end.ToUpperInvariant()}_PASSWORD") is null) return null;
        try
        {
            return TsigKey.Parse(EndUrl.Password(line, end));
        }
        catch (FormatException wrong)
        {
            throw new UsageException(wrong.Message);
        }
    }

    private static async Task<IPAddress> AddressAsync(string option, string host, CancellationToken token)
    {
        if (IPAddress.TryParse(host, out var address)) return address;
        try
        {
            return (await Dns.GetHostAddressesAsync(host, token))[0];
        }
        catch (System.Net.Sockets.SocketException)
        {
            throw new UsageException($"{option}: {host} has no address. The forms are {Forms}.");
        }
    }
}
