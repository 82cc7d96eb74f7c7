using Cassiopea.Lab.Servers;
using Npgsql;

namespace Cassiopea.ServiceDefaults.Tests.Servers;

[Trait("Category", "Servers")]
public sealed class PrivateServersTests
{
    [Fact]
    public async Task A_private_PostgreSQL_keeps_its_data_when_it_is_killed()
    {
        var root = Directory.CreateTempSubdirectory("cassiopea-postgres-");
        await using (var server = await PostgresServer.StartAsync(root.FullName))
        {
            var database = await server.CreateDatabaseAsync() + ";Pooling=false";
            await ExecuteAsync(database, "create table kept(id int); insert into kept values (42)");
            await server.KillAsync();
            await server.StartAgainAsync();
            Assert.Equal(42, await ExecuteAsync(database, "select id from kept"));
        }

        root.Delete(recursive: true);
    }

    [Fact]
    public async Task A_private_RabbitMQ_survives_a_stop_and_a_kill()
    {
        var root = Directory.CreateTempSubdirectory("cassiopea-rabbitmq-");
        await using (var server = await RabbitMqServer.StartAsync(root.FullName))
        {
            Assert.Contains("running_nodes", await server.ControlAsync(["eval", "rabbit_mnesia:status()."]), StringComparison.Ordinal);
            await server.StopAsync();
            await server.StartAgainAsync();
            await server.KillAsync();
            await server.StartAgainAsync();
        }

        root.Delete(recursive: true);
    }

    private static async Task<object?> ExecuteAsync(string connectionString, string sql)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }
}
