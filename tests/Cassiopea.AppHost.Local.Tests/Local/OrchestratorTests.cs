using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Local;

namespace Cassiopea.AppHost.Local.Tests.Local;

/// <summary>Starting, waiting, stopping and commands, with real processes of the shell.</summary>
public sealed class OrchestratorTests
{
    private const string Sleep = "exec sleep 600";

    [Fact]
    public async Task A_process_gets_its_environment_and_arguments_and_its_lines_are_kept()
    {
        await using var system = await RunningSystem.StartAsync(page =>
        {
            var other = page.AddExecutable("other", "/bin/sh", "/", "-c", Sleep).WithHttpEndpoint(env: "PORT");
            page.AddExecutable("one", "/bin/sh", "/", "-c", "echo \"$GREETING $services__other__http__0 $0\"; echo bad >&2; exit 0")
                .WithArgs("argument")
                .WithEnvironment("GREETING", page.AddParameter("greeting", "hello"))
                .WithReference(other);
        });

        await system.UntilAsync("one", State.Finished);
        var port = system.One("other").Now.Environment["PORT"];
        Assert.Equal($"hello http://localhost:{port} argument", system.One("one").Log.ReadAfter(0, 9).Single(line => !line.IsError).Text);
        Assert.Equal("bad", system.One("one").Log.ReadAfter(0, 9).Single(line => line.IsError).Text);
        Assert.Equal(0, system.One("one").Now.ExitCode);
    }

