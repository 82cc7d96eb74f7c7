using Cassiopea.Sites.Statistics;

namespace Cassiopea.Sites.Tests.Statistics;

public sealed class StatisticsTests
{
    [Fact]
    [Trait("Requirement", "W13")]
    public async Task W13_all_years_of_awstats_and_webalizer_become_a_table_and_pages()
    {
        MemoryTree tree = new()
        {
            ["stats/awstats012013.www.asbl.example.txt"] = Awstats("201301", 120, 80),
            ["stats/awstats122012.www.asbl.example.txt"] = Awstats("201212", 100, 70),
            ["stats/awstats022013.www.asbl.example.txt"] = "damaged",
            ["usage/webalizer.hist"] = "# old\n1 2011 5000 4000 300 2048 1 31 1500 700\n2 2011 10 9 8 7 1 28\n",
            ["usage/usage_201101.html"] = "<html>",
            ["usage/usage_201101.png"] = "x",
            ["www/index.php"] = "<?php",
        };
        var read = await StatisticsReader.ReadAsync(tree, tree.Paths, TestContext.Current.CancellationToken);
        Assert.Equal(["awstats 2012-12 100 70 30 60 9000", "awstats 2013-1 120 80 30 60 9000", "webalizer 2011-1 700 300 1500 5000 2097152", "webalizer 2011-2 0 8 0 10 7168"],
            read.Months.Select(m => $"{m.Tool} {m.Year}-{m.Month} {m.Visits} {m.Visitors} {m.Pages} {m.Hits} {m.Bytes}"));
        Assert.Equal("stats/awstats022013.www.asbl.example.txt", Assert.Single(read.Unreadable).ToString());
        Assert.Equal(6, read.Files.Count);
        Assert.Contains("awstats,www.asbl.example,2013,1,120,80,30,60,9000\r\n", StatisticsPages.ToCsv(read), StringComparison.Ordinal);

        foreach (var (language, word, month) in new[] { ("fr", "Visiteurs", "janvier"), ("nl", "Bezoekers", "januari"), ("en", "Visitors", "January") })
        {
            var page = StatisticsPages.ToHtml("www.asbl.example", language, read);
            Assert.Contains($"lang=\"{language}\"", page, StringComparison.Ordinal);
            Assert.Contains(word, page, StringComparison.Ordinal);
            Assert.Contains(month, page, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("/&lt;b&gt;", page, StringComparison.Ordinal);
            Assert.Equal(3, page.Split("<h2>20").Length - 1);
        }
    }

    private static string Awstats(string month, int visits, int unique) =>
        $"AWSTATS DATA FILE 7.0\nBEGIN_GENERAL 8\nTotalVisits {visits}\nTotalUnique {unique}\nEND_GENERAL\nBEGIN_DAY 2\n{month}01 10 20 3000 4\n{month}02 20 40 6000 5\nEND_DAY\nBEGIN_SIDER 2\n/ 25 1000 5 5\n/<b> 5 100 1 1\nEND_SIDER\n";
}
