using System.Globalization;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Local;

namespace Aspire.Hosting.RabbitMq;

/// <summary>Debian's RabbitMQ as a private node: own folder, own user and password, loopback only, no daemon of Erlang's (epmd) left behind.</summary>
internal sealed class RabbitMqInstallation(RabbitMQServerResource server, StateFolder state)
{
    private const string Versions = "/usr/lib/rabbitmq/lib";

    /// <summary>The script inside the package: the one in PATH insists on the service's own user and folders.</summary>
    /// <exception cref="DistributedApplicationException">Not installed.</exception>
    public static string Program()
    {
        var newest = !Directory.Exists(Versions)
            ? null
            : Directory.GetDirectories(Versions, "rabbitmq_server-*")
                .Select(folder => Path.Combine(folder, "sbin", "rabbitmq-server"))
                .Where(File.Exists)
                .Max(StringComparer.Ordinal);
        return newest ?? throw new DistributedApplicationException(
            "RabbitMQ is not installed: apt-get install -y --no-install-recommends rabbitmq-server");
    }

    public Task PrepareAsync(CancellationToken token)
    {
        var folder = state.MakeFolder(server.Name);
        SecretFile.Replace(Path.Combine(folder, "rabbitmq.conf"), $"""
            listeners.tcp.1 = 127.0.0.1:{server.PrimaryEndpoint.Port.ToString(CultureInfo.InvariantCulture)}
            default_user = {server.User}
            default_pass = {server.PasswordParameter.Read()}
            disk_free_limit.absolute = 200MB
            log.console = true
            log.console.level = warning
            log.file = false

            """);
        SecretFile.Replace(Path.Combine(folder, "enabled_plugins"), "[].\n");
        return Task.CompletedTask;
    }

    /// <summary>The node's environment. The distribution port is private; with it as "epmd port" nothing is registered anywhere.</summary>
    public void Describe(Dictionary<string, object> environment)
    {
        var folder = server.WorkingDirectory;
        var distribution = Ports.Free();
        environment["HOME"] = folder;
        environment["RABBITMQ_NODENAME"] = $"cassiopea-{server.Name}@localhost";
        environment["RABBITMQ_CONF_ENV_FILE"] = Path.Combine(folder, "none.conf");
        environment["RABBITMQ_CONFIG_FILE"] = Path.Combine(folder, "rabbitmq.conf");
        environment["RABBITMQ_ENABLED_PLUGINS_FILE"] = Path.Combine(folder, "enabled_plugins");
        environment["RABBITMQ_MNESIA_BASE"] = Path.Combine(folder, "mnesia");
        environment["RABBITMQ_LOG_BASE"] = Path.Combine(folder, "log");
        environment["RABBITMQ_PID_FILE"] = Path.Combine(folder, "pid");
        environment["ERL_EPMD_ADDRESS"] = "127.0.0.1";
        environment["ERL_EPMD_PORT"] = $"{Ports.Free()}"; // nobody's: a node that finds an epmd registers its name, and the next one is refused
        environment["RABBITMQ_DIST_PORT"] = $"{distribution}";
        environment["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] =
            $"-start_epmd false -erl_epmd_port {distribution} -kernel inet_dist_use_interface {{127,0,0,1}} +sbwt none +sbwtdcpu none +sbwtdio none";
        environment["RABBITMQ_SERVER_START_ARGS"] = "-noinput";
        environment["ERL_MAX_PORTS"] = "8192"; // else the Erlang VM sizes tables after a huge descriptor limit
    }
}
