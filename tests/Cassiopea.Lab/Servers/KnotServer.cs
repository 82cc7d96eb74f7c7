using System.Globalization;
using System.Net;
using System.Text;

namespace Cassiopea.Lab.Servers;

/// <summary>One zone of a <see cref="KnotServer"/>.</summary>
/// <param name="Name">Without final dot.</param>
/// <param name="Text">Its zone file; empty for a copy of another server's zone.</param>
public sealed record KnotZone(string Name, string Text)
{
    /// <summary>Signed with a key that Knot makes.</summary>
    public bool Signed { get; init; }

    /// <summary>Port of the primary server, for a copy that lags: it is fetched at the start, then only when <see cref="KnotServer.CatchUpAsync"/> says so.</summary>
    public int? PrimaryPort { get; init; }
}

/// <summary>A private Knot DNS on a free port of 127.0.0.1: takes transfers and dynamic updates, with a TSIG key when one is given.</summary>
public sealed class KnotServer : IAsyncDisposable
{
    private const string Program = "/usr/sbin/knotd";
    private readonly string _root = LabRoot.NewFolder("knot");
    private readonly IReadOnlyList<KnotZone> _zones;
    private readonly string? _tsig;
    private ChildProcess? _process;

    private KnotServer(IReadOnlyList<KnotZone> zones, string? tsig, int? port) => (_zones, _tsig, Port) = (zones, tsig, port ?? FreePort.Next());

    /// <summary>Datagrams and streams.</summary>
    public int Port { get; }

    /// <summary>Where it answers.</summary>
    public IPEndPoint Endpoint => new(IPAddress.Loopback, Port);

    /// <summary>Starts one.</summary>
    /// <param name="zones">What it serves.</param>
    /// <param name="token">Cancels.</param>
    /// <param name="tsig">A key as <c>hmac-sha256:name:base64</c>, which transfers and updates must then be signed with.</param>
    /// <param name="port">A port that was chosen before; null = a free one.</param>
    public static async Task<KnotServer> StartAsync(IReadOnlyList<KnotZone> zones, CancellationToken token, string? tsig = null, int? port = null)
    {
        var server = new KnotServer(zones, tsig, port);
        await server.WriteFilesAsync(token);
        await server.StartAsync(token);
        return server;
    }

    /// <summary>Starts it again, same port, same zones.</summary>
    public async Task StartAsync(CancellationToken token)
    {
        if (!File.Exists(Program)) throw new FileNotFoundException("Not installed: apt-get install -y --no-install-recommends knot knot-dnsutils", Program);
        _process = await ChildProcess.StartAsync(new ChildProgram(Program, "-c", Configuration));
        await Eventually.TrueAsync(
            "Knot serves its zones",
            async () => _process.HasExited ? throw new InvalidOperationException($"Knot did not start: {_process.Tail}") : await ServesAsync(token),
            token: token);
    }

    /// <summary>Stops it: its zones are then lame.</summary>
    public async Task StopAsync()
    {
        if (_process is null) return;
        await _process.DisposeAsync();
        _process = null;
    }

    /// <summary>A copy that lags fetches its zone.</summary>
    public async Task CatchUpAsync(string zone, CancellationToken token) => await KnotcAsync(token, "zone-refresh", zone);

    /// <summary>Runs knotc on this server.</summary>
    public Task<string> KnotcAsync(CancellationToken token, params string[] arguments) =>
        Tool.DemandAsync(new ChildProgram("/usr/sbin/knotc", ["-c", Configuration, .. arguments]), token);

    /// <summary>Changes the zone by hand, as somebody else would: each change is what <c>zone-set</c> or <c>zone-unset</c> takes.</summary>
    public async Task ChangeAsync(string zone, CancellationToken token, params string[] changes)
    {
        await KnotcAsync(token, "zone-begin", zone);
        foreach (var change in changes)
        {
            var words = change.Split(' ');
            await KnotcAsync(token, [words[0], zone, .. words[1..]]);
        }

        await KnotcAsync(token, "zone-commit", zone);
    }

    /// <summary>DS data (SHA-256) of the key that signs a zone, for example <c>33835 13 2 ab…</c>.</summary>
    public async Task<string> DsAsync(string zone, CancellationToken token)
    {
        var lines = (await Tool.DemandAsync(new ChildProgram("/usr/sbin/keymgr", "-c", Configuration, zone, "ds"), token)).Split('\n');
        return lines.Select(static line => line.Split(" DS ", 2)).First(static parts => parts.Length == 2 && parts[1].Split(' ')[2] == "2")[1].Trim();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(_root, recursive: true);
    }

    private string Configuration => Path.Combine(_root, "knot.conf");

    private async Task<bool> ServesAsync(CancellationToken token)
    {
        if (!await LabRoot.AnswersAsync(Port, token)) return false;
        var (code, status) = await Tool.RunAsync(new ChildProgram("/usr/sbin/knotc", "-c", Configuration, "zone-status", "+serial"), token);
        return code == 0 && status.Split('\n', StringSplitOptions.RemoveEmptyEntries).Count(line => line.Contains("serial:", StringComparison.Ordinal) && !line.Contains("serial: -", StringComparison.Ordinal)) == _zones.Count;
    }

    private async Task WriteFilesAsync(CancellationToken token)
    {
        foreach (var folder in (string[])["run", "db", "zones"]) LabRoot.MakeFolder(Path.Combine(_root, folder));
        foreach (var zone in _zones.Where(static zone => zone.PrimaryPort is null)) await File.WriteAllTextAsync(Path.Combine(_root, "zones", zone.Name + ".zone"), zone.Text, token);
        await File.WriteAllTextAsync(Configuration, Write(), token);
    }

    private string Write()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"""
            server:
                rundir: "{_root}/run"
                listen: [ 127.0.0.1@{Port} ]
                automatic-acl: on
                udp-workers: 1
                tcp-workers: 1
                background-workers: 1
            log:
              - target: {_root}/knot.log
                any: info
            database:
                storage: "{_root}/db"

            """);
        if (_tsig is { } tsig)
        {
            var parts = tsig.Split(':');
            text.Append(CultureInfo.InvariantCulture, $"key:\n  - id: {parts[1]}\n    algorithm: {parts[0]}\n    secret: {parts[2]}\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"acl:\n  - id: lab\n    address: 127.0.0.1\n    action: [ transfer, update ]\n{(_tsig is null ? "" : $"    key: {_tsig.Split(':')[1]}\n")}");
        text.Append("policy:\n  - id: ecdsa\n    algorithm: ecdsap256sha256\n    single-type-signing: on\n    cds-cdnskey-publish: always\n");
        foreach (var port in _zones.Select(static zone => zone.PrimaryPort).OfType<int>().Distinct())
            text.Append(CultureInfo.InvariantCulture, $"remote:\n  - id: primary{port}\n    address: 127.0.0.1@{port}\n");
        text.Append("zone:\n");
        foreach (var zone in _zones)
        {
            text.Append(CultureInfo.InvariantCulture, $"  - domain: {zone.Name}\n    storage: \"{_root}/zones\"\n    file: \"{zone.Name}.zone\"\n    acl: lab\n    zonefile-sync: -1\n    journal-content: all\n");
            if (zone.PrimaryPort is { } port) text.Append(CultureInfo.InvariantCulture, $"    master: primary{port}\n    refresh-min-interval: 3600\n");
            else text.Append("    zonefile-load: difference-no-serial\n");
            if (zone.Signed) text.Append("    dnssec-signing: on\n    dnssec-policy: ecdsa\n");
        }

        return text.ToString();
    }
}