    [Fact]
    public async Task A_missing_program_failed_to_start_and_so_does_who_waits_for_it()
    {
        await using var system = await RunningSystem.StartAsync(page =>
        {
            var none = page.AddExecutable("none", "no-such-program", "/");
            page.AddExecutable("after", "/bin/sh", "/", "-c", Sleep).WaitFor(none);
        });

        await system.UntilAsync("none", State.FailedToStart);
        await system.UntilAsync("after", State.FailedToStart);
        Assert.Contains("no program 'no-such-program'", system.One("none").Log.Tail(1)[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_waits_for_health_starts_when_it_is_there()
    {
        using var flag = new TemporaryFolder();
        await using var system = await RunningSystem.StartAsync(page =>
        {
            var server = page.AddExecutable("server", "/bin/sh", "/", "-c", Sleep)
                .WithAnnotation(new HealthAnnotation("flag", _ => Task.FromResult(File.Exists(flag["up"]) ? null : "no flag")));
            page.AddExecutable("client", "/bin/sh", "/", "-c", Sleep).WaitFor(server);
        });

        await Eventually.TrueAsync("the reason is shown", () => system.One("server").Now.Health is [{ Why: "no flag" }]);
        await Eventually.TrueAsync("so is the wait", () => system.One("client").Now.WaitingFor == "server (Running)");
        await File.WriteAllTextAsync(flag["up"], "");
        await system.UntilAsync("client", State.Running);
    }

    [Fact]
    public async Task A_wait_for_completion_fails_on_another_exit_code()
    {
        await using var system = await RunningSystem.StartAsync(page =>
        {
            var good = page.AddExecutable("good", "/bin/sh", "/", "-c", "exit 0");
            var bad = page.AddExecutable("bad", "/bin/sh", "/", "-c", "exit 4");
            page.AddExecutable("after-good", "/bin/sh", "/", "-c", Sleep).WaitForCompletion(good);
            page.AddExecutable("after-bad", "/bin/sh", "/", "-c", Sleep).WaitForCompletion(bad);
        });

        await system.UntilAsync("after-good", State.Running);
        await system.UntilAsync("after-bad", State.FailedToStart);
        Assert.Equal(State.Exited, system.One("bad").Now.State);
    }

    [Fact]
    public async Task A_wait_for_something_that_exited_goes_on_and_is_shown()
    {
        await using var system = await RunningSystem.StartAsync(page =>
        {
            var gone = page.AddExecutable("gone", "/bin/sh", "/", "-c", "exit 4")
                .WithAnnotation(new HealthAnnotation("never", _ => Task.FromResult<string?>("not ready")));
            page.AddExecutable("client", "/bin/sh", "/", "-c", Sleep).WaitFor(gone);
        });

        await Eventually.TrueAsync("it is shown", () => system.One("client").Now.WaitingFor == "gone (Exited, start it again)");
        Assert.Equal(State.Waiting, system.One("client").Now.State);
    }

    [Fact]
    public async Task A_crashed_service_is_started_again_after_a_pause_and_it_shows()
    {
        await using var system = await RunningSystem.StartAsync(page =>
            page.AddExecutable("service", "/bin/sh", "/", "-c", Sleep).WithAnnotation(new RestartedAfterCrashAnnotation()));
        await system.UntilAsync("service", State.Running);
        var first = system.One("service").Now.Pid;

        using (var process = System.Diagnostics.Process.GetProcessById(first!.Value))
            process.Kill();
        await Eventually.TrueAsync("it is shown as exited", () => system.One("service").Now is { State: State.Exited, Style: "error", Pausing: true });
        Assert.Equal(137, system.One("service").Now.ExitCode);
        await Eventually.TrueAsync("it runs again", () => system.One("service").Now is { State: State.Running, Restarts: 1 });
        Assert.NotEqual(first, system.One("service").Now.Pid);
    }

    [Fact]
    public async Task Commands_are_obeyed_only_in_the_states_in_which_they_are_offered()
    {
        await using var system = await RunningSystem.StartAsync(page =>
        {
            page.AddExecutable("one", "/bin/sh", "/", "-c", Sleep);
            page.AddParameter("value", "x");
        });
        await system.UntilAsync("one", State.Running);
        var (one, orchestrator) = (system.One("one"), system.Orchestrator);
        var pid = one.Now.Pid;

        await Assert.ThrowsAsync<DistributedApplicationException>(() => orchestrator.ExecuteAsync(one, "start"));
        await Assert.ThrowsAsync<DistributedApplicationException>(() => orchestrator.ExecuteAsync(one, "explode"));
        await Assert.ThrowsAsync<DistributedApplicationException>(() => orchestrator.ExecuteAsync(system.One("value"), "stop"));

        await orchestrator.ExecuteAsync(one, "restart");
        await Eventually.TrueAsync("another process", () => one.Now.State == State.Running && one.Now.Pid != pid);
        await orchestrator.ExecuteAsync(one, "stop");
        Assert.Equal(State.Finished, one.Now.State);
        await Assert.ThrowsAsync<DistributedApplicationException>(() => orchestrator.ExecuteAsync(one, "stop"));
        await orchestrator.ExecuteAsync(one, "start");
        await system.UntilAsync("one", State.Running);
    }

    [Fact]
    public async Task Everything_stops_in_order_dependents_first()
    {
        using var log = new TemporaryFolder();
        var script = $"trap 'echo $NAME >> {log["ended"]}; exit 0' TERM; while :; do sleep 0.05; done";
        await using var system = await RunningSystem.StartAsync(page =>
        {
            var database = page.AddExecutable("database", "/bin/sh", "/", "-c", script).WithEnvironment("NAME", "database");
            var service = page.AddExecutable("service", "/bin/sh", "/", "-c", script).WithEnvironment("NAME", "service").WaitFor(database);
            page.AddExecutable("edge", "/bin/sh", "/", "-c", script).WithEnvironment("NAME", "edge").WaitFor(service);
        });
        await system.UntilAsync("edge", State.Running);

        await system.StopAsync();
        Assert.Equal(["edge", "service", "database"], await File.ReadAllLinesAsync(log["ended"]));
    }

    [Fact]
    public async Task A_process_that_does_not_listen_is_killed_with_its_children()
    {
        await using var system = await RunningSystem.StartAsync(page =>
            page.AddExecutable("deaf", "/bin/sh", "/", "-c", "trap '' TERM; sleep 600 & echo $!; wait; wait"));
        await Eventually.TrueAsync("its child is known", () => system.One("deaf").Log.Tail(1).Count == 1);
        var child = int.Parse(system.One("deaf").Log.Tail(1)[0].Text, System.Globalization.CultureInfo.InvariantCulture);

        system.Orchestrator.StopLimit = TimeSpan.FromSeconds(1);
        await system.StopAsync();
        Assert.Equal(State.Finished, system.One("deaf").Now.State);
        await Eventually.TrueAsync("its child is gone", () => !ProcessTable.IsAlive(child));
    }

    [Fact]
    public async Task A_replica_has_a_port_of_its_own_and_all_are_handed_over()
    {
        await using var system = await RunningSystem.StartAsync(page =>
        {
            var many = page.AddExecutable("many", "/bin/sh", "/", "-c", Sleep).WithHttpEndpoint(env: "PORT").WithAnnotation(new ReplicaAnnotation(2));
            page.AddExecutable("caller", "/bin/sh", "/", "-c", Sleep).WithReference(many);
        });
        await system.UntilAsync("caller", State.Running);
        await Eventually.TrueAsync("both run", () => system.Table.All.Count(i => i.Resource.Name == "many" && i.Now.State == State.Running) == 2);

        var ports = system.Table.All.Where(i => i.Resource.Name == "many").Select(i => $"http://localhost:{i.Now.Environment["PORT"]}");
        var told = system.One("caller").Now.Environment.Where(v => v.Key.StartsWith("services__many__http__", StringComparison.Ordinal));
        Assert.Equal(ports.Order(), told.Select(v => v.Value!).Order());
    }

    [Fact]
    public async Task A_fixed_port_that_is_taken_is_named()
    {
        using var taken = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();
        var port = ((System.Net.IPEndPoint)taken.LocalEndpoint).Port;
        await using var system = await RunningSystem.StartAsync(page =>
            page.AddExecutable("server", "/bin/sh", "/", "-c", Sleep).WithHttpEndpoint(port: port));
        await system.UntilAsync("server", State.FailedToStart);
        Assert.Contains($"Port {port}", system.One("server").Log.Tail(1)[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Secrets_of_the_host_are_not_inherited()
    {
        Environment.SetEnvironmentVariable("ConnectionStrings__elsewhere", "Password=canary");
        try
        {
            await using var system = await RunningSystem.StartAsync(page => page.AddExecutable("one", "/usr/bin/env", "/"));
            await system.UntilAsync("one", State.Finished);
            Assert.DoesNotContain(system.One("one").Log.Tail(500), line => line.Text.Contains("canary", StringComparison.Ordinal));
        }
        finally
        {
            Environment.SetEnvironmentVariable("ConnectionStrings__elsewhere", null);
        }
    }
}
