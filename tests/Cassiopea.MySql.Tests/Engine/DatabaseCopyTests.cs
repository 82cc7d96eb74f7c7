using Cassiopea.Lab.Seed;
using Cassiopea.MySql.Engine;
using Cassiopea.Transfer;

namespace Cassiopea.MySql.Tests.Engine;

[Trait("Category", "Servers")]
public sealed class DatabaseCopyTests
{
    [Theory]
    [Trait("Requirement", "D1")]
    [Trait("Requirement", "D2")]
    [Trait("Requirement", "D6")]
    [InlineData(WriteMethod.Auto)]
    [InlineData(WriteMethod.Insert)]
    public async Task D2_every_type_arrives_with_the_same_checksum(WriteMethod method)
    {
        var two = await TwoDatabases.StartAsync(DatabaseSeed.Difficult);
        var result = await two.CopyAsync(new() { Method = method });
        Assert.True(result.Failure is null, result.Failure?.Text);
        Assert.Empty(await two.DifferencesAsync());
        Assert.True(result.Counts.AddUp, result.Counts.ToString());
        Assert.True(result.Outcome == TransferOutcome.Complete, string.Join('\n', result.Exceptions));
        Assert.Equal(DatabaseSeed.DifficultTables, result.Tables.Count);
        Assert.Equal(DatabaseSeed.DifficultObjects, (await two.NewAsync(Objects(two.To.Database))).Count);
        Assert.Equal(await two.OldAsync(Rows), await two.NewAsync(Rows));
    }

    private const string Rows = "select fl+0e0, hex(b64), hex(ge), da, dt, ts, hex(vb), hex(tx) from all_types order by id; select * from m_mid; select * from b_price; select vat(100);";

    private static string Objects(string database) => $"""
        select table_name from information_schema.views where table_schema='{database}' union all select routine_name from information_schema.routines where routine_schema='{database}'
        union all select trigger_name from information_schema.triggers where trigger_schema='{database}' union all select event_name from information_schema.events where event_schema='{database}';
        """;
}
