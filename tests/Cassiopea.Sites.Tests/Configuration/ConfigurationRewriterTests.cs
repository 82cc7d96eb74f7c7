using System.Text;
using Cassiopea.Sites.Cms;
using Cassiopea.Sites.Configuration;
using Cassiopea.Sites.Php;
using Cassiopea.Sites.Tree;

namespace Cassiopea.Sites.Tests.Configuration;

public sealed class ConfigurationRewriterTests
{
    private const string Password = "n'w \"pa$s\\wörd';//#?>";

    public static TheoryData<ConfigurationSample> Samples => [.. ConfigurationSamples.All];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Samples))]
    [Trait("Requirement", "W12")]
    public async Task W12_the_new_database_is_written_and_nothing_else_changes(ConfigurationSample sample)
    {
        var tree = ConfigurationSamples.TreeOf(sample);
        var found = Assert.Single(await CmsScan.RunAsync(tree, tree.Paths, Token));
        var old = Assert.Single(await ConfigurationReader.ReadAsync(tree, found, Token));
        var hasPrefix = old.Prefix.Length > 0 && (tree[old.File.Bytes].Contains($"'{old.Prefix}'", StringComparison.Ordinal) || sample.Kind == CmsKind.MediaWiki);
        var place = new DatabasePlace("sql.new.example", 3399, "newuser", new Secret(Password), "newbase", hasPrefix ? "nw_" : null);
        var plan = await ConfigurationPlan.MakeAsync(tree, [found], [.. tree.Paths], new ConfigurationWish(new Dictionary<string, DatabasePlace> { [old.Name] = place }, [], ModernPhp: true), Token);
        Assert.DoesNotContain(plan.Steps, s => s.Kind == ConfigurationStepKind.ByHand);
        var rewritten = Assert.Single(plan.Files);
        Assert.Equal(old.File, rewritten.File);

        var original = Encoding.Latin1.GetBytes(tree[rewritten.File.Bytes]);
        Assert.Equal("", PhpProgram.Lint([(rewritten.File.ToString(), rewritten.Content), (rewritten.KeptFile.ToString(), rewritten.KeptContent)]));
        Assert.Equal(original, KeptOriginal.Restore(rewritten.KeptContent));
        AssertOnlyEditedTokensDiffer(original, rewritten);

        tree.Put(rewritten.File.Bytes, rewritten.Content);
        var now = Assert.Single(await ConfigurationReader.ReadAsync(tree, found, Token));
        Assert.Equal(("sql.new.example", 3399, "newuser", Password, "newbase", ""), (now.Host, now.Port, now.User, now.Password.Reveal(), now.Name, now.Socket));
        Assert.Equal(hasPrefix ? "nw_" : tree[old.File.Bytes].Contains("spip", StringComparison.Ordinal) ? "spip" : "", now.Prefix);
        Assert.DoesNotContain(Password, $"{rewritten} {string.Join(' ', rewritten.Edits)} {System.Text.Json.JsonSerializer.Serialize(rewritten)} {System.Text.Json.JsonSerializer.Serialize(place)}", StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Samples))]
    [Trait("Requirement", "W12")]
    public async Task W12_the_same_place_again_changes_no_byte(ConfigurationSample sample)
    {
        var tree = ConfigurationSamples.TreeOf(sample);
        var found = Assert.Single(await CmsScan.RunAsync(tree, tree.Paths, Token));
        var old = Assert.Single(await ConfigurationReader.ReadAsync(tree, found, Token));
        if (old.Socket.Length > 0 || sample.Name == "Drupal 6")
            return;
        var wish = new ConfigurationWish(new Dictionary<string, DatabasePlace> { [old.Name] = new(old.Host, old.Port, old.User, old.Password, old.Name) }, [], ModernPhp: false);
        var plan = await ConfigurationPlan.MakeAsync(tree, [found], [.. tree.Paths], wish, Token);
        Assert.All(plan.Files, f => Assert.Equal(["DB_PASSWORD"], f.Edits.Select(e => e.Key))); // a second define that says otherwise
    }

    [Fact]
    [Trait("Requirement", "W12")]
    public async Task W12_paths_move_and_caches_are_listed()
    {
        MemoryTree tree = new()
        {
            ["ecrire/inc_version.php"] = "<?php $spip_version_branche = '3.0.17';",
            ["config/connect.php"] = "<?php\n$log = '/data/asbl/www/tmp/x.log'; $no = '/data/asbl/www2'; $in = \"/data/asbl/www/$x\";\nspip_connect_db('localhost','','u','p','d','mysql', 'spip','');\n",
            ["tmp/meta_cache.php"] = "<?php",
            ["tmp/cache/a/b"] = "x",
            ["IMG/a.jpg"] = "x",
            ["private/.htaccess"] = "# /data/asbl/www\nAuthUserFile \"/data/asbl/www/private/.htpasswd\"\nAuthName '/data/asbl/www'\nRequire valid-user\n",
        };
        var wish = new ConfigurationWish(
            new Dictionary<string, DatabasePlace> { ["d"] = new("localhost", null, "u", new Secret("p"), "d") }, [new("/data/asbl/www", "/srv/www/asbl")], true);
        var plan = await ConfigurationPlan.MakeAsync(tree, await CmsScan.RunAsync(tree, tree.Paths, Token), [.. tree.Paths], wish, Token);
        Assert.Equal("<?php\n$log = '/srv/www/asbl/tmp/x.log'; $no = '/data/asbl/www2'; $in = \"/srv/www/asbl/$x\";\nspip_connect_db('localhost','','u','p','d','mysql', 'spip','');\n",
            Encoding.Latin1.GetString(plan.Files.Single(f => f.File.Name == "connect.php").Content));
        Assert.Equal("# /data/asbl/www\nAuthUserFile \"/srv/www/asbl/private/.htpasswd\"\nAuthName '/srv/www/asbl'\nRequire valid-user\n",
            Encoding.Latin1.GetString(plan.Files.Single(f => f.File.Name == ".htaccess").Content));
        Assert.Equal(["tmp/meta_cache.php", "tmp/cache"], plan.Steps.Where(s => s.Kind == ConfigurationStepKind.DeleteCache).Select(s => s.Path.Bytes));
        Assert.Equal(["IMG", "tmp", "config"], plan.Steps.Where(s => s.Kind == ConfigurationStepKind.MakeWritable).Select(s => s.Path.Bytes));
    }

    [Theory]
    [InlineData("<?php define('DB_NAME', getenv('X')); define('DB_USER', 'u'); define('DB_PASSWORD', f()); define('DB_HOST', $_SERVER['H']);", "", true)]
    [InlineData("<?php if ($dev) { define('DB_NAME', 'd'); define('DB_USER', 'u'); define('DB_PASSWORD', 'p'); define('DB_HOST', 'dev'); } else { define('DB_NAME', 'd'); define('DB_USER', 'u'); define('DB_PASSWORD', 'q'); define('DB_HOST', 'live'); }", "d", true)]
    [InlineData("<?php define('DB_NAME', 'other'); define('DB_USER', 'u'); define('DB_PASSWORD', 'p'); define('DB_HOST', 'h');", "d", false)]
    [Trait("Requirement", "W12")]
    public async Task W12_what_is_not_safe_is_a_step_for_a_person(string text, string name, bool rewrites)
    {
        MemoryTree tree = new() { ["wp-includes/version.php"] = "<?php $wp_version='4.9';", ["wp-config.php"] = text };
        var wish = new ConfigurationWish(new Dictionary<string, DatabasePlace> { [name] = new("new", null, "nu", new Secret("np"), "nd") }, [], true);
        var plan = await ConfigurationPlan.MakeAsync(tree, await CmsScan.RunAsync(tree, tree.Paths, Token), [.. tree.Paths], wish, Token);
        Assert.Equal(rewrites, plan.Files.Count == 1);
        Assert.Equal(!rewrites, plan.Steps.Any(s => s.Kind == ConfigurationStepKind.ByHand));
        if (rewrites)
            Assert.Equal("", PhpProgram.Lint([("wp-config.php", plan.Files[0].Content)]));
    }

    [Fact]
    [Trait("Requirement", "W12")]
    [Trait("Category", "Servers")]
    public async Task W12_a_kept_original_is_never_shown_by_the_web()
    {
        var sample = ConfigurationSamples.All.Single(s => s.Name == "SPIP 3.0");
        var tree = ConfigurationSamples.TreeOf(sample);
        var wish = new ConfigurationWish(new Dictionary<string, DatabasePlace> { ["asbl_spip"] = new("new", null, "nu", new Secret("new-password"), "nd") }, [], true);
        var plan = await ConfigurationPlan.MakeAsync(tree, await CmsScan.RunAsync(tree, tree.Paths, Token), [.. tree.Paths], wish, Token);
        var folder = Directory.CreateTempSubdirectory("cassiopea-kept-").FullName;
        try
        {
            foreach (var file in plan.Files)
            {
                foreach (var (path, content) in new[] { (file.File, file.Content), (file.KeptFile, file.KeptContent) })
                {
                    Directory.CreateDirectory(Path.Combine(folder, path.Folder));
                    await File.WriteAllBytesAsync(Path.Combine(folder, path.Bytes), content, Token);
                }
            }

            var (address, server) = await PhpProgram.ServeAsync(folder);
            using (server)
            using (SocketsHttpHandler handler = new())
            using (HttpClient web = new(handler))
            {
                var shown = await web.GetStringAsync(new Uri(address, plan.Files[0].KeptFile.Bytes), Token);
                Assert.Equal("", shown);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Twenty_thousand_damaged_configurations_are_rewritten_right_or_refused()
    {
        var random = new Random(9);
        var all = ConfigurationSamples.All.SelectMany(s => s.Files.Select(f => (s.Kind, f.Path, f.Text))).ToList();
        Dictionary<string, DatabasePlace> places = [];
        foreach (var name in new[] { "asbl_spip", "asbl4", "asbl_wp", "wp", "asbl_drupal", "d9", "asbl_joomla", "j3", "dc", "wiki", "forum", "shop", "" })
            places[name] = new DatabasePlace("new.example", 3400, "nu", new Secret(Password), "nd");
        var refused = 0;
        for (var i = 0; i < 20_000; i++)
        {
            var (kind, path, text) = all[random.Next(all.Count)];
            var at = random.Next(text.Length);
            var damaged = Encoding.UTF8.GetBytes(text[..at] + "'\"(),;$[]#/*\n"[random.Next(13)] + text[(at + random.Next(0, Math.Min(6, text.Length - at)))..]);
            try
            {
                if (ConfigurationRewriter.Rewrite(kind, "", SitePath.Of(path), damaged, new ConfigurationWish(places, [], true)) is { } rewritten)
                    Assert.Equal(damaged, KeptOriginal.Restore(rewritten.KeptContent));
            }
            catch (ConfigurationException e)
            {
                refused++;
                Assert.DoesNotContain(Password, e.Message, StringComparison.Ordinal);
            }
        }

        Assert.InRange(refused, 1, 19_000);
    }

    /// <summary>Token by token: what differs stands on a line that is told, and is a value.</summary>
    private static void AssertOnlyEditedTokensDiffer(byte[] original, RewrittenConfiguration rewritten)
    {
        var (before, after) = (PhpFile.Parse(original), PhpFile.Parse(rewritten.Content));
        string Frame(PhpFile f) => string.Concat(f.Tokens.Where(t => t.Kind is not (PhpTokenKind.String or PhpTokenKind.Number or PhpTokenKind.Quote or PhpTokenKind.Text)).Select(t => f.TextOf(t).ToString()));
        var inserted = rewritten.Edits.Any(e => e.Key == "port") || Encoding.Latin1.GetString(original).Contains("\"x-$p\"", StringComparison.Ordinal) || Encoding.Latin1.GetString(original).Contains("'sql' . ", StringComparison.Ordinal);
        if (!inserted)
            Assert.Equal(Frame(before), Frame(after));
        Assert.Equal(
            before.Tokens.Where(t => t.Kind == PhpTokenKind.Comment).Select(t => before.TextOf(t).ToString()),
            after.Tokens.Where(t => t.Kind == PhpTokenKind.Comment).Select(t => after.TextOf(t).ToString()));
        Assert.NotEmpty(rewritten.Edits);
    }
}
