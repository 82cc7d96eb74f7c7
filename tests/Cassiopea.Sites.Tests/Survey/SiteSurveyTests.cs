using System.Text;
using System.Text.Json;
using Cassiopea.Sites.Cms;
using Cassiopea.Sites.Profiles;
using Cassiopea.Sites.Survey;
using Cassiopea.Sites.Tree;

namespace Cassiopea.Sites.Tests.Survey;

public sealed class SiteSurveyTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Requirement", "W11")]
    public async Task W11_a_folder_is_surveyed_with_names_in_any_encoding()
    {
        var folder = Directory.CreateTempSubdirectory("cassiopea-survey-").FullName;
        try
        {
            Write(folder, "wp-includes/version.php", "<?php $wp_version = '3.9';");
            Write(folder, "wp-config.php", "<?php define('DB_NAME','d'); define('DB_USER','u'); define('DB_PASSWORD','hunter2'); define('DB_HOST','localhost');");
            Write(folder, "wp-content/plugins/x/x.php", "<?php\nmysql_query('SELECT 1');\nimap_open('x', 'y', 'z');\n");
            Write(folder, "stats/awstats012013.txt", "x");
            var (code, output) = PhpProgram.Run("-r", $"file_put_contents('{folder}/' . \"\\xe9t\\xe9.php\", '<?php each($a);'); symlink('/etc', '{folder}/loop');");
            Assert.True(code == 0, output);

            var survey = await SiteSurvey.RunAsync(new LocalSiteTree(folder), new SiteSurveyOptions { Target = HostingProfile.Find("php-8.3")! }, Token);
            Assert.Equal((5L, 1L, 4), (survey.Files, survey.Links, survey.PhpFiles));
            Assert.Equal(CmsKind.WordPress, Assert.Single(survey.Systems).Kind);
            Assert.Equal("hunter2", Assert.Single(survey.Databases).Password.Reveal());
            Assert.Equal(["wp-content/plugins/x/x.php:2 mysql_query", "été.php:1 each"], survey.Findings.Select(f => $"{f.Place} {f.Subject}").Order(StringComparer.Ordinal));
            Assert.Equal(["imap", "mysql"], survey.Missing);
            Assert.Single(survey.Statistics);
            Assert.NotNull(survey.LastChangeAt);
            Assert.DoesNotContain("hunter2", JsonSerializer.Serialize(survey) + survey, StringComparison.Ordinal);
        }
        finally
        {
            PhpProgram.Run("-r", $"exec('rm -rf ' . escapeshellarg('{folder}'));"); // .NET cannot name what is not UTF-8
        }
    }

    [Fact]
    [Trait("Requirement", "W11")]
    public void Profiles_are_data()
    {
        Assert.Equal(("5.4.45", "MySQL 5.5.54"), (HostingProfile.OldHost.Php, HostingProfile.OldHost.Database));
        Assert.Equal(["7.4", "8.1", "8.2", "8.3"], HostingProfile.Targets.Select(p => p.Php));
        Assert.All(HostingProfile.Targets, p => Assert.DoesNotContain("mysql", p.Extensions));
        Assert.Throws<JsonException>(() => HostingProfile.Parse("{\"name\":\"x\",\"php\":\"new\",\"database\":\"\",\"webServer\":\"\",\"extensions\":[]}"));
        Assert.Throws<JsonException>(() => HostingProfile.Parse("{}"));
    }

    [Theory]
    [InlineData("fr", "Mot de passe : communiqué séparément")]
    [InlineData("nl", "Wachtwoord: wordt apart meegedeeld")]
    [InlineData("en", "Password: told separately")]
    [InlineData("de", "Mot de passe")]
    public void A_connection_sheet_tells_all_but_the_password(string language, string expected)
    {
        ConnectionEntry[] entries = [new("ftp", "ftp.new.example", 21, "tls", "as<bl", "/www"), new("mysql", "sql.new.example", 3306, "none", "asbl", "base")];
        Assert.Contains(expected, ConnectionSheet.ToText(language, entries), StringComparison.Ordinal);
        var page = ConnectionSheet.ToHtml(language, entries);
        Assert.Contains("as&lt;bl", page, StringComparison.Ordinal);
        Assert.Contains("sql.new.example", page, StringComparison.Ordinal);
    }

    private static void Write(string folder, string path, string text)
    {
        var full = Path.Combine(folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text, new UTF8Encoding(false));
    }
}
