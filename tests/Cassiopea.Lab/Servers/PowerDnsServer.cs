using System.Globalization;
using System.Net;
using System.Security.Cryptography;

namespace Cassiopea.Lab.Servers;

/// <summary>A private PowerDNS with SQLite and its HTTP API, on free ports of 127.0.0.1; empty at start.</summary>
public sealed class PowerDnsServer : IAsyncDisposable
{
    private const string Program = "/usr/sbin/pdns_server";
    private const string Schema = "/usr/share/doc/pdns-backend-sqlite3/schema.sqlite3.sql";
    private readonly string _root = LabRoot.NewFolder("pdns");
    private ChildProcess? _process;

    private PowerDnsServer(int? port, int? apiPort) => (Port, ApiPort) = (port ?? FreePort.Next(), apiPort ?? FreePort.Next());

    /// <summary>DNS, datagrams and streams.</summary>
    public int Port { get; }

    /// <summary>HTTP API.</summary>
    public int ApiPort { get; }

    /// <summary>Key of the API, made for this server alone.</summary>
    public string ApiKey { get; } = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12));

    /// <summary>Where it answers DNS.</summary>
    public IPEndPoint Endpoint => new(IPAddress.Loopback, Port);

    /// <summary>Root of the API.</summary>
    public Uri Api => new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{ApiPort}/"));

    /// <summary>Starts one.</summary>
    /// <param name="token">Cancels.</param>
    /// <param name="port">A port for DNS that was chosen before; null = a free one.</param>
    /// <param name="apiPort">The same for the API.</param>
    public static async Task<PowerDnsServer> StartAsync(CancellationToken token, int? port = null, int? apiPort = null)
    {
        var server = new PowerDnsServer(port, apiPort);
        await server.WriteFilesAsync(token);
        await server.StartProcessAsync(token);
        return server;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_process is null) return;
        await _process.DisposeAsync();
        _process = null;
        Directory.Delete(_root, recursive: true);
    }

    private async Task StartProcessAsync(CancellationToken token)
    {
        if (!File.Exists(Program)) throw new FileNotFoundException("Not installed: apt-get install -y --no-install-recommends pdns-server pdns-backend-sqlite3", Program);
        _process = await ChildProcess.StartAsync(new ChildProgram(Program, "--config-dir=" + _root));
        await Eventually.TrueAsync(
            "PowerDNS answers",
            async () => _process.HasExited
                ? throw new InvalidOperationException($"PowerDNS did not start: {_process.Tail}")
                : await LabRoot.AnswersAsync(ApiPort, token) && await LabRoot.AnswersAsync(Port, token),
            token: token);
    }

    private async Task WriteFilesAsync(CancellationToken token)
    {
        var database = Path.Combine(_root, "pdns.sqlite");
        LabRoot.MakeFolder(Path.Combine(_root, "run"));
        await Tool.DemandAsync(new ChildProgram("/usr/bin/sqlite3", database, ".read " + Schema), token);
        await File.WriteAllTextAsync(Path.Combine(_root, "pdns.conf"), string.Create(CultureInfo.InvariantCulture, $"""
            launch=gsqlite3
            gsqlite3-database={database}
            gsqlite3-dnssec=yes
            gsqlite3-pragma-synchronous=0
            socket-dir={_root}/run
            local-address=127.0.0.1
            local-port={Port}
            api=yes
            api-key={ApiKey}
            webserver=yes
            webserver-address=127.0.0.1
            webserver-port={ApiPort}
            webserver-allow-from=127.0.0.1
            webserver-max-bodysize=16
            daemon=no
            guardian=no
            setuid=
            setgid=
            cache-ttl=0
            query-cache-ttl=0
            negquery-cache-ttl=0
            zone-cache-refresh-interval=0
            default-soa-content=ns1.nouvelhote.be hostmaster.@ 0 10800 3600 604800 3600
            disable-axfr=no
            allow-axfr-ips=127.0.0.0/8
            expand-alias=no

            """), token);
    }
}
