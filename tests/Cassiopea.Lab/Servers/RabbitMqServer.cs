using System.Globalization;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Cassiopea.Lab.Servers;

/// <summary>A private RabbitMQ on a free port of 127.0.0.1, from Debian's package, without plug-ins, with an epmd of its own.</summary>
public sealed class RabbitMqServer : IAsyncDisposable
{
    private const string User = "cassiopea";
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(4);
    private static readonly Lazy<Task<RabbitMqServer>> SharedServer = new(StartSharedAsync);

    private readonly string _root;
    private readonly int _distributionPort;
    private readonly int _epmdPort;
    private readonly string _password = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12));
    private ChildProcess? _process;
    private ChildProcess? _epmd;

    private RabbitMqServer(string root, int[] ports) =>
        (_root, Port, _distributionPort, _epmdPort) = (root, ports[0], ports[1], ports[2]);

    public int Port { get; }

    /// <summary>amqp URL of the virtual host <c>/</c>.</summary>
    public string ConnectionString => string.Create(CultureInfo.InvariantCulture, $"amqp://{User}:{_password}@127.0.0.1:{Port}");

    /// <summary>One server per test process, gone with it. Use queue names of your own, or message types of your own.</summary>
    public static Task<RabbitMqServer> SharedAsync() => SharedServer.Value;

    /// <summary>Starts a fresh node under <paramref name="root"/> and waits until it speaks AMQP.</summary>
    public static async Task<RabbitMqServer> StartAsync(string root, CancellationToken token = default)
    {
        var server = new RabbitMqServer(root, FreePort.Next(3));
        Directory.CreateDirectory(root);
        await File.WriteAllTextAsync(Path.Combine(root, "enabled_plugins"), "[].", token);
        await File.WriteAllTextAsync(Path.Combine(root, "rabbitmq.conf"), string.Create(CultureInfo.InvariantCulture, $"""
            listeners.tcp.1 = 127.0.0.1:{server.Port}
            default_user = {User}
            default_pass = {server._password}
            vm_memory_high_watermark.absolute = 1GB
            disk_free_limit.absolute = 50MB
            log.console = true
            log.console.level = warning
            log.file = false

            """), token);
        // the node starts a daemon that outlives everything unless it finds one
        server._epmd = await ChildProcess.StartAsync(new ChildProgram(
            "/usr/bin/epmd", "-address", "127.0.0.1", "-port", server._epmdPort.ToString(CultureInfo.InvariantCulture)));
        await server.StartAgainAsync(token);
        return server;
    }

    /// <summary>Starts after <see cref="StopAsync"/> or <see cref="KillAsync"/>, on the same port with the same queues.</summary>
    public async Task StartAgainAsync(CancellationToken token = default)
    {
        var program = DebianProgram.Highest("/usr/lib/rabbitmq/lib", "rabbitmq_server-", "sbin/rabbitmq-server", "rabbitmq-server");
        _process = await ChildProcess.StartAsync(new ChildProgram(program) { WorkingDirectory = _root, Environment = Settings() });
        await Eventually.TrueAsync("RabbitMQ answers", () => AnswersAsync(token), StartLimit, token);
    }

    /// <summary>Runs <c>rabbitmqctl</c> against this node.</summary>
    public Task<string> ControlAsync(IReadOnlyList<string> arguments, CancellationToken token = default)
    {
        var program = DebianProgram.Highest("/usr/lib/rabbitmq/lib", "rabbitmq_server-", "sbin/rabbitmqctl", "rabbitmq-server");
        return ChildProcess.RunAsync(new ChildProgram(program, arguments) { WorkingDirectory = _root, Environment = Settings() }, token);
    }

    /// <summary>Clean shutdown.</summary>
    public Task StopAsync() => _process?.StopAsync(TimeSpan.FromSeconds(30)) ?? Task.CompletedTask;

    /// <summary>SIGKILL of the Erlang machine, as a crash; its starting script ends with it.</summary>
    public async Task KillAsync()
    {
        if (_process is null) return;
        var erlang = int.Parse(await File.ReadAllTextAsync(Path.Combine(_root, "rabbitmq.pid")), CultureInfo.InvariantCulture);
        if (erlang != _process.Id) System.Diagnostics.Process.GetProcessById(erlang).Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        if (_process is not null) await _process.DisposeAsync();
        if (_epmd is not null) await _epmd.DisposeAsync();
    }

    private Dictionary<string, string?> Settings()
    {
        var distribution = _distributionPort.ToString(CultureInfo.InvariantCulture);
        return new()
        {
            ["HOME"] = _root,
            ["RABBITMQ_NODENAME"] = $"cassiopea{distribution}@localhost",
            ["RABBITMQ_CONF_ENV_FILE"] = Path.Combine(_root, "none.conf"),
            ["RABBITMQ_CONFIG_FILE"] = Path.Combine(_root, "rabbitmq.conf"),
            ["RABBITMQ_ENABLED_PLUGINS_FILE"] = Path.Combine(_root, "enabled_plugins"),
            ["RABBITMQ_MNESIA_BASE"] = Path.Combine(_root, "mnesia"),
            ["RABBITMQ_LOG_BASE"] = Path.Combine(_root, "log"),
            ["RABBITMQ_SCHEMA_DIR"] = Path.Combine(_root, "schema"),
            ["RABBITMQ_GENERATED_CONFIG_DIR"] = Path.Combine(_root, "generated"),
            ["RABBITMQ_PID_FILE"] = Path.Combine(_root, "rabbitmq.pid"),
            ["RABBITMQ_DIST_PORT"] = distribution,
            ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
            ["ERL_EPMD_PORT"] = _epmdPort.ToString(CultureInfo.InvariantCulture),
            ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] =
                "-kernel inet_dist_use_interface {127,0,0,1} +sbwt none +sbwtdcpu none +sbwtdio none +S 2:2",
            ["RABBITMQ_SERVER_START_ARGS"] = "-noinput",
            ["ERL_MAX_PORTS"] = "8192",
        };
    }

    /// <summary>A broker answers the protocol header with a method frame.</summary>
    private async Task<bool> AnswersAsync(CancellationToken token)
    {
        if (_process!.HasExited) throw new InvalidOperationException("RabbitMQ ended at once:\n" + _process.Tail);
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync("127.0.0.1", Port, token);
            var stream = client.GetStream();
            await stream.WriteAsync("AMQP\0\0\u0009\u0001"u8.ToArray(), token);
            var answer = new byte[1];
            return await stream.ReadAsync(answer, token) == 1 && answer[0] == 1;
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            return false; // not yet: asked again until the limit
        }
    }

    private static async Task<RabbitMqServer> StartSharedAsync()
    {
        var root = Directory.CreateTempSubdirectory("cassiopea-rabbitmq-").FullName;
        var server = await StartAsync(root);
        LabEnd.Add(async () =>
        {
            await server.DisposeAsync();
            Directory.Delete(root, recursive: true);
        });
        return server;
    }
}
