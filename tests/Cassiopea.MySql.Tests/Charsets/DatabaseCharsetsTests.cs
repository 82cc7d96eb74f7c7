using System.Text;
using Cassiopea.Lab.Seed;
using Cassiopea.MySql.Charsets;
using Cassiopea.Transfer;

namespace Cassiopea.MySql.Tests.Charsets;

[Trait("Requirement", "D3")]
public sealed class DatabaseCharsetsTests
{
    [Theory]
    [InlineData("Ã©tÃ©", "été")]
    [InlineData("â‚¬", "€")]
    [InlineData("Å“uvre", "œuvre")]
    [InlineData("été", null)]
    [InlineData("plain", null)]
    [InlineData("Ã© and été", null)]
    [InlineData("日本", null)]
    public void D3_what_was_meant_is_found_or_the_value_is_what_it_says(string text, string? meant)
    {
        var found = DoubleEncoding.Meant(Encoding.UTF8.GetBytes(text), "utf8mb4");
        Assert.Equal(meant, found is null ? null : Encoding.UTF8.GetString(found));
    }

    [Fact]
    [Trait("Category", "Servers")]
    public async Task D3_columns_are_proposed_and_only_the_approved_are_repaired()
    {
        var two = await TwoDatabases.StartAsync(DatabaseSeed.Difficult + "\ncreate table keyless (v varchar(50) character set latin1 not null default 'x' comment 'c', at timestamp not null default current_timestamp on update current_timestamp); insert into keyless values (_latin1 x'C3A9','2020-01-01'),(_latin1 x'C3A9','2020-01-01'),('a','2020-01-01');\n");
        Assert.Equal(TransferOutcome.Complete, (await two.CopyAsync()).Outcome);
        var found = (await DatabaseCharsets.DetectAsync(two.Target, TransferSide.Target, new(), default)).ToDictionary(c => c.Name);
        Assert.Equal((CharsetProposal.WholeColumn, 2, 2), (found["charsets.twice"].Proposal, (int)found["charsets.twice"].NonAscii, (int)found["charsets.twice"].Doubled));
        Assert.Equal(CharsetProposal.WholeColumn, found["charsets.twice8"].Proposal);
        Assert.Equal(CharsetProposal.RowByRow, found["charsets.mixed"].Proposal);
        Assert.Equal(CharsetProposal.None, found["charsets.fine"].Proposal);
        Assert.Equal(CharsetProposal.None, found["old_style.title"].Proposal);

        const string hex = "select hex(twice), hex(fine) from charsets order by id;";
        var before = await two.NewAsync(hex);
        var repaired = await DatabaseCharsets.RepairAsync(two.Target, ["charsets.twice8", "charsets.mixed", "keyless.v", "charsets.fine"], new(), default);
        Assert.All(repaired, r => Assert.Null(r.Failure));
        Assert.Equal(before, await two.NewAsync(hex));
        Assert.Equal(["été\tété", "plain\tété", "€\tok"], await two.NewAsync("select twice8, mixed from charsets order by id;"));
        Assert.Equal(["é\t2020-01-01 00:00:00\t2"], await two.NewAsync("select v, at, count(*) from keyless where v<>'a' group by 1,2;"));
        Assert.Equal(["x\tc\tutf8mb4"], await two.NewAsync($"select trim(both '''' from column_default), column_comment, character_set_name from information_schema.columns where table_schema='{two.To.Database}' and table_name='keyless' and column_name='v';"));
        Assert.All(await DatabaseCharsets.RepairAsync(two.Target, ["charsets.twice8"], new(), default), r => Assert.Equal(0, r.Repaired));
    }
}
