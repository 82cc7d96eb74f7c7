using System.Globalization;
using System.Net;
using Cassiopea.Lab.Seed;
using Cassiopea.Lab.Servers;
using Cassiopea.Zones.Checks;
using Cassiopea.Zones.Client;
using Cassiopea.Zones.Files;
using Cassiopea.Zones.Planning;
using Cassiopea.Zones.Providers;

namespace Cassiopea.Zones.Tests;

/// <summary>A registry with two servers, one of which lags; an old host; a new host; the registrar.</summary>
internal sealed class ToyInternet : IAsyncDisposable
{
    public const string Name = "asbl-exemple.be";
    private readonly HttpClient _http = new(new SocketsHttpHandler());

    private ToyInternet(KnotServer registry, KnotServer lagging, KnotServer old, PowerDnsServer host, GandiStandIn gandi) =>
        (Registry, Lagging, Old, New, Gandi) = (registry, lagging, old, host, gandi);

    public static DnsName Domain { get; } = DnsName.Parse(Name + ".");

    public static IReadOnlyList<DnsName> NewServers { get; } = [DnsName.Parse("ns1.nouvelhote.be."), DnsName.Parse("ns2.nouvelhote.be.")];

    public static IReadOnlyList<DnsName> OldServers { get; } = [DnsName.Parse("ns1.cassiopea.be."), DnsName.Parse("ns2.cassiopea.be.")];

    public static Zone Wanted { get; } = ZoneFileReader.Read(ZoneSeed.NewHost(Name)).Zone;

    public KnotServer Registry { get; }

    public KnotServer Lagging { get; }

    public KnotServer Old { get; }

    public PowerDnsServer New { get; }

    public GandiStandIn Gandi { get; }

    public DnsClient Client { get; } = new(new() { Timeout = TimeSpan.FromSeconds(1), Tries = 2 });

    public NameServers Servers => new(Client, new()
    {
        EndpointOverrides = new Dictionary<DnsName, IPEndPoint>
        {
            [OldServers[0]] = Old.Endpoint,
            [OldServers[1]] = Old.Endpoint,
            [NewServers[0]] = New.Endpoint,
            [NewServers[1]] = New.Endpoint,
            [DnsName.Parse("a.nsset.be.")] = Registry.Endpoint,
            [DnsName.Parse("b.nsset.be.")] = Lagging.Endpoint,
        },
        ParentOverrides = new Dictionary<DnsName, IReadOnlyList<DnsName>> { [DnsName.Parse("be.")] = [DnsName.Parse("a.nsset.be."), DnsName.Parse("b.nsset.be.")] },
    });

    public Delegation Delegation => new(Client, Servers);

    public ServedZone Served => new(Client, Servers);

    public GandiApi Registrar => new(_http, Gandi.Root, Gandi.Token, null, TimeProvider.System);

    public PowerDnsProvider PowerDns => new(_http, New.Api, New.ApiKey, TimeProvider.System);

    public static async Task<ToyInternet> StartAsync(CancellationToken token, bool signed = false, int ttl = 86400, string? tsig = null)
    {
        var registry = await KnotServer.StartAsync([new("be", ZoneSeed.Registry("127.0.0.1", "127.0.0.1", Name))], token);
        var lagging = KnotServer.StartAsync([new("be", "") { PrimaryPort = registry.Port }], token);
        var old = KnotServer.StartAsync([new(Name, ZoneSeed.OldHost(Name, ttl)) { Signed = signed }], token, tsig);
        var toy = new ToyInternet(registry, await lagging, await old, await PowerDnsServer.StartAsync(token), await GandiStandIn.StartAsync(registry, token));
        toy.Gandi.Add(Name, [.. OldServers.Select(static host => host.Host)], new DateTimeOffset(2027, 6, 1, 0, 0, 0, TimeSpan.Zero));
        return toy;
    }

    /// <summary>The new host has the zone.</summary>
    public Task PublishAsync(CancellationToken token) => PowerDns.ChangeAsync(Domain, null, ZonePlan.Make("powerdns", null, Wanted).Changes, token);

    /// <summary>The registry hands out a DS of the old host's key, and the registrar knows of it.</summary>
    public async Task SignAtRegistryAsync(CancellationToken token)
    {
        var signer = RecordData.Parse(RecordType.Ds, await Old.DsAsync(Name, token));
        await Client.UpdateAsync(Registry.Endpoint, new DynamicUpdate(DnsName.Parse("be.")).Add(new(Domain, RecordType.Ds, 2, [signer])), null, token);
        await Lagging.CatchUpAsync("be", token);
        Gandi.AddKey(Name, int.Parse(signer.Text.Split(' ')[0], CultureInfo.InvariantCulture), 13);
        await Lab.Eventually.TrueAsync("both registry servers have the DS", async () => (await Delegation.ReadAsync(Domain, [], token)).Parents.All(static parent => parent.Signers.Count == 1), token: token);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Gandi.DisposeAsync();
        await New.DisposeAsync();
        await Old.DisposeAsync();
        await Lagging.DisposeAsync();
        await Registry.DisposeAsync();
    }
}

/// <summary>A journal in memory that can crash after any step was kept.</summary>
internal sealed class CrashingJournal : IApplyJournal
{
    public ApplyState? State { get; private set; }

    public ApplyStep? CrashAfter { get; set; }

    public Task<ApplyState?> ReadAsync(CancellationToken token) => Task.FromResult(State);

    public Task SaveAsync(ApplyState state, CancellationToken token)
    {
        State = ApplyState.FromJson(state.ToJson());
        return state.Step == CrashAfter ? throw new InvalidOperationException("crash") : Task.CompletedTask;
    }
}
