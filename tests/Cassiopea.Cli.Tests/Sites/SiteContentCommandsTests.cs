using System.Text.Json;

namespace Cassiopea.Cli.Tests.Sites;

[Collection("console")]
public sealed class SiteContentCommandsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("cassiopea-site-").FullName;

    [Fact]
    [Trait("Requirement", "W11")]
    public async Task W11_survey_reports_without_passwords()
    {
        Write("site/wp-includes/version.php", "<?php $wp_version = '3.9';");
        Write("site/wp-config.php", "<?php define('DB_NAME','d'); define('DB_USER','u'); define('DB_PASSWORD','hunter2'); define('DB_HOST','h'); mysql_query('x');");
        Assert.Equal(ExitCode.Complete, await CommandTable.RunAsync(["site", "survey", "--from", At("site"), "--profile", "php-8.1", "--report", At("r.json"), "--quiet"]));
        var json = await File.ReadAllTextAsync(At("r.json"));
        using var report = JsonDocument.Parse(json);
        Assert.Equal("WordPress", report.RootElement.GetProperty("systems")[0].GetProperty("kind").GetString());
        Assert.Equal("removed-function", report.RootElement.GetProperty("findings")[0].GetProperty("code").GetString());
        Assert.Equal("wp-config.php", report.RootElement.GetProperty("findings")[0].GetProperty("file").GetString());
        Assert.DoesNotContain("hunter2", json, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "W12")]
    public async Task W12_configure_writes_configurations_and_nothing_else()
    {
        Write("site/ecrire/inc_version.php", "<?php $spip_version_branche = '3.0.17';");
        Write("site/config/connect.php", "<?php\nspip_connect_db('localhost','','u','old','d','mysql', 'spip','');\n");
        Write("password", "n'ew\n");
        string[] command = ["site", "configure", "--from", At("site"), "--to", At("new"), "--database", "d=mysql://nu@sql.example:3307/nd", "--to-password-file", At("password"), "--quiet"];
        Assert.Equal(ExitCode.Complete, await CommandTable.RunAsync(command));
        Assert.Equal("<?php\nspip_connect_db('sql.example','3307','nu','n\\'ew','nd','mysql', 'spip','');\n", await File.ReadAllTextAsync(At("new/config/connect.php")));
        Assert.Equal(["cassiopea-originals/.htaccess", "cassiopea-originals/config/connect.php", "config/connect.php"],
            Directory.EnumerateFiles(At("new"), "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None }).Select(f => Path.GetRelativePath(At("new"), f)).Order(StringComparer.Ordinal));

        Assert.Equal(ExitCode.Exceptions, await CommandTable.RunAsync([.. command[..6], "--quiet"])); // the new place of the database is not told
    }

    [Fact]
    [Trait("Requirement", "W13")]
    public async Task W13_statistics_are_saved_as_table_page_and_files()
    {
        Write("site/stats/webalizer.hist", "1 2011 5000 4000 300 2048 1 31 1500 700\n");
        Assert.Equal(ExitCode.Complete, await CommandTable.RunAsync(["site", "statistics", "--from", At("site"), "--to", At("out"), "--language", "nl", "--name", "asbl.example", "--quiet"]));
        Assert.Contains("webalizer,,2011,1,700,300,1500,5000,2097152", await File.ReadAllTextAsync(At("out/visits.csv")), StringComparison.Ordinal);
        Assert.Contains("Bezoekersstatistieken", await File.ReadAllTextAsync(At("out/visits.html")), StringComparison.Ordinal);
        Assert.True(File.Exists(At("out/files/stats/webalizer.hist")));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string At(string path) => Path.Combine(_folder, path);

    private void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(path))!);
        File.WriteAllText(At(path), text);
    }
}
