using Cassiopea.Lab.Seed;
using Cassiopea.Transfer;

namespace Cassiopea.MySql.Tests.Engine;

[Trait("Category", "Servers")]
public sealed class DatabaseVerificationTests
{
    [Fact]
    [Trait("Requirement", "D2")]
    public async Task D2_each_row_that_differs_is_counted_and_nothing_is_trusted()
    {
        var two = await TwoDatabases.StartAsync(DatabaseSeed.Rows("posts", 3000) + "create table plain (a varchar(10)); insert into plain values ('x'),('x'),(null),('');\ncreate view v as select 1 as one;");
        Assert.Equal(TransferOutcome.Complete, (await two.CopyAsync()).Outcome);
        var equal = await two.VerifyAsync(new() { ChunkRows = 500, ChunkBytes = 1 << 20 });
        Assert.True(equal.Equal, string.Join('\n', equal.Differences));
        Assert.Equal(3005, equal.Compared);
        Assert.Matches("^[0-9a-f]{64}$", equal.ManifestSha256);

        await two.NewAsync("update posts set score=score+0.001 where id=30; delete from posts where id=60; insert into posts (id, author, title) values (61, 1, 'x'); update plain set a='' where a is null; create or replace view v as select 2 as one;");
        var different = await two.VerifyAsync(new() { ChunkRows = 500, ChunkBytes = 1 << 20 });
        var posts = different.Tables.Single(t => t.Source == "posts");
        Assert.Equal((2998, 1, 1, 1), (posts.Equal, posts.Missing, posts.Altered, posts.Extra));
        var plain = different.Tables.Single(t => t.Source == "plain");
        Assert.Equal((3, 1, 1), (plain.Equal, plain.Missing, plain.Extra));
        Assert.Contains(different.Differences, d => d.Item == "view v" && d.Code == TransferCode.ItemAltered);
        Assert.Equal(equal.ManifestSha256, different.ManifestSha256);
        var report = different.ToReport("db verify", "a", "b");
        Assert.True(report.Counts.AddUp);
        Assert.Equal(TransferOutcome.Different, report.Outcome);
    }
}
