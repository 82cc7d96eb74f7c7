using System.IO.Compression;
using System.Security.Cryptography;
using Cassiopea.Contracts;
using Cassiopea.Lab.Seed;

namespace Cassiopea.WebHosting.Tests;

/// <summary>Visit statistics of a site that really runs, from its files and from the pages that only its web server shows.</summary>
[Trait("Category", "Servers")]
public sealed class SaveStatisticsTests
{
    [Fact]
    [Trait("Requirement", "W13")]
    public async Task W13_raw_files_and_rendered_pages_are_delivered_as_table_and_pages_to_print()
    {
        await using var site = await SiteCase.MakeAsync(SiteSeed.Spip);
        await File.WriteAllTextAsync(Path.Combine(site.Old.Home, "stats/index.php"), "<?php header('Content-Type: text/html'); ?><title>Statistics by AWStats</title><a href='index.php?year=2012'>2012</a><a href='/'>site</a><img src='graph.png'>");
        await File.WriteAllBytesAsync(Path.Combine(site.Old.Home, "stats/graph.png"), [0x89, 0x50, 1, 2, 3]);
        site.Old.Own();

        var saved = await site.StatisticsAsync(1);
        Assert.Null(saved.Failure);
        var statistics = saved.Statistics!;
        Assert.Equal((1, 3, 1, "2013-01", "2013-01"), (statistics.RawFiles, statistics.Pages, statistics.Months, statistics.From, statistics.To));
        var file = Path.Combine(site.Host.Archives, site.Migration.ToString("N"), site.Item.ToString("N"), "parts", statistics.Part.Name);
        Assert.Equal((statistics.Part.Bytes, statistics.Part.Sha256), (new FileInfo(file).Length, Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(file)))));
        using var zip = ZipFile.OpenRead(file);
        Assert.Equal(
            ["files/stats_awstats012013.www.asbl.example.txt", "pages/stats_graph.png", "pages/stats_index.html", "pages/stats_index.php_year_2012.html", "visits.csv", "visits.en.html", "visits.fr.html", "visits.nl.html"],
            zip.Entries.Select(e => e.FullName).Order(StringComparer.Ordinal));
        Assert.Contains("awstats,www.asbl.example,2013,1,120,80,10,20,3000", await ReadAsync(zip, "visits.csv"), StringComparison.Ordinal);
        Assert.Contains("<h1>Statistiques de visites – www.asbl.example</h1>", await ReadAsync(zip, "visits.fr.html"), StringComparison.Ordinal);
        Assert.Contains("Bezoekersstatistieken", await ReadAsync(zip, "visits.nl.html"), StringComparison.Ordinal);

        // the last ones hold what was counted since
        await File.WriteAllTextAsync(Path.Combine(site.Old.Home, "stats/awstats022013.www.asbl.example.txt"), "BEGIN_GENERAL 2\nTotalVisits 7\nTotalUnique 5\nEND_GENERAL\n");
        site.Old.Own();
        var last = await site.StatisticsAsync(2, last: true);
        Assert.Equal((true, 2, "2013-02"), (last.Last, last.Statistics!.RawFiles, last.Statistics.To));

        await site.Host.SendAsync(new MigrationEnded(site.Migration, MigrationState.Completed));
        var erased = await site.Host.WaitAsync<WorkErased>();
        Assert.Equal((site.Migration, "web-hosting", 1, 2L), (erased.MigrationId, erased.Service, erased.Items, erased.Files));
        Assert.False(File.Exists(file));
    }

    [Fact]
    [Trait("Requirement", "W13")]
    public async Task W13_pages_that_only_the_web_server_shows_are_saved_from_the_page_that_a_person_names()
    {
        await using var site = await SiteCase.MakeAsync(SiteSeed.WordPress);
        Directory.Delete(Path.Combine(site.Old.Home, "stats"), recursive: true);
        var nothing = await site.StatisticsAsync(1);
        Assert.Equal((FailureSide.Source, FailureKind.Refused, FailureCode.ItemMissing), (nothing.Failure!.Side, nothing.Failure.Kind, nothing.Failure.Code));
        Assert.Null(nothing.Statistics);

        Directory.CreateDirectory(Path.Combine(site.Old.Home, "compteur"));
        await File.WriteAllTextAsync(Path.Combine(site.Old.Home, "compteur/vue.php"), "<title>Visites</title><a href='vue.php?an=2011'>2011</a><a href='vue.php?an=2012'>2012</a>");
        site.Old.Own();
        var saved = await site.StatisticsAsync(2, "/compteur/vue.php");
        Assert.Equal((0, 3, 0), (saved.Statistics!.RawFiles, saved.Statistics.Pages, saved.Statistics.Months));
    }

    [Fact]
    [Trait("Requirement", "W13")]
    public async Task W13_a_file_and_a_page_that_cannot_be_read_are_named_and_the_rest_is_saved()
    {
        await using var site = await SiteCase.MakeAsync(SiteSeed.Spip);
        await File.WriteAllTextAsync(Path.Combine(site.Old.Home, "stats/index.php"), "<?php header('Content-Type: text/html'); ?><title>Statistics by AWStats</title><a href='weg.html'>2012</a>");
        var closed = Path.Combine(site.Old.Home, "stats/awstats032013.www.asbl.example.txt");
        await File.WriteAllTextAsync(closed, "BEGIN_GENERAL 2\nTotalVisits 7\nTotalUnique 5\nEND_GENERAL\n");
        site.Old.Own();
        File.SetUnixFileMode(closed, UnixFileMode.None);

        var saved = await site.StatisticsAsync(1);
        Assert.Null(saved.Failure);
        Assert.Equal((1, 1, 2, "2013-01"), (saved.Statistics!.RawFiles, saved.Statistics.Pages, saved.Statistics.LeftOut, saved.Statistics.To));
        using var zip = ZipFile.OpenRead(Path.Combine(site.Host.Archives, site.Migration.ToString("N"), site.Item.ToString("N"), "parts", saved.Statistics.Part.Name));
        Assert.Equal("stats/awstats032013.www.asbl.example.txt\n/stats/weg.html\n", await ReadAsync(zip, "left-out.txt"));
    }

    private static async Task<string> ReadAsync(ZipArchive zip, string name)
    {
        using StreamReader reader = new(await zip.GetEntry(name)!.OpenAsync(TestContext.Current.CancellationToken));
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }
}
