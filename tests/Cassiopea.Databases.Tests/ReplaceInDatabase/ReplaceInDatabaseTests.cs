using Cassiopea.Contracts;

namespace Cassiopea.Databases.Tests;

[Trait("Category", "Servers")]
[Trait("Requirement", "D9")]
public sealed class ReplaceInDatabaseTests
{
    private const string Seed = """
        create table wp_options (id int primary key, v longtext) default charset=utf8mb4;
        insert into wp_options values (1,'/var/www/old'),(2,'a:1:{s:3:"dir";s:16:"/var/www/old/tmp";}'),(3,'a:1:{s:3:"dir";s:99:"/var/www/old";}'),(4,'nothing');
        create table wp_posts (id int primary key, guid varchar(100), body text); insert into wp_posts values (1,'http://x/var/www/old','see /var/www/old');
        """;

    [Fact]
    public async Task D9_texts_are_counted_first_then_replaced_once_however_often_it_is_asked()
    {
        await using var host = await DatabasesHost.StartAsync();
        var item = await DatabaseCase.MakeAsync(host, Seed);
        await host.AskAsync<TransferDatabase, ItemTransferred>(item.Transfer(1, Bucket.CutOver), e => e.ItemId == item.Item);
        IReadOnlyList<TextReplacement> texts = [new("/var/www/old", "/srv/var/www/old")]; // the new text holds the old one
        var before = await item.NewAsync("select v from wp_options order by id;");

        var counted = await host.AskAsync<ReplaceInDatabase, DatabaseReplaced>(new(item.Migration, item.Item, 1, item.Target, texts, DryRun: true), e => e.DryRun);
        Assert.Null(counted.Failure);
        Assert.Equal((3L, 3L), (counted.Values, counted.Places));
        Assert.Equal(before, await item.NewAsync("select v from wp_options order by id;"));

        var replaced = await host.AskAsync<ReplaceInDatabase, DatabaseReplaced>(new(item.Migration, item.Item, 1, item.Target, texts, DryRun: false), e => !e.DryRun);
        Assert.Equal((3L, 3L), (replaced.Values, replaced.Places));
        var damaged = Assert.Single(replaced.Exceptions);
        Assert.Equal(("wp_options.v", FailureCode.ItemUnreadable), (damaged.Item, damaged.Failure.Code));
        string[] wanted = ["/srv/var/www/old", "a:1:{s:3:\"dir\";s:20:\"/srv/var/www/old/tmp\";}", "a:1:{s:3:\"dir\";s:99:\"/var/www/old\";}", "nothing"];
        Assert.Equal(wanted, await item.NewAsync("select v from wp_options order by id;"));
        Assert.Equal(["http://x/var/www/old\tsee /srv/var/www/old"], await item.NewAsync("select guid, body from wp_posts;"));

        var again = await host.AskAsync<ReplaceInDatabase, DatabaseReplaced>(new(item.Migration, item.Item, 2, item.Target, texts, DryRun: false), e => e.Pass == 2);
        Assert.Equal((0L, 0L), (again.Values, again.Places));
        Assert.Equal(wanted, await item.NewAsync("select v from wp_options order by id;"));
        Assert.Equal(before, await item.OldAsync("select v from wp_options order by id;"));
    }

    [Fact]
    public async Task D9_replacements_that_feed_one_another_are_refused()
    {
        await using var host = await DatabasesHost.StartAsync();
        var item = await DatabaseCase.MakeAsync(host, Seed);
        await host.AskAsync<TransferDatabase, ItemTransferred>(item.Transfer(), e => e.ItemId == item.Item);
        TextReplacement[][] sets =
        [
            [new("/a", "/b"), new("/b", "/c")],
            [new("/var/www/old", "/var/www/site"), new("/var/www", "/srv/new")],
            [new("/var/www", "/srv/new"), new("/var/www/old", "/var/www/site")],
        ];
        for (var pass = 1; pass <= sets.Length; pass++)
        {
            var told = await host.AskAsync<ReplaceInDatabase, DatabaseReplaced>(new(item.Migration, item.Item, pass, item.Target, sets[pass - 1], DryRun: false), e => e.Pass == pass);
            Assert.Equal((FailureSide.Us, FailureCode.NotExpressible), (told.Failure?.Side, told.Failure?.Code));
            Assert.Equal(["/var/www/old"], await item.NewAsync("select v from wp_options where id=1;"));
        }

        var fine = await host.AskAsync<ReplaceInDatabase, DatabaseReplaced>(new(item.Migration, item.Item, 9, item.Target, [new("/var/www", "/srv/new"), new("/var/www/old", "/srv/site")], DryRun: false), e => e.Pass == 9);
        Assert.Null(fine.Failure);
        Assert.Equal(["/srv/site"], await item.NewAsync("select v from wp_options where id=1;"));
    }
}
