using Cassiopea.Lab.Servers;
using Cassiopea.MySql.Engine;
using Cassiopea.Transfer;

namespace Cassiopea.MySql.Tests.Engine;

[Trait("Category", "Servers")]
[Trait("Requirement", "D5")]
public sealed class ChecksTests
{
    [Fact]
    public async Task D5_what_would_fail_in_the_middle_stops_before_the_first_row()
    {
        await using var small = await MariaDbServer.StartAsync(new() { MaxAllowedPacket = "2M", More = ["--lower-case-table-names=1", "--sql-mode=STRICT_TRANS_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE"] }, default);
        var two = await TwoDatabases.StartAsync("""
            create table big (id int primary key, b longblob); insert into big values (1, repeat('x', 3000000)), (2, 'y');
            create table Twin (id int primary key); create table twin (id int primary key);
            create table dates (id int primary key, d date not null default '0000-00-00', e datetime); insert into dates values (1,'0000-00-00','2012-00-03 00:00:00'),(2,'2020-01-01',null);
            create table `rank` (id int primary key, `system` int);
            """, small);
        var dry = await two.CopyAsync(new() { DryRun = true });
        var codes = dry.Findings.ToLookup(f => f.Code);
        Assert.Equal("big", Assert.Single(codes[FindingCode.RowTooLarge]).Item);
        Assert.True(codes[FindingCode.RowTooLarge].Single().Blocks);
        Assert.Equal("Twin, twin", Assert.Single(codes[FindingCode.NamesCollide]).Item);
        Assert.Equal(["dates.d", "dates.e"], codes[FindingCode.ZeroDates].Select(f => f.Item));
        Assert.Equal("rank", Assert.Single(codes[FindingCode.ReservedWord]).Item);
        Assert.Equal(TransferOutcome.Stopped, dry.Outcome);
        Assert.Empty(await two.NewAsync("show tables;"));

        var stopped = await two.CopyAsync();
        Assert.Equal((TransferOutcome.Stopped, TransferSide.Target), (stopped.Outcome, stopped.Failure!.Side));
        Assert.Empty(await two.NewAsync("show tables;"));
        await two.OldAsync("drop table Twin; delete from big where id=1;");
        var after = await two.CopyAsync();
        Assert.True(after.Outcome == TransferOutcome.Complete, string.Join('\n', after.Exceptions));
        Assert.Empty(await two.DifferencesAsync());
    }

    [Fact]
    public async Task D5_long_indexes_get_the_row_format_that_allows_them_and_long_names_stop()
    {
        await using var compact = await MariaDbServer.StartAsync(new() { More = ["--innodb-default-row-format=compact"] }, default);
        var two = await TwoDatabases.StartAsync("create table t (v varchar(255) character set utf8mb4 primary key) row_format=dynamic; alter table t row_format=default; insert into t values ('é');", compact);
        var copied = await two.CopyAsync();
        Assert.True(copied.Outcome == TransferOutcome.Complete, string.Join('\n', copied.Exceptions));
        var longName = await new DatabaseCopy(TimeProvider.System).RunAsync(two.Source, two.Target, two.Journal + "2", new() { NewPrefix = new string('x', 64), DryRun = true }, default);
        Assert.Equal(FindingCode.NameTooLong, Assert.Single(longName.Findings, f => f.Blocks).Code);
    }

    [Theory]
    [InlineData("GRANT ALL PRIVILEGES ON `asbl\\_1`.* TO `u`@`%`", "asbl_1", true)]
    [InlineData("GRANT ALL PRIVILEGES ON `asbl\\_1`.* TO `u`@`%`", "asblx1", false)]
    [InlineData("GRANT SELECT, CREATE, TRIGGER ON `asbl_%`.* TO `u`@`%`", "asblx1", true)]
    [InlineData("GRANT USAGE ON *.* TO `u`@`%` IDENTIFIED BY PASSWORD '*X'", "asbl", false)]
    [InlineData("GRANT CREATE ON *.* TO `u`@`%`", "asbl", true)]
    public void Rights_are_read_from_grants(string grant, string database, bool has) =>
        Assert.Equal(has, Grants.Parse([grant], database).Has("CREATE"));
}
