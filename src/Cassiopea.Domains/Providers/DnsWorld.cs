using System.Net;
using Cassiopea.ServiceDefaults.Endpoints;
using Cassiopea.Transfer;
using Cassiopea.Zones;
using Cassiopea.Zones.Checks;
using Cassiopea.Zones.Client;
using Cassiopea.Zones.Planning;
using Cassiopea.Zones.Providers;
using Cassiopea.Zones.Wire;
using Microsoft.Extensions.Options;

namespace Cassiopea.Domains;

/// <summary>DNS, its providers and the registrar as the settings name them.</summary>
internal sealed class DnsWorld(IOptions<DomainsOptions> options, IHttpClientFactory http, RemoteAddresses addresses, TimeProvider time)
{
    public const string HttpName = "dns-providers";
    private readonly DomainsOptions _options = options.Value;
    private readonly DnsClient _client = new();

    /// <summary>What dies with the old host.</summary>
    public LintSettings Lint => new()
    {
        DyingNames = [.. _options.DyingNames.Select(DnsName.FromUnicode)],
        DyingNetworks = [.. _options.DyingNetworks.Select(static network => IPNetwork.Parse(network))],
        Authorities = _options.Authorities,
    };

    public Delegation Delegation => new(_client, Servers);

    public ServedZone Served => new(_client, Servers);

    public bool HasRegistrar => _options.Gandi.Address.Length > 0;

    /// <summary>The registrar; null when none is configured.</summary>
    public GandiApi? Registrar => _options.Gandi.Address.Length == 0
        ? null
        : new(http.CreateClient(HttpName), new Uri(_options.Gandi.Address), Secret(_options.Gandi.TokenFile), _options.Gandi.SharingId.Length > 0 ? _options.Gandi.SharingId : null, time);

    private NameServers Servers => new(_client, new()
    {
        EndpointOverrides = _options.EndpointOverrides.Select(NameServers.ParseOverride).ToDictionary(),
        ParentOverrides = _options.ParentOverrides.Select(static text => text.Split('=', 2)).ToDictionary(
            static parts => DnsName.FromUnicode(parts[0]),
            static parts => (IReadOnlyList<DnsName>)[.. parts[1].Split(',').Select(DnsName.FromUnicode)]),
        Resolver = _options.Resolver.Length > 0 ? IPEndPoint.Parse(_options.Resolver) : null,
        Permits = addresses.Permits,
    });

    /// <summary>The change of name servers at the registrar.</summary>
    /// <exception cref="TransferException">No registrar is configured.</exception>
    public NameServerChange NameServerChange() => new(
        Registrar ?? throw DomainFailures.Shut(TransferSide.Us, "No registrar is configured: whoever manages the domain changes its name servers."),
        Delegation,
        Served,
        time,
        new() { Registrar = _options.RegistrarPatience, Parents = _options.ParentPatience, Unsure = _options.UnsurePatience });

    /// <summary>A provider by its name in the settings.</summary>
    /// <exception cref="TransferException">No such provider.</exception>
    public IZoneProvider Provider(string name)
    {
        if (!_options.Providers.TryGetValue(name, out var provider)) throw DomainFailures.Shut(TransferSide.Us, $"The provider “{name}” is not configured.");
        return provider.Kind switch
        {
            "powerdns" => new PowerDnsProvider(http.CreateClient(HttpName), new Uri(provider.Address), Secret(provider.SecretFile), time),
            "livedns" => new LiveDnsProvider(new GandiApi(http.CreateClient(HttpName), new Uri(provider.Address), Secret(provider.SecretFile), null, time)),
            "rfc2136" => new Rfc2136Provider(_client, IPEndPoint.Parse(provider.Address), provider.SecretFile.Length > 0 ? TsigKey.Parse(Secret(provider.SecretFile)) : null),
            "file" => new ZoneFileProvider(provider.Address),
            ByHandProvider.Kind => new ByHandProvider(provider.Address),
            _ => throw DomainFailures.Shut(TransferSide.Us, $"The provider “{name}” has the kind “{provider.Kind}”, which nobody knows."),
        };
    }

    private static string Secret(string file) =>
        file.Length > 0 ? File.ReadAllText(file).Trim() : throw DomainFailures.Shut(TransferSide.Us, "A secret is missing: name its file in the settings.", TransferCode.AuthenticationFailed);
}
