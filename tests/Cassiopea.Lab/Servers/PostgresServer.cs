using System.Globalization;
using Npgsql;

namespace Cassiopea.Lab.Servers;

/// <summary>A private PostgreSQL on a free port of 127.0.0.1, from Debian's package.</summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private const string User = "cassiopea";
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(90);
    private static readonly Lazy<Task<PostgresServer>> SharedServer = new(StartSharedAsync);

    private readonly string _root;
    private readonly bool _fsync;
    private ChildProcess? _process;
    private int _databases;

    private PostgresServer(string root, int port, bool fsync) => (_root, Port, _fsync) = (root, port, fsync);

    public int Port { get; }

    /// <summary>Connects to the database <c>postgres</c> as superuser.</summary>
    public string ConnectionString => ConnectionStringOf("postgres");

    private static string Bin(string program) =>
        DebianProgram.Highest("/usr/lib/postgresql", "", Path.Combine("bin", program), "postgresql");

    /// <summary>One server per test process, without fsync: never killed, gone with the process.</summary>
    public static Task<PostgresServer> SharedAsync() => SharedServer.Value;

    /// <summary>Creates the data folder under <paramref name="root"/> when it is absent, starts and waits until it answers.</summary>
    /// <param name="root">A folder whose parents the user postgres may enter.</param>
    /// <param name="fsync">False only where nothing is claimed about durability.</param>
    /// <param name="token">Ends the start.</param>
    public static async Task<PostgresServer> StartAsync(string root, bool fsync = true, CancellationToken token = default)
    {
        var server = new PostgresServer(root, FreePort.Next(), fsync);
        await server.InitialiseAsync(token);
        await server.StartAgainAsync(token);
        return server;
    }

    /// <summary>Creates an empty database and returns its connection string.</summary>
    public async Task<string> CreateDatabaseAsync(string? name = null, CancellationToken token = default)
    {
        name ??= string.Create(CultureInfo.InvariantCulture, $"db{Interlocked.Increment(ref _databases)}_{Guid.CreateVersion7():n}");
        await using var source = NpgsqlDataSource.Create(ConnectionString);
        await using var command = source.CreateCommand($"create database \"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"");
        await command.ExecuteNonQueryAsync(token);
        return ConnectionStringOf(name);
    }

    public string ConnectionStringOf(string database) => string.Create(
        CultureInfo.InvariantCulture,
        $"Host=127.0.0.1;Port={Port};Username={User};Database={database};Maximum Pool Size=40;Include Error Detail=true");

    /// <summary>Starts after <see cref="StopAsync"/> or <see cref="KillAsync"/>, on the same port with the same data.</summary>
    public async Task StartAgainAsync(CancellationToken token = default)
    {
        _process = await ChildProcess.StartAsync(new ChildProgram(
            Bin("postgres"),
            "-D", Path.Combine(_root, "data"), "-k", _root, "-p", Port.ToString(CultureInfo.InvariantCulture),
            "-c", "listen_addresses=127.0.0.1", "-c", "max_connections=1000", "-c", "shared_buffers=64MB",
            "-c", "fsync=" + (_fsync ? "on" : "off"))
        {
            User = "postgres",
            StopSignal = "INT", // fast shutdown; TERM would wait for clients
            WorkingDirectory = _root,
        });
        await Eventually.TrueAsync("PostgreSQL answers", () => AnswersAsync(token), StartLimit, token);
    }

    /// <summary>Fast, clean shutdown.</summary>
    public Task StopAsync() => _process?.StopAsync() ?? Task.CompletedTask;

    /// <summary>SIGKILL of the postmaster, as a crash.</summary>
    public Task KillAsync() => _process?.KillAsync() ?? Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_process is not null) await _process.DisposeAsync();
    }

    private async Task InitialiseAsync(CancellationToken token)
    {
        if (File.Exists(Path.Combine(_root, "data", "PG_VERSION"))) return;
        Directory.CreateDirectory(_root);
        if (ChildProcess.IsRoot) await ChildProcess.RunAsync(new ChildProgram("/usr/bin/chown", "postgres:", _root), token);
        await ChildProcess.RunAsync(
            new ChildProgram(
                Bin("initdb"),
                "-D", Path.Combine(_root, "data"), "-U", User, "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
            { User = "postgres", WorkingDirectory = _root },
            token);
    }

    private async Task<bool> AnswersAsync(CancellationToken token)
    {
        if (_process!.HasExited) throw new InvalidOperationException("PostgreSQL ended at once:\n" + _process.Tail);
        try
        {
            await using var connection = new NpgsqlConnection(ConnectionString + ";Pooling=false");
            await connection.OpenAsync(token);
            return true;
        }
        catch (NpgsqlException)
        {
            return false; // not yet: asked again until the limit
        }
    }

    private static async Task<PostgresServer> StartSharedAsync()
    {
        var root = Directory.CreateTempSubdirectory("cassiopea-postgres-").FullName;
        var server = await StartAsync(root, fsync: false);
        LabEnd.Add(async () =>
        {
            await server.StopAsync();
            Directory.Delete(root, recursive: true);
        });
        return server;
    }
}
