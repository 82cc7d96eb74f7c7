using Cassiopea.Contracts;
using Cassiopea.Lab.Seed;
using Cassiopea.Lab.Servers;

namespace Cassiopea.WebHosting.Tests;

[Trait("Category", "Servers")]
public sealed class SurveySiteTests
{
    [Fact]
    [Trait("Requirement", "W11")]
    public async Task W11_a_site_is_surveyed_over_ftp_with_findings_by_file_and_line()
    {
        await using var site = await SiteCase.MakeAsync(SiteSeed.WordPress);
        var surveyed = await site.SurveyAsync();
        Assert.Null(surveyed.SourceFailure);
        Assert.Null(surveyed.TargetFailure);
        Assert.True(surveyed.TargetChecked);
        string Fact(string name) => string.Join(" | ", surveyed.Facts.Where(f => f.Name == name).Select(f => f.Value));
        Assert.Equal("WordPress 3.9.40 in /", Fact("cms"));
        Assert.Equal("9", Fact("files"));
        Assert.Equal("Configuration", Fact("database-access"));
        Assert.Equal($"Credentials found for database {site.Database.Source.Path} in wp-config.php:7", Fact("database"));
        Assert.Equal("mysql", Fact("extension-missing"));
        Assert.Equal("1", Fact("statistics-months"));

        var rows = await site.FindingsAsync();
        Assert.Equal(
            [".htaccess:2 old-access-control Order", ".htaccess:3 old-access-control Allow", ".htaccess:4 php-setting memory_limit", "wp-content/plugins/vieux/vieux.php:4 removed-function mysql_query", "wp-content/plugins/vieux/vieux.php:5 curly-offset ", "wp-content/plugins/vieux/vieux.php:5 removed-function each", "wp-content/plugins/vieux/vieux.php:7 sends-mail mail"],
            rows.Where(r => r.Code != "follow-links").Select(r => $"{r.File}:{r.Line} {r.Code} {r.Subject}").Order(StringComparer.Ordinal));
        var password = site.Host.Vault.SecretOf(site.Database.Source.CredentialId);
        Assert.DoesNotContain(surveyed.Facts, f => f.Value.Contains(password, StringComparison.Ordinal));
        Assert.DoesNotContain(rows, r => (r.Subject + r.Text).Contains(password, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("WordPress")]
    [InlineData("Spip")]
    [Trait("Requirement", "W11")]
    public async Task W11_the_login_of_the_database_goes_into_the_vault_and_nowhere_else(string name)
    {
        await using var site = await SiteCase.MakeAsync(name == "Spip" ? SiteSeed.Spip : SiteSeed.WordPress);
        var found = Assert.Single((await site.SurveyAsync()).Found!);
        var (old, login) = (site.Database.Source, found.Source!);
        Assert.Equal((ItemKind.Database, old.Path, "mysql", old.Host, old.Port, old.Login, old.Path), (found.Kind, found.Name, login.Protocol, login.Host, login.Port, login.Login, login.Path));
        Assert.Equal((site.Member, site.Host.Vault.SecretOf(old.CredentialId)), (site.Host.Vault.OwnerOf(login.CredentialId), site.Host.Vault.SecretOf(login.CredentialId)));
        Assert.Equal(login, Assert.Single((await site.SurveyAsync(2)).Found!).Source);
        var password = site.Host.Vault.SecretOf(old.CredentialId);
        Assert.DoesNotContain(site.Host.Events, e => System.Text.Json.JsonSerializer.Serialize(e, e.GetType()).Contains(password, StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Requirement", "W13")]
    public async Task W13_statistics_are_saved_before_anything_moves()
    {
        await using var site = await SiteCase.MakeAsync(SiteSeed.Spip);
        var surveyed = await site.SurveyAsync();
        Assert.Contains(surveyed.Facts, f => f is { Name: "statistics-months", Value: "1" });
        Assert.Contains(surveyed.Facts, f => f.Name == "database-backup" && f.Value.StartsWith("tmp/dump/asbl_20130101.xml: 4 tables", StringComparison.Ordinal));
        var folder = Path.Combine(site.Host.Journals, site.Item.ToString("N"), "statistics");
        Assert.Contains("awstats,www.asbl.example,2013,1,120,80,10,20,3000", await File.ReadAllTextAsync(Path.Combine(folder, "visits.csv")), StringComparison.Ordinal);
        Assert.Equal(["visits.csv", "visits.en.html", "visits.fr.html", "visits.nl.html"], Directory.GetFiles(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Single(Directory.GetFiles(Path.Combine(folder, "files")));
    }

    [Fact]
    public async Task Each_end_fails_for_its_own_reason()
    {
        await using var site = await SiteCase.MakeAsync(SiteSeed.Spip);
        site.Host.Vault.Store("wrong", site.Source.CredentialId);
        site.Target = site.Target with { Port = FreePort.Next() };
        var surveyed = await site.SurveyAsync();
        Assert.Equal((FailureSide.Source, FailureCode.AuthenticationFailed), (surveyed.SourceFailure!.Side, surveyed.SourceFailure.Code));
        Assert.Equal((FailureSide.Target, FailureKind.Passing, FailureCode.Unreachable), (surveyed.TargetFailure!.Side, surveyed.TargetFailure.Kind, surveyed.TargetFailure.Code));
        Assert.Empty(surveyed.Facts);
        Assert.Equal(0, site.Host.Vault.OpenLeases);
    }
}
