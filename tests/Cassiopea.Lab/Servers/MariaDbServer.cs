using System.Globalization;
using System.Security.Cryptography;

namespace Cassiopea.Lab.Servers;

/// <summary>How a MariaDB is set up.</summary>
public sealed record MariaDbSettings
{
    /// <summary>Latin-1, empty sql_mode, row format COMPACT, as MySQL 5.5 on an old shared host; else strict and utf8mb4.</summary>
    public bool Old { get; init; }

    /// <summary>False imitates hosts that forbid LOAD DATA LOCAL.</summary>
    public bool LocalInfile { get; init; } = true;

    /// <summary>For example <c>16M</c>.</summary>
    public string MaxAllowedPacket { get; init; } = "128M";

    /// <summary>Memory for pages, for example <c>512M</c>.</summary>
    public string BufferPool { get; init; } = "128M";

    /// <summary>Certificate for TLS; null = none is offered.</summary>
    public LabCertificate? Certificate { get; init; }

    /// <summary>More options, for example <c>--lower-case-table-names=1</c>.</summary>
    public IReadOnlyList<string> More { get; init; } = [];
}

/// <summary>An account of one database.</summary>
/// <param name="User">Login name.</param>
/// <param name="Password">Its password.</param>
/// <param name="Database">The database.</param>
public sealed record MariaDbAccount(string User, string Password, string Database);

