using System.Security.Cryptography;
using Cassiopea.Lab.Seed;
using Cassiopea.Lab.Servers;

namespace Cassiopea.Lab.Parts;

/// <summary>A toy internet: a registry, the old host's Knot that takes updates signed by TSIG, the new provider's PowerDNS, Gandi's stand-in. TTLs are seconds.</summary>
internal sealed class DomainPart : IAsyncDisposable
{
    private const int Ttl = 5;
    private readonly KnotServer _registry;
    private readonly KnotServer _old;
    private readonly PowerDnsServer _new;
    private readonly GandiStandIn _gandi;

    private DomainPart(KnotServer registry, KnotServer old, PowerDnsServer @new, GandiStandIn gandi) => (_registry, _old, _new, _gandi) = (registry, old, @new, gandi);

    public Owned<LabDomain> Domains { get; } = new();

    public static async Task<DomainPart> StartAsync(LabPorts ports, string folder, CancellationToken token)
    {
        (string Member, string Name)[] all = [(Associations.Large.Reference, Associations.LargeDomain), (Associations.Small.Reference, Associations.SmallDomain)];
        var tsig = "hmac-sha256:cassiopea:" + Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
        var registry = await KnotServer.StartAsync([new("be", ZoneSeed.Registry("127.0.0.1", "127.0.0.1", [.. all.Select(d => d.Name)]))], token, port: ports.Registry);
        var part = new DomainPart(
            registry,
            await KnotServer.StartAsync([.. all.Select(d => new KnotZone(d.Name, ZoneSeed.OldHost(d.Name, Ttl)))], token, tsig, ports.OldDns),
            await PowerDnsServer.StartAsync(token, ports.NewDns, ports.NewDnsApi),
            await GandiStandIn.StartAsync(registry, token, ports.Gandi));
        string[] header = ["member;domain;source;provider;name_servers"];
        await LabFile.WriteSecretAsync(Path.Combine(folder, "dns-tsig"), tsig + "\n", token);
        await LabFile.WriteSecretAsync(Path.Combine(folder, "dns-api-key"), part._new.ApiKey + "\n", token);
        await LabFile.WriteSecretAsync(Path.Combine(folder, "gandi-token"), part._gandi.Token + "\n", token);
        await File.WriteAllTextAsync(Path.Combine(folder, "domains.csv"), string.Join('\n', header.Concat(all.Select(d => $"{d.Member};{d.Name};old;new;ns1.nouvelhote.be, ns2.nouvelhote.be"))) + "\n", token);
        foreach (var (member, name) in all)
        {
            part._gandi.Add(name, ["ns1.cassiopea.be", "ns2.cassiopea.be"], TimeProvider.System.GetUtcNow().AddDays(300));
            part.Domains.Add(member, new LabDomain(name, ports.OldDns, ports.NewDns, ports.Registry, ["ns1.nouvelhote.be.", "ns2.nouvelhote.be."]));
        }

        return part;
    }

    public async ValueTask DisposeAsync()
    {
        await _gandi.DisposeAsync();
        await Task.WhenAll(_registry.DisposeAsync().AsTask(), _old.DisposeAsync().AsTask(), _new.DisposeAsync().AsTask());
    }
}
