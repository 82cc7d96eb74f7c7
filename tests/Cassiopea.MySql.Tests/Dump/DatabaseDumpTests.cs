using System.Security.Cryptography;
using Cassiopea.Lab;
using Cassiopea.Lab.Seed;
using Cassiopea.MySql.Dump;

namespace Cassiopea.MySql.Tests.Dump;

[Trait("Category", "Servers")]
[Trait("Requirement", "D2")]
public sealed class DatabaseDumpTests
{
    [Fact]
    public async Task D2_debians_own_client_loads_the_dump_to_the_same_checksums()
    {
        var two = await TwoDatabases.StartAsync(DatabaseSeed.Difficult + "\n" + DatabaseSeed.Rows("many", 6000) + "create table big (id int primary key, b longblob); insert into big values (1, repeat(x'000d0a1a5c27ff', 700000)), (2, '');\n");
        var file = Path.Combine(LabRoot.NewFolder("dump"), "member.sql");
        var dump = await new DatabaseDump(TimeProvider.System).RunAsync(two.Source, file, new(), default);
        Assert.Empty(dump.Left);
        Assert.Equal((DatabaseSeed.DifficultTables + 2, DatabaseSeed.DifficultObjects), (dump.Tables, dump.Objects));
        Assert.Equal(dump.Sha256, Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(file))));
        Assert.DoesNotContain("ghost", await File.ReadAllTextAsync(file), StringComparison.Ordinal);

        await two.New.RunFileAsync(file, two.To.Database);
        Assert.Empty(await two.DifferencesAsync());
        Assert.Equal(DatabaseSeed.DifficultObjects, (await two.ObjectsAsync()).Count);
        Assert.Equal(await two.OldAsync("select * from m_mid;"), await two.NewAsync("select * from m_mid;"));
    }
}
