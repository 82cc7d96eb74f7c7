using Cassiopea.KillTest;
using Cassiopea.Lab.Servers;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.ServiceDefaults.Tests.Database;

public sealed class SchemaTests
{
    [Fact]
    public async Task The_scripts_make_what_the_model_expects()
    {
        await using var db = await NewContextAsync();
        await SchemaScripts.ApplyAsync(db, default);
        Assert.Empty(await SchemaComparison.DifferencesAsync(db, default));
    }

    [Fact]
    public async Task Four_instances_that_start_together_apply_each_script_once()
    {
        await using var db = await NewContextAsync();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => SchemaScripts.ApplyAsync(db, default)));
        var names = await db.Database.SqlQuery<string>($"select name from schema_script order by applied_at, name").ToListAsync();
        Assert.Equal(names.Distinct(), names);
        Assert.Contains("Cassiopea.KillTest/001_journeys.sql", names);
    }

    [Fact]
    public async Task An_instance_that_hangs_inside_a_transaction_loses_it_after_a_minute()
    {
        await using var host = await TestHost<CarrierContext>.StartAsync("carrier-db", builder => builder.AddDatabase<CarrierContext>("carrier-db"));
        Assert.Equal("1min", await host.InDatabaseAsync(db => db.Database.SqlQuery<string>(
            $"select current_setting('idle_in_transaction_session_timeout') as \"Value\"").SingleAsync()));
    }

    [Fact]
    public async Task A_script_that_was_changed_after_it_was_applied_is_refused()
    {
        await using var db = await NewContextAsync();
        await SchemaScripts.ApplyAsync(db, default);
        await db.Database.ExecuteSqlAsync($"update schema_script set sha256 = 'other' where name like '%journeys%'");
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => SchemaScripts.ApplyAsync(db, default));
        Assert.Contains("001_journeys.sql", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_column_and_a_wrong_type_are_found()
    {
        await using var db = await NewContextAsync();
        await SchemaScripts.ApplyAsync(db, default);
        await db.Database.ExecuteSqlAsync($"alter table journey drop column deadline_token; alter table journey alter column steps type bigint");
        Assert.Equal(
            ["journey.deadline_token is absent", "journey.steps is bigint, the model says integer"],
            (await SchemaComparison.DifferencesAsync(db, default)).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("MigrationId", "migration_id")]
    [InlineData("SHA256Hash", "sha256_hash")]
    [InlineData("HeadersJson", "headers_json")]
    [InlineData("Id", "id")]
    public void Names_are_snake_case(string name, string expected) => Assert.Equal(expected, SnakeCaseNames.Of(name));

    private static async Task<JourneyContext> NewContextAsync()
    {
        var connectionString = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        return new JourneyContext(new DbContextOptionsBuilder<JourneyContext>().UseNpgsql(connectionString).Options);
    }
}
