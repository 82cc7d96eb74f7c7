using Cassiopea.Contracts;
using Cassiopea.Lab;
using Cassiopea.Lab.Seed;
using Cassiopea.Lab.Servers;

namespace Cassiopea.WebHosting.Tests;

/// <summary>The whole move of a site that really runs: before at the old place with the old database, after at the new one with the new one.</summary>
[Trait("Category", "Servers")]
public sealed class ConfigureSiteTests
{
    public static TheoryData<string> Sites => ["WordPress", "Spip"];

    private static Action<string, SiteDatabase> Writer(string name) => name == "Spip" ? SiteSeed.Spip : SiteSeed.WordPress;

    [Theory]
    [MemberData(nameof(Sites))]
    [Trait("Requirement", "W12")]
    public async Task W12_a_moved_site_runs_on_its_new_database_and_looks_the_same(string name)
    {
        await using var site = await SiteCase.MakeAsync(Writer(name));
        await site.SurveyAsync();
        var first = await site.TransferAsync(1);
        Assert.Equal(0, first.Counts.Refused + first.Counts.Remaining);
        Assert.Equal(Grade.Perfect, (await site.VerifyAsync(1)).Grade);

        await File.WriteAllTextAsync(Path.Combine(site.Old.Home, "nouveau.txt"), "after the first copy");
        site.Old.Own();
        Assert.Equal(1, (await site.TransferAsync(2, Bucket.CutOver)).Counts.Copied);
        Assert.Equal(Grade.Perfect, (await site.VerifyAsync(2)).Grade);

        var configured = await site.ConfigureAsync(2);
        Assert.Null(configured.Failure);
        Assert.Empty(configured.Exceptions);
        Assert.Equal(1, configured.Files);
        Assert.Equal(configured.PagesCompared, configured.PagesEqual);
        Assert.True(configured.PagesCompared >= 4);

        // the new place uses the new database, the old one was not touched
        var (config, password) = (name == "Spip" ? "config/connect.php" : "wp-config.php", site.Host.Vault.SecretOf(site.Database.Target.CredentialId));
        Assert.Contains(password, await File.ReadAllTextAsync(Path.Combine(site.New.Home, config)), StringComparison.Ordinal);
        Assert.DoesNotContain(password, await File.ReadAllTextAsync(Path.Combine(site.Old.Home, config)), StringComparison.Ordinal);
        await PhpTakesAsync(Path.Combine(site.New.Home, config));
        var front = await SiteCase.PageAsync(site.NewWeb);
        Assert.StartsWith("200 <html><title>Asbl", front, StringComparison.Ordinal);
        Assert.Equal(await SiteCase.PageAsync(site.OldWeb), front);
        var kept = "cassiopea-originals/" + config;
        Assert.Equal("200 ", await SiteCase.PageAsync(site.NewWeb, "/" + kept));
        Assert.EndsWith(await File.ReadAllTextAsync(Path.Combine(site.Old.Home, config)), await File.ReadAllTextAsync(Path.Combine(site.New.Home, kept)), StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(site.New.Home, "tmp/meta_cache.php")));
        Assert.Equal(name == "Spip", File.Exists(Path.Combine(site.New.Home, "tmp/dump/asbl_20130101.xml")));
        Assert.Equal(0, site.Host.Vault.OpenLeases);
        Assert.DoesNotContain(site.Host.Events, e => e.ToString()!.Contains(password, StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Requirement", "W12")]
    public async Task W12_a_site_that_would_not_run_is_not_switched_and_the_next_delta_puts_the_copy_back()
    {
        await using var site = await SiteCase.MakeAsync(SiteSeed.WordPress, password: "not the password");
        await site.TransferAsync(1);
        var refused = await site.ConfigureAsync(1);
        Assert.Equal((FailureSide.Target, FailureKind.Refused, FailureCode.ItemAltered), (refused.Failure!.Side, refused.Failure.Kind, refused.Failure.Code));
        Assert.Contains(refused.Exceptions, e => e.Item == "/");
        Assert.StartsWith("500 ", await SiteCase.PageAsync(site.NewWeb), StringComparison.Ordinal);

        await site.TransferAsync(2);
        Assert.Equal(Grade.Perfect, (await site.VerifyAsync(2)).Grade);
        Assert.StartsWith("200 ", await SiteCase.PageAsync(site.NewWeb), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "W12")]
    public async Task W12_a_database_that_does_not_move_is_told_and_the_site_is_looked_at()
    {
        await using var site = await SiteCase.MakeAsync(SiteSeed.WordPress);
        site.Database = site.Database with { Source = site.Database.Source with { Path = "another" } };
        await site.TransferAsync(1);
        var configured = await site.ConfigureAsync(1);
        Assert.Null(configured.Failure); // the copied configuration still reaches the old database
        var exception = Assert.Single(configured.Exceptions);
        Assert.Equal(("wp-config.php", FailureCode.NotExpressible), (exception.Item, exception.Failure.Code));
    }

    [Fact]
    [Trait("Requirement", "W12")]
    public async Task W12_paths_move_with_the_site_and_the_folders_that_it_writes_into_are_opened()
    {
        await using var site = await SiteCase.MakeAsync((folder, database) =>
        {
            SiteSeed.Spip(folder, database);
            File.AppendAllText(Path.Combine(folder, ".htaccess"), "AuthUserFile /disk1/asbl/www/.htpasswd\n");
            File.AppendAllText(Path.Combine(folder, "config/connect.php"), "<?php define('_DOSSIER', '/disk1/asbl/www/IMG'); define('_AUTRE', '/disk1/asbl/www2'); ?>");
        });
        await site.SurveyAsync();
        await site.TransferAsync(1);
        await FileTree.ShellAsync(site.New.Home, "chmod 700 IMG IMG/jpg", TestContext.Current.CancellationToken);
        var configured = await site.ConfigureAsync(1, [new PathMapping("/disk1/asbl/www", "/srv/asbl")]);
        Assert.Null(configured.Failure);
        Assert.Empty(configured.Exceptions);
        Assert.Equal(2, configured.Files);
        var connect = await File.ReadAllTextAsync(Path.Combine(site.New.Home, "config/connect.php"));
        Assert.Contains("'/srv/asbl/IMG'", connect, StringComparison.Ordinal);
        Assert.Contains("'/disk1/asbl/www2'", connect, StringComparison.Ordinal);
        await PhpTakesAsync(Path.Combine(site.New.Home, "config/connect.php"));
        Assert.Contains("AuthUserFile /srv/asbl/.htpasswd", await File.ReadAllTextAsync(Path.Combine(site.New.Home, ".htaccess")), StringComparison.Ordinal);
        Assert.Equal("775 775", (await FileTree.ShellAsync(site.New.Home, "echo $(stat -c %a IMG IMG/jpg)", TestContext.Current.CancellationToken)).Trim());
    }

    [Fact]
    public async Task What_the_new_host_moved_is_looked_at_and_not_written_and_later_writes_at_the_old_place_are_told()
    {
        await using var site = await SiteCase.MakeAsync(SiteSeed.WordPress);
        await site.SurveyAsync();
        foreach (var file in Directory.EnumerateFiles(site.Old.Home, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(site.New.Home, Path.GetRelativePath(site.Old.Home, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        site.New.Own();
        Assert.Equal(Grade.Perfect, (await site.RememberAsync(1)).Grade);
        var config = await File.ReadAllBytesAsync(Path.Combine(site.New.Home, "wp-config.php"));
        var looked = await site.ConfigureAsync(1, [new PathMapping("/", "/elsewhere/")], checkOnly: true);
        Assert.Null(looked.Failure);
        Assert.Equal((0, looked.PagesCompared), (looked.Files, looked.PagesEqual));
        Assert.Equal(config, await File.ReadAllBytesAsync(Path.Combine(site.New.Home, "wp-config.php")));

        await File.WriteAllTextAsync(Path.Combine(site.Old.Home, "wp-content/uploads/2013/tard.txt"), "late");
        site.Old.Own();
        var late = await site.TransferAsync(2, Bucket.CutOver, reportOnly: true);
        Assert.Equal("wp-content/uploads/2013/tard.txt", Assert.Single(late.Exceptions).Item);
        Assert.False(File.Exists(Path.Combine(site.New.Home, "wp-content/uploads/2013/tard.txt")));
    }

    [Fact]
    [Trait("Requirement", "W6")]
    public async Task W6_what_is_written_at_the_old_place_after_the_last_delta_is_reported_and_not_copied()
    {
        await using var site = await SiteCase.MakeAsync(SiteSeed.Spip);
        await site.SurveyAsync();
        await site.TransferAsync(1, Bucket.CutOver);
        Assert.Empty((await site.TransferAsync(2, Bucket.CutOver, reportOnly: true)).Exceptions);

        await File.WriteAllTextAsync(Path.Combine(site.Old.Home, "IMG/jpg/tard.jpg"), "late");
        await File.AppendAllTextAsync(Path.Combine(site.Old.Home, "spip.php"), "<?php // late");
        await File.WriteAllTextAsync(Path.Combine(site.Old.Home, "tmp/cache/0/other.php"), "<?php");
        File.Delete(Path.Combine(site.Old.Home, "config/ecran_securite.php"));
        var late = await site.TransferAsync(3, Bucket.CutOver, reportOnly: true);
        Assert.Equal(["IMG/jpg/tard.jpg item-altered", "config/ecran_securite.php item-missing", "spip.php item-altered"], late.Exceptions.Select(e => $"{e.Item} {e.Failure.Code}").Order(StringComparer.Ordinal));
        Assert.Equal((0L, 2L, 1L), (late.Counts.Copied, late.Counts.Refused, late.Counts.DeletedAtSource));
        Assert.False(File.Exists(Path.Combine(site.New.Home, "IMG/jpg/tard.jpg")));
    }

    /// <summary>Debian's PHP reads it without complaint.</summary>
    private static Task PhpTakesAsync(string file) => ChildProcess.RunAsync(new ChildProgram("/usr/bin/php", "-l", file), TestContext.Current.CancellationToken);
}
