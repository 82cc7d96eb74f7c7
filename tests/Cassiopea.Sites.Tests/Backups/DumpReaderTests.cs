using System.IO.Compression;
using System.Text;
using Cassiopea.Sites.Backups;
using Cassiopea.Sites.Survey;
using Cassiopea.Sites.Tree;

namespace Cassiopea.Sites.Tests.Backups;

public sealed class DumpReaderTests
{
    private const string Xml = "<?xml version=\"1.0\" encoding=\"iso-8859-1\"?>\n<SPIP \n\tversion=\"SPIP 1.9.2i\" version_base=\"1.927\" dir_img=\"IMG/\" >\n"
        + "<spip_articles>\n<id_article>1</id_article>\n<titre>\xe9t\xe9 &lt;b&gt;\x01</titre>\n</spip_articles>\n<spip_articles>\n<id_article>2</id_article>\n</spip_articles>\n"
        + "<spip_rubriques>\n<id_rubrique>1</id_rubrique>\n</spip_rubriques>\n<spip_auteurs>\n<id_auteur>1</id_auteur>\n</spip_auteurs>\n<spip_meta>\n<nom>x</nom>\n</spip_meta>\n</SPIP>\n";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("tmp/dump/asbl_20130101.xml", false)]
    [InlineData("ecrire/data/dump.xml.gz", true)]
    [Trait("Requirement", "W11")]
    public async Task W11_an_xml_backup_of_spip_is_read_to_its_end(string path, bool zipped)
    {
        var bytes = Encoding.Latin1.GetBytes(Xml);
        var dump = await ReadAsync(path, zipped ? Zip(bytes) : bytes);
        Assert.Equal("spip_articles 2, spip_rubriques 1, spip_auteurs 1, spip_meta 1", string.Join(", ", dump.Tables.Select(t => $"{t.Name} {t.Rows}")));
        Assert.True(dump.IsWhole);

        var cut = zipped ? Zip(bytes)[..^20] : bytes[..^10];
        Assert.False((await ReadAsync(path, cut)).IsWhole);
    }

    [Fact]
    [Trait("Requirement", "W11")]
    public async Task W11_an_sqlite_backup_of_spip_is_read_page_by_page()
    {
        var file = Path.GetTempFileName();
        File.Delete(file);
        try
        {
            var (code, output) = PhpProgram.Run("-r", $"$d = new SQLite3('{file}'); foreach (['spip_articles', 'spip_rubriques', 'spip_auteurs', 'spip_meta', 'other'] as $i => $t) {{ $d->exec(\"CREATE TABLE $t (id INTEGER PRIMARY KEY, texte TEXT)\"); $d->exec(\"CREATE INDEX i_$t ON $t (texte)\"); $d->exec('BEGIN'); for ($n = 0; $n < 2000 * $i; $n++) $d->exec(\"INSERT INTO $t (texte) VALUES ('\" . str_repeat('x', $n % 9000) . \"')\"); $d->exec('COMMIT'); }} $d->exec('INSERT INTO spip_articles (texte) VALUES (1)');");
            Assert.True(code == 0, output);
            var bytes = await File.ReadAllBytesAsync(file, Token);
            var dump = await ReadAsync("tmp/dump/asbl.sqlite", bytes);
            Assert.Equal("spip_articles 1, spip_rubriques 2000, spip_auteurs 4000, spip_meta 6000, other 8000", string.Join(", ", dump.Tables.Select(t => $"{t.Name} {t.Rows}")));
            Assert.True(dump.IsWhole);
            Assert.False((await ReadAsync("tmp/dump/asbl.sqlite", bytes[..(bytes.Length / 2)])).IsWhole);

            var random = new Random(4);
            for (var i = 0; i < 2_000; i++)
            {
                var damaged = bytes[..8192];
                for (var n = random.Next(1, 20); n > 0; n--)
                    damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
                Assert.NotNull(await ReadAsync("tmp/dump/asbl.sqlite", damaged));
            }
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    [Trait("Requirement", "W11")]
    public async Task W11_a_backup_stands_in_for_access_to_the_database()
    {
        MemoryTree tree = new() { ["ecrire/inc_version.php"] = "<?php $spip_version_branche='2.1';", ["tmp/cache/x.php"] = "<?php mysql_query('x');" };
        Assert.Equal(DatabaseAccess.Unknown, (await SiteSurvey.RunAsync(tree, new SiteSurveyOptions(), Token)).Access);
        tree.Put("tmp/dump/asbl.xml", Encoding.Latin1.GetBytes(Xml));
        var survey = await SiteSurvey.RunAsync(tree, new SiteSurveyOptions(), Token);
        Assert.Equal(DatabaseAccess.Backup, survey.Access);
        Assert.Empty(survey.Findings);
        tree["config/connect.php"] = "<?php spip_connect_db('h','','u','p','d','mysql', 'spip','');";
        Assert.Equal(DatabaseAccess.Configuration, (await SiteSurvey.RunAsync(tree, new SiteSurveyOptions(), Token)).Access);
    }

    private static async Task<SiteDump> ReadAsync(string path, byte[] content)
    {
        MemoryTree tree = new();
        tree.Put(path, content);
        return await DumpReader.ReadAsync(tree, new SiteEntry(SitePath.Of(path), SiteEntryKind.File, content.Length, null), Token);
    }

    private static byte[] Zip(byte[] bytes)
    {
        using MemoryStream zipped = new();
        using (GZipStream gzip = new(zipped, CompressionLevel.Optimal, leaveOpen: true))
            gzip.Write(bytes);
        return zipped.ToArray();
    }
}