/// <summary>A private MariaDB on a free port of 127.0.0.1, from Debian's package.</summary>
public sealed class MariaDbServer : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(120);
    private static readonly Lazy<Task<MariaDbServer>> SharedOld = new(() => StartSharedAsync(new() { Old = true }));
    private static readonly Lazy<Task<MariaDbServer>> SharedNew = new(() => StartSharedAsync(new()));
    private static int _accounts;

    private readonly string _root;
    private readonly MariaDbSettings _settings;
    private ChildProcess? _process;

    private MariaDbServer(string root, MariaDbSettings settings) => (_root, _settings, Port) = (root, settings, FreePort.Next());

    public int Port { get; }

    /// <summary>Its own: a server that starts deletes temporary tables where it finds them, also those of another server.</summary>
    private string Temporary => Path.Combine(_root, "tmp");

    /// <summary>Its Unix socket, where root enters without password.</summary>
    public string Socket => Path.Combine(_root, "s");

    /// <summary>One old-style server per test process.</summary>
    public static Task<MariaDbServer> SharedOldAsync() => SharedOld.Value;

    /// <summary>One strict server per test process.</summary>
    public static Task<MariaDbServer> SharedNewAsync() => SharedNew.Value;

    public static async Task<MariaDbServer> StartAsync(MariaDbSettings settings, CancellationToken token)
    {
        var server = new MariaDbServer(LabRoot.NewFolder("db"), settings);
        await server.InstallAsync(token);
        await server.StartAgainAsync(token);
        return server;
    }

    /// <summary>Starts after <see cref="KillAsync"/>, on the same port with the same data.</summary>
    public async Task StartAgainAsync(CancellationToken token = default)
    {
        List<string> arguments =
        [
            "--no-defaults", "--user=" + Environment.UserName, "--datadir=" + Path.Combine(_root, "data"), "--socket=" + Socket, "--tmpdir=" + Temporary, "--pid-file=" + Path.Combine(_root, "pid"),
            "--port=" + Port.ToString(CultureInfo.InvariantCulture), "--bind-address=127.0.0.1", "--innodb-buffer-pool-size=" + _settings.BufferPool,
            "--innodb-log-file-size=256M", "--innodb-flush-log-at-trx-commit=2", "--max-allowed-packet=" + _settings.MaxAllowedPacket,
            "--local-infile=" + (_settings.LocalInfile ? "1" : "0"), "--skip-name-resolve", "--skip-log-bin", "--event-scheduler=OFF",
        ];
        arguments.AddRange(_settings.Old
            ? ["--character-set-server=latin1", "--collation-server=latin1_swedish_ci", "--sql-mode=", "--innodb-default-row-format=compact"]
            : ["--character-set-server=utf8mb4"]);
        if (_settings.Certificate is { } certificate)
        {
            await File.WriteAllTextAsync(Path.Combine(_root, "cert.pem"), certificate.CertificatePem, token);
            await File.WriteAllTextAsync(Path.Combine(_root, "key.pem"), certificate.KeyPem, token);
            arguments.AddRange(["--ssl-cert=" + Path.Combine(_root, "cert.pem"), "--ssl-key=" + Path.Combine(_root, "key.pem")]);
        }

        arguments.AddRange(_settings.More);
        _process = await ChildProcess.StartAsync(new ChildProgram("/usr/sbin/mariadbd", arguments) { WorkingDirectory = _root });
        await Eventually.TrueAsync(
            "MariaDB answers",
            async () =>
            {
                if (_process.HasExited) throw new InvalidOperationException("MariaDB ended at once:\n" + _process.Tail);
                return File.Exists(Socket) && await LabRoot.AnswersAsync(Port, token);
            },
            StartLimit,
            token);
    }

    /// <summary>SIGKILL, as a crash.</summary>
    public Task KillAsync() => _process!.KillAsync();

    /// <summary>Runs statements as root with Debian's own client, which shares nothing with the engine; returns the rows, fields separated by tabs.</summary>
    public async Task<IReadOnlyList<string>> RunAsync(string sql, string database = "", CancellationToken token = default)
    {
        var file = Path.Combine(_root, string.Create(CultureInfo.InvariantCulture, $"run{Interlocked.Increment(ref _accounts)}.sql"));
        await File.WriteAllTextAsync(file, sql, token);
        try
        {
            return await RunFileAsync(file, database, token: token);
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>Loads a file of statements as root, or as an account, with Debian's own client.</summary>
    public async Task<IReadOnlyList<string>> RunFileAsync(string file, string database = "", string client = "/usr/bin/mariadb", CancellationToken token = default)
    {
        return await ClientAsync(client, Socket, "source " + file, database, token);
    }

    /// <summary>Makes an empty database with an account that has all rights on it and no others.</summary>
    /// <param name="name">The database; null = a new name.</param>
    /// <param name="rights">Its rights on the database.</param>
    /// <param name="token">Cancels.</param>
    public async Task<MariaDbAccount> CreateDatabaseAsync(string? name = null, string rights = "all privileges", CancellationToken token = default)
    {
        var number = Interlocked.Increment(ref _accounts);
        name ??= string.Create(CultureInfo.InvariantCulture, $"asbl{number}");
        await RunAsync($"create database `{name}`;", token: token);
        return await CreateAccountAsync(name, rights, token);
    }

    /// <summary>Makes an account on an existing database.</summary>
    public async Task<MariaDbAccount> CreateAccountAsync(string database, string rights, CancellationToken token = default)
    {
        var account = new MariaDbAccount(
            string.Create(CultureInfo.InvariantCulture, $"web{Interlocked.Increment(ref _accounts)}"), "pw-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)), database);
        await RunAsync(
            $"create user '{account.User}'@'%' identified by '{account.Password}'; grant {rights} on `{database.Replace("_", "\\_", StringComparison.Ordinal)}`.* to '{account.User}'@'%';",
            token: token);
        return account;
    }

    /// <summary>The server's own checksums of all base tables, by name: an oracle that shares nothing with the engine.</summary>
    public Task<IReadOnlyDictionary<string, string>> ChecksumsAsync(string database, CancellationToken token = default) => ChecksumsAsync(Socket, database, token);

    /// <summary>The same of a server that another process of the lab started.</summary>
    /// <param name="socket">Its Unix socket.</param>
    /// <param name="database">The database.</param>
    /// <param name="token">Cancels.</param>
    public static async Task<IReadOnlyDictionary<string, string>> ChecksumsAsync(string socket, string database, CancellationToken token)
    {
        var tables = await ClientAsync("/usr/bin/mariadb", socket, $"select table_name from information_schema.tables where table_schema='{database}' and table_type='BASE TABLE' order by 1;", "", token);
        if (tables.Count == 0) return new Dictionary<string, string>(StringComparer.Ordinal);
        var names = string.Join(',', tables.Select(t => "`" + t.Replace("`", "``", StringComparison.Ordinal) + "`"));
        var sums = await ClientAsync("/usr/bin/mariadb", socket, $"checksum table {names} extended;", database, token);
        return sums.Select(line => line.Split('\t')).ToDictionary(f => f[0][(f[0].IndexOf('.', StringComparison.Ordinal) + 1)..], f => f[1], StringComparer.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is null) return;
        await _process.StopAsync(TimeSpan.FromSeconds(20));
        await _process.DisposeAsync();
        Directory.Delete(_root, recursive: true);
    }

    private static async Task<MariaDbServer> StartSharedAsync(MariaDbSettings settings)
    {
        var server = await StartAsync(settings, default);
        LabEnd.Add(() => server.DisposeAsync().AsTask());
        return server;
    }

    private static async Task<IReadOnlyList<string>> ClientAsync(string client, string socket, string sql, string database, CancellationToken token)
    {
        var lines = new System.Collections.Concurrent.ConcurrentQueue<string>();
        await ChildProcess.RunAsync(
            new ChildProgram(
                client, ["--no-defaults", "-uroot", "-S", socket, "--default-character-set=utf8mb4", "--max-allowed-packet=1G", "--batch", "--skip-column-names", "-e", sql, .. database.Length > 0 ? new[] { database } : []])
            { OnLine = lines.Enqueue },
            token);
        return [.. lines];
    }

    private Task InstallAsync(CancellationToken token)
    {
        Directory.CreateDirectory(Temporary);
        return ChildProcess.RunAsync(
            new ChildProgram(
                "/usr/bin/mariadb-install-db",
                "--no-defaults", "--user=" + Environment.UserName, "--datadir=" + Path.Combine(_root, "data"), "--auth-root-authentication-method=normal", "--skip-test-db")
            { WorkingDirectory = _root, Environment = new Dictionary<string, string?> { ["TMPDIR"] = Temporary } },
            token);
    }
}
