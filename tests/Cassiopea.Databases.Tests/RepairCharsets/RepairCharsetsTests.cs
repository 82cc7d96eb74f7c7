using Cassiopea.Contracts;
using Cassiopea.Lab.Seed;

namespace Cassiopea.Databases.Tests;

[Trait("Category", "Servers")]
[Trait("Requirement", "D3")]
public sealed class RepairCharsetsTests
{
    [Fact]
    public async Task D3_only_approved_columns_are_repaired_at_the_new_place_and_asking_again_changes_nothing()
    {
        await using var host = await DatabasesHost.StartAsync();
        var item = await DatabaseCase.MakeAsync(host, DatabaseSeed.Difficult);
        await host.AskAsync<TransferDatabase, ItemTransferred>(item.Transfer(1, Bucket.CutOver), e => e.ItemId == item.Item);
        var told = await host.AskAsync<RepairCharsets, CharsetsRepaired>(new(item.Migration, item.Item, 1, item.Target, ["charsets.twice", "charsets.mixed"]), e => e.Pass == 1);
        Assert.Null(told.Failure);
        Assert.Equal([("charsets.twice", 2L), ("charsets.mixed", 1L)], told.Columns.Select(c => (c.Column, c.Repaired)));
        Assert.Equal(["été\tété", "plain\tété", "€\tok"], await item.NewAsync("select twice, mixed from charsets order by id;"));
        Assert.Equal("C383C2A974C383C2A9", Assert.Single(await item.NewAsync("select hex(twice8) from charsets where id=1;"))); // nobody approved this one
        Assert.Equal("C3A974C3A9", Assert.Single(await item.OldAsync("select hex(twice) from charsets where id=1;")));

        var again = await host.AskAsync<RepairCharsets, CharsetsRepaired>(new(item.Migration, item.Item, 2, item.Target, ["charsets.twice", "charsets.mixed"]), e => e.Pass == 2);
        Assert.Equal(0, again.Columns.Sum(c => c.Repaired));
        Assert.Equal(["été\tété", "plain\tété", "€\tok"], await item.NewAsync("select twice, mixed from charsets order by id;"));
    }

    [Fact]
    public async Task D3_a_column_that_is_not_there_is_told_with_its_name()
    {
        await using var host = await DatabasesHost.StartAsync();
        var item = await DatabaseCase.MakeAsync(host, DatabaseSeed.Rows("posts", 5));
        await host.AskAsync<TransferDatabase, ItemTransferred>(item.Transfer(), e => e.ItemId == item.Item);
        var told = await host.AskAsync<RepairCharsets, CharsetsRepaired>(new(item.Migration, item.Item, 1, item.Target, ["posts.nothing"]), e => e.Pass == 1);
        Assert.Equal((FailureSide.Target, FailureCode.ItemMissing), (told.Failure!.Side, told.Failure.Code));
        Assert.Contains("posts.nothing", told.Failure.Text, StringComparison.Ordinal);
    }
}
