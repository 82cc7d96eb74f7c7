using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Cassiopea.AppHost.Local.Tests.Page;

/// <summary>The program as <c>./cassiopea up</c> starts it: nine services, PostgreSQL, RabbitMQ.</summary>
[Trait("Category", "EndToEnd")]
public sealed class WholeSystemTests
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task It_starts_and_SIGTERM_stops_it_in_order_and_nothing_is_left()
    {
        using var state = new TemporaryFolder();
        using var host = Start(state.Path);
        await ReadyAsync(host);
        var tree = ProcessTable.TreeOf(host.Process.Id);
        Assert.True(tree.Count > 11, $"only {tree.Count} processes");

        Signal(host.Process, "TERM");
        await Eventually.TrueAsync("the host has ended", () => host.Process.HasExited);
        Assert.Equal(0, host.Process.ExitCode);
        Assert.All(tree, pid => Assert.False(ProcessTable.IsAlive(pid)));
        var ended = host.Lines.Where(line => line.EndsWith(": Finished", StringComparison.Ordinal)).Select(line => line[9..^10]).ToList();
        Assert.Equal(11, ended.Count);
        Assert.Equal("gateway", ended[0]);
        Assert.Equal(["bus", "postgres"], ended[^2..].Order());
        Assert.Matches(@"Stopped in \d\.\d s", host.Lines[^1]);
    }

    [Fact]
    public async Task Kill_9_leaves_no_process_and_the_next_start_finds_everything()
    {
        using var state = new TemporaryFolder();
        using (var host = Start(state.Path))
        {
            await ReadyAsync(host);
            var tree = ProcessTable.TreeOf(host.Process.Id);
            host.Process.Kill();
            await Eventually.TrueAsync("nothing is left", () => Task.FromResult(!tree.Any(ProcessTable.IsAlive)), TimeSpan.FromSeconds(15));
        }

        using var again = Start(state.Path);
        await ReadyAsync(again);
        Signal(again.Process, "TERM");
        await again.Process.WaitForExitAsync();
    }

    [Fact]
    public async Task A_second_one_on_the_same_state_is_refused_in_one_line_with_exit_code_3()
    {
        using var state = new TemporaryFolder();
        using var lockFile = new Aspire.Hosting.Local.StateFolder(state.Path).Take();
        using var host = Start(state.Path);
        await host.Process.WaitForExitAsync();
        await Eventually.TrueAsync("the reason is said", () => host.Lines.Count == 1);
        Assert.Equal(3, host.Process.ExitCode);
        Assert.Contains("Another Cassiopea", host.Lines[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_role_enters_its_own_database_and_no_other()
    {
        using var state = new TemporaryFolder();
        using var host = Start(state.Path);
        await ReadyAsync(host);
        await Eventually.TrueAsync("the links are written", () => File.Exists(state["links.json"]));
        var links = JsonNode.Parse(await File.ReadAllTextAsync(state["links.json"]))!;
        var port = new Uri((string)links["resources"]!["postgres"]![0]!).Port;
        string Login(string database) =>
            $"Host=127.0.0.1;Port={port};Username=mail-db;Password={File.ReadAllText(state["mail-db-password.secret"])};Database={database};Pooling=false";

        await using (var own = new Npgsql.NpgsqlConnection(Login("mail-db")))
        {
            await own.OpenAsync();
            await using var command = new Npgsql.NpgsqlCommand("create table mine (id int); drop table mine", own);
            await command.ExecuteNonQueryAsync();
        }

        foreach (var foreign in new[] { "billing-db", "postgres", "template1" })
        {
            await using var other = new Npgsql.NpgsqlConnection(Login(foreign));
            var refused = await Assert.ThrowsAsync<Npgsql.PostgresException>(() => other.OpenAsync());
            Assert.Equal(Npgsql.PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
        }

        Signal(host.Process, "TERM");
        await host.Process.WaitForExitAsync();
    }

    private static Host Start(string state) => new(new ProcessStartInfo(
        "dotnet", [Tree.AppHostProgram, $"--State={state}", "--GatewayPort=0", "--DisableDashboard=true"]));

    private static async Task ReadyAsync(Host host)
    {
        bool IsReady() => host.Lines.Any(line => line.Contains("Everything is ready", StringComparison.Ordinal));
        await Eventually.TrueAsync("everything is ready", () => Task.FromResult(host.Process.HasExited || IsReady()), StartLimit);
        Assert.True(IsReady(), string.Join('\n', host.Lines));
    }

    private static void Signal(Process process, string signal)
    {
        using var kill = Process.Start("kill", ["-s", signal, process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    /// <summary>The host's process and what it says; killed at the end of the test in any case.</summary>
    private sealed class Host : IDisposable
    {
        private readonly List<string> _lines = [];

        public Host(ProcessStartInfo start)
        {
            (start.RedirectStandardOutput, start.RedirectStandardError, start.UseShellExecute) = (true, true, false);
            Process = new Process { StartInfo = start };
            Process.OutputDataReceived += (_, e) => Add(e.Data);
            Process.ErrorDataReceived += (_, e) => Add(e.Data);
            Process.Start();
            Process.BeginOutputReadLine();
            Process.BeginErrorReadLine();
        }

        public Process Process { get; }

        public IReadOnlyList<string> Lines
        {
            get
            {
                lock (_lines)
                    return [.. _lines];
            }
        }

        public void Dispose()
        {
            if (!Process.HasExited)
                Process.Kill(entireProcessTree: true);
            Process.Dispose();
        }

        private void Add(string? line)
        {
            lock (_lines)
            {
                if (line is not null)
                    _lines.Add(line);
            }
        }
    }
}
