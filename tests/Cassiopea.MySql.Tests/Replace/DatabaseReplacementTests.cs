using Cassiopea.MySql.Replace;

namespace Cassiopea.MySql.Tests.Replace;

[Trait("Category", "Servers")]
[Trait("Requirement", "D9")]
public sealed class DatabaseReplacementTests
{
    private const string Seed = """
        create table wp_posts (ID int primary key, guid varchar(255), post_content longtext, post_modified timestamp not null default current_timestamp on update current_timestamp) default charset=utf8mb4;
        insert into wp_posts values (1,'http://o.test/?p=1','<a href="http://o.test/é">x</a>','2020-01-01 00:00:00'),(2,'x','nothing','2020-01-01 00:00:00');
        create table nokey (v text, b longblob); insert into nokey values ('http://o.test','s:13:"http://o.test";'),('http://o.test','s:13:"http://o.test";'),(null,null);
        create table short (id int primary key, v varchar(15), l varchar(60) character set latin1); insert into short values (1,'http://o.test/x','http://o.test'),(2,'a','s:20:"http://o.test');
        """;

    [Fact]
    public async Task D9_a_dry_run_counts_and_a_run_writes_the_same_and_guid_is_untouched()
    {
        var two = await TwoDatabases.StartAsync(Seed);
        Replacement[] texts = [new("http://o.test", "https://new.example.org")];
        var dry = await DatabaseReplacement.RunAsync(two.Source, texts, new(), default);
        Assert.Equal(["http://o.test/?p=1"], await two.OldAsync("select guid from wp_posts where post_content like '%//o.test%';"));
        var done = await DatabaseReplacement.RunAsync(two.Source, texts, new() { DryRun = false }, default);
        Assert.Equal(dry.Columns, done.Columns);
        Assert.Equal((6, 6), (done.Values, done.Places));
        Assert.Contains(new ReplacedColumn("short", "v", 0, 0, 0, 1), done.Columns);
        Assert.Contains(new ReplacedColumn("short", "l", 1, 1, 1, 0), done.Columns);
        Assert.Equal(["http://o.test/?p=1\t<a href=\"https://new.example.org/é\">x</a>\t2020-01-01 00:00:00"], await two.OldAsync("select guid, post_content, post_modified from wp_posts where ID=1;"));
        Assert.Equal(["https://new.example.org\ts:23:\"https://new.example.org\";\t2"], await two.OldAsync("select v, b, count(*) from nokey where v is not null group by 1,2;"));
        Assert.Empty((await DatabaseReplacement.RunAsync(two.Source, texts, new() { ExcludedColumns = ["guid", "v", "l"] }, default)).Columns);
    }
}
