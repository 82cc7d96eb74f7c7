using System.Text.Json;
using Cassiopea.Sites.Cms;
using Cassiopea.Sites.Configuration;
using Cassiopea.Sites.Php;
using Cassiopea.Sites.Tests.Php;
using Cassiopea.Sites.Tree;

namespace Cassiopea.Sites.Tests.Configuration;

public sealed class ConfigurationReaderTests
{
    public static TheoryData<ConfigurationSample> Samples => [.. ConfigurationSamples.All];

    [Theory]
    [MemberData(nameof(Samples))]
    [Trait("Requirement", "W11")]
    public async Task W11_a_system_its_version_and_its_database_are_recognised(ConfigurationSample sample)
    {
        var tree = ConfigurationSamples.TreeOf(sample);
        var found = Assert.Single(await CmsScan.RunAsync(tree, tree.Paths, TestContext.Current.CancellationToken));
        Assert.Equal((sample.Kind, sample.Version), (found.Kind, found.Version));
        var c = Assert.Single(await ConfigurationReader.ReadAsync(tree, found, TestContext.Current.CancellationToken));
        var place = c.Socket.Length > 0 ? c.Socket : c.Host + (c.Port is { } port ? $":{port}" : "");
        Assert.Equal(sample.Expected, $"{c.Driver}://{c.User}@{place}/{c.Name} {c.Prefix} {c.Password.Reveal()}");
        Assert.Equal(sample.Kind, c.Cms);
        Assert.True(c.Line > 0);
    }

    [Fact]
    [Trait("Requirement", "W11")]
    public async Task W11_several_systems_in_one_tree_are_all_found()
    {
        MemoryTree tree = new();
        foreach (var (sample, folder) in ConfigurationSamples.All.Where(s => s.Name is "SPIP 3.0" or "WordPress" or "phpBB 3").Zip(["", "blog/", "old/"]))
        {
            foreach (var (path, text) in sample.Files)
                tree[folder + path] = text;
        }

        tree["wiki/inc/parserutils.php"] = "<?php";
        tree["wiki/VERSION"] = "2013-12-08 \"Binky\"\n";
        var found = await CmsScan.RunAsync(tree, tree.Paths, TestContext.Current.CancellationToken);
        Assert.Equal(["Spip  3.0.17", "WordPress blog 3.9.40", "PhpBb old/forum 3.0.12", "DokuWiki wiki 2013-12-08 \"Binky\""], found.Select(f => $"{f.Kind} {f.Root} {f.Version}"));
    }

    [Fact]
    public void A_password_is_never_shown()
    {
        DatabaseCredentials credentials = new(CmsKind.Spip, SitePath.Of("config/connect.php"), 4, "mysql", "h", 3307, "", "u", new Secret("hunter2"), "d", "spip");
        Assert.Equal("mysql://u@h:3307/d (config/connect.php:4)", credentials.ToString());
        Assert.DoesNotContain("hunter2", $"{credentials} {credentials.Password} {JsonSerializer.Serialize(credentials)}", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<?php $db = new mysqli('h', 'u', 'p', 'd', 3310);", "mysql://u@h:3310/d p")]
    [InlineData("<?php $u='u'; $l = mysql_connect(\"localhost\", $u, 'p'); mysql_select_db('d', $l);", "mysql://u@localhost/d p")]
    [InlineData("<?php new PDO('mysql:host=h;port=3311;dbname=d', 'u', 'p');", "mysql://u@h:3311/d p")]
    [InlineData("<?php // mysql_connect('h','u','p');\n$x = \"mysql_connect('h','u','p')\"; $o->mysqli('h','u','p');", "")]
    public void Connections_of_hand_written_code_are_read(string text, string expected)
    {
        var c = ConfigurationReader.ReadCalls(SitePath.Of("x.php"), PhpSettings.Of(PhpFile.Parse(System.Text.Encoding.UTF8.GetBytes(text))));
        Assert.Equal(expected, c is null ? "" : $"{c.Driver}://{c.User}@{c.Host}{(c.Port is { } port ? $":{port}" : "")}/{c.Name} {c.Password.Reveal()}");
    }

    [Fact]
    public async Task Twenty_thousand_broken_configurations_are_read_without_failure()
    {
        var random = new Random(5);
        var all = ConfigurationSamples.All.SelectMany(s => s.Files.Select(f => (s.Kind, f.Path, f.Text))).ToList();
        var pieces = PhpSamples.Mutated(200, 3).ToList();
        for (var i = 0; i < 20_000; i++)
        {
            var (kind, path, text) = all[random.Next(all.Count)];
            var at = random.Next(text.Length);
            var length = random.Next(0, Math.Min(12, text.Length - at));
            var damaged = text[..at] + (random.Next(2) == 0 ? "" : System.Text.Encoding.Latin1.GetString(pieces[random.Next(pieces.Count)].AsSpan(0, 5))) + text[(at + length)..];
            MemoryTree tree = new() { [path] = damaged };
            CmsFound found = new(kind, "", "", SitePath.Of(path), [SitePath.Of(path)]);
            foreach (var credentials in await ConfigurationReader.ReadAsync(tree, found, TestContext.Current.CancellationToken))
                Assert.NotNull(credentials.ToString());
        }
    }
}
