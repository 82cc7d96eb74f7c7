using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Local;
using Npgsql;

namespace Cassiopea.AppHost.Local.Tests.Page;

/// <summary>PostgreSQL and RabbitMQ of the packages, as the stand-in starts them, and somebody else's.</summary>
[Trait("Category", "Servers")]
public sealed class PrivateServersTests
{
    [Fact]
    public async Task A_server_that_is_killed_comes_back_with_what_was_committed()
    {
        await using var system = await RunningSystem.StartAsync(page => page.AddPostgres("postgres").AddDatabase("mail-db"));
        await ReadyAsync(system, "mail-db");
        await ExecuteAsync(Login(system, "mail-db"), "create table kept as select 42 as answer");

        using (var process = global::System.Diagnostics.Process.GetProcessById(system.One("postgres").Now.Pid!.Value))
            process.Kill();
        await Eventually.TrueAsync("it runs again", () => system.One("postgres").Now is { Restarts: > 0, Ready: true });
        await Eventually.TrueAsync("the database answers", () => system.One("mail-db").Now.Ready);
        Assert.Equal(42, await ExecuteAsync(Login(system, "mail-db"), "select answer from kept"));
    }

    [Fact]
    public async Task Names_that_need_quotes_are_quoted()
    {
        await using var system = await RunningSystem.StartAsync(page => page.AddPostgres("postgres").AddDatabase("odd", "it's \"odd\"; drop"));
        await ReadyAsync(system, "odd");
        Assert.Equal("it's \"odd\"; drop", await ExecuteAsync(Login(system, "odd"), "select current_database()::text"));
    }

    [Fact]
    public async Task Somebody_elses_server_is_used_and_not_started()
    {
        await using var theirs = await RunningSystem.StartAsync(page =>
        {
            page.AddPostgres("postgres").AddDatabase("ready-made");
            page.AddRabbitMQ("bus");
        });
        await ReadyAsync(theirs, "ready-made");
        await ReadyAsync(theirs, "bus");
        var (server, readyMade) = (((PostgresServerResource)theirs.One("postgres").Resource).Administrator.ConnectionString, Login(theirs, "ready-made"));
        var broker = await ((IResourceWithConnectionString)theirs.One("bus").Resource).GetConnectionStringAsync();

        await using var ours = await RunningSystem.StartAsync(
            page =>
            {
                var postgres = page.AddPostgres("postgres");
                var (made, given) = (postgres.AddDatabase("mail-db"), postgres.AddDatabase("ready-made"));
                var bus = page.AddRabbitMQ("bus");
                page.AddExecutable("service", "/bin/sh", "/", "-c", "exec sleep 600")
                    .WithReference(made).WithReference(given).WithReference(bus).WaitFor(made).WaitFor(given).WaitFor(bus);
            },
            $"--ConnectionStrings:postgres={server}", $"--ConnectionStrings:ready-made={readyMade}", $"--ConnectionStrings:bus={broker}");
        await ours.UntilAsync("service", State.Running);

        Assert.Null(ours.One("postgres").Now.Pid);
        Assert.Null(ours.One("bus").Now.Pid);
        var told = ours.One("service").Now.Environment;
        Assert.Equal(broker, told["ConnectionStrings__bus"]);
        Assert.Equal(readyMade, told["ConnectionStrings__ready-made"]);
        Assert.Equal("mail-db", await ExecuteAsync(told["ConnectionStrings__mail-db"]!, "select current_user::text"));
        Assert.False(Directory.Exists(Path.Combine(ours.State, "postgres")));
    }

    [Fact]
    public async Task A_private_server_for_nobody_is_not_started()
    {
        await using var system = await RunningSystem.StartAsync(
            page => page.AddPostgres("postgres").AddDatabase("mail-db"), "--ConnectionStrings:mail-db=Host=127.0.0.1;Port=1;Username=x;Database=x");
        await Eventually.TrueAsync("the database is looked at", () => system.One("mail-db").Now.Health is [{ Healthy: false }]);
        Assert.Equal(State.NotStarted, system.One("postgres").Now.State);
    }

    [Fact]
    public async Task Two_brokers_of_one_name_run_side_by_side_and_one_that_is_killed_comes_back()
    {
        await using var one = await RunningSystem.StartAsync(page => page.AddRabbitMQ("bus"));
        await using var two = await RunningSystem.StartAsync(page => page.AddRabbitMQ("bus"));
        await ReadyAsync(one, "bus");
        await ReadyAsync(two, "bus");

        var other = two.One("bus").Now.Pid;
        foreach (var pid in ProcessTable.TreeOf(one.One("bus").Now.Pid!.Value).Reverse())
        {
            using var process = global::System.Diagnostics.Process.GetProcessById(pid);
            process.Kill();
        }

        await Eventually.TrueAsync("it runs again", () => one.One("bus").Now is { Restarts: > 0, Ready: true });
        Assert.Equal(other, two.One("bus").Now.Pid);
    }

    [Fact]
    public async Task Files_with_a_password_are_closed_to_others()
    {
        await using var system = await RunningSystem.StartAsync(page =>
        {
            page.AddPostgres("postgres");
            page.AddRabbitMQ("bus");
        });
        await ReadyAsync(system, "postgres");
        await ReadyAsync(system, "bus");
        const UnixFileMode others = UnixFileMode.GroupRead | UnixFileMode.OtherRead;
        foreach (var file in new[] { "postgres-password.secret", "bus-password.secret", "bus/rabbitmq.conf" })
            Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(Path.Combine(system.State, file)) & others);
        Assert.False(File.Exists(Path.Combine(system.State, "postgres", "initdb-password")));
    }

    private static Task ReadyAsync(RunningSystem system, string name) =>
        Eventually.TrueAsync($"{name} is ready", () => Task.FromResult(system.One(name).Now.Ready), TimeSpan.FromMinutes(3));

    private static string Login(RunningSystem system, string database) =>
        ((PostgresDatabaseResource)system.One(database).Resource).Login() + ";Pooling=false";

    private static async Task<object?> ExecuteAsync(string login, string sql)
    {
        await using var connection = new NpgsqlConnection(login);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }
}
