using System.IO.Compression;
using System.Net;
using System.Text.RegularExpressions;
using Cassiopea.Imap.Archive;
using Cassiopea.Imap.Archive.Index;
using Cassiopea.Imap.Tests.Mailbox;
using Cassiopea.Lab.Seed;

namespace Cassiopea.Imap.Tests.Archive;

[Trait("Requirement", "mail-R24")]
public sealed partial class ArchiveIndexTests
{
    public static TheoryData<string> Attacks => new(
        "<script>alert(1)</script>", "</bdi></a><script src=//evil.example/x.js></script>", "\"><img src=x onerror=alert(1)>", "' onmouseover='alert(1)",
        "<svg/onload=alert(1)>", "<!--<script>-->", "]]><script>", "&lt;script&gt;&#60;script&#62;", "=?utf-8?Q?=3Cscript=3Ealert=281=29=3C/script=3E?=",
        "=?utf-8?B?PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==?=", "=?utf-7?Q?+ADw-script+AD4-?=", "=?iso-2022-jp?B?GyRCPHNjcmlwdD4=?=", "=?utf-8?Q?=3Csc=00ript=3E?=",
        "<scr\0ipt>", "<a href=javascript:alert(1)>x</a>", "<meta http-equiv=refresh content=0;url=//evil.example>", "<base href=//evil.example/>", "<style>*{background:url(//evil.example)}</style>",
        "</title><script>", "{{7*7}}${7*7}", "\u2028<iframe srcdoc=x>");

    [Theory]
    [MemberData(nameof(Attacks))]
    public async Task A_stranger_s_subject_sender_or_folder_is_only_text(string attack)
    {
        var root = Directory.CreateTempSubdirectory("cassiopea-index-").FullName;
        var folder = attack.Replace('/', '_').Replace('\0', '_');
        var directory = Path.Combine(root, MaildirName.Folder([folder]), "cur");
        Directory.CreateDirectory(directory);
        await File.WriteAllTextAsync(Path.Combine(directory, "1500000000.U1V7.cassiopea,S=10:2,S"), $"From: {attack} <a@asbl.example>\r\nSubject: {attack}\r\n\r\n<script>body</script>");
        await File.WriteAllTextAsync(Path.Combine(root, "manifest.tsv"), $"{folder}\t7\t1\t2017-07-14T02:40:00Z\t\\Seen\t10\t{new string('a', 64)}\n");
        await ArchiveIndex.WriteAsync(root, CancellationToken.None);
        var (plain, page) = (await CleanPagesAsync(root), await File.ReadAllTextAsync(Path.Combine(root, "index", "001.html")));
        Assert.Equal(2, plain);
        Assert.Contains("a@asbl.example", page, StringComparison.Ordinal);
        Directory.Delete(root, recursive: true);
    }

    [Fact]
    [Trait("Category", "Servers")]
    public async Task Every_message_of_an_odd_mailbox_is_listed_once_and_a_later_run_writes_the_pages_anew()
    {
        await using var two = await TwoMailboxes.StartAsync(OddMail.All());
        await MaildirWriter.DeliverAsync(two.From, ["INBOX"], "Subject: <script>alert(1)</script>\nFrom: <script>x</script>\n\nx\n"u8.ToArray(), CancellationToken.None);
        var root = Path.Combine(two.Journal, "archive");
        await new MailboxArchive(TimeProvider.System).RunAsync(two.Source, root, new(), CancellationToken.None);
        await ArchiveIndex.WriteAsync(root, CancellationToken.None);
        await AllOnceAsync(root);

        await File.WriteAllTextAsync(Path.Combine(root, "index", "999.html"), "of a folder that is no more");
        await MaildirWriter.DeliverAsync(two.From, ["INBOX"], "Subject: =?utf-8?Q?arriv=C3=A9_tard?=\n\nx\n"u8.ToArray(), CancellationToken.None);
        await new MailboxArchive(TimeProvider.System).RunAsync(two.Source, root, new(), CancellationToken.None);
        await ArchiveIndex.WriteAsync(root, CancellationToken.None);
        await AllOnceAsync(root);
        Assert.False(File.Exists(Path.Combine(root, "index", "999.html")));
        Assert.Contains("arrivé tard", await File.ReadAllTextAsync(Path.Combine(root, "index", "001.html")), StringComparison.Ordinal);

        // each part has pages for what it holds; unpacked over one another all of them lead to their messages
        var unpacked = Path.Combine(two.Journal, "unpacked");
        var parts = await ArchivePacking.PackAsync(root, ArchiveFormat.Maildir, 1 << 20, CancellationToken.None);
        foreach (var part in parts) await ZipFile.ExtractToDirectoryAsync(part, unpacked, overwriteFiles: true);
        Assert.Equal(parts.Count, Directory.GetFiles(unpacked, "index-*.html").Length);
        await AllOnceAsync(unpacked);
    }

    [Fact]
    public async Task A_large_folder_has_pages_of_500_and_a_file_that_is_gone_has_no_link()
    {
        var root = Directory.CreateTempSubdirectory("cassiopea-index-").FullName;
        Directory.CreateDirectory(Path.Combine(root, "cur"));
        for (var uid = 1; uid <= 1_200; uid++)
            if (uid != 600) await File.WriteAllTextAsync(Path.Combine(root, "cur", $"15{uid:00000000}.U{uid}V7.cassiopea,S=10:2,S"), $"Subject: number {uid}\n\nx");
        await File.WriteAllLinesAsync(Path.Combine(root, "manifest.tsv"), Enumerable.Range(1, 1_200).Select(uid => $"INBOX\t7\t{uid}\t2017-07-14T02:40:00Z\t\\Seen\t10\t{new string('a', 64)}"));
        await File.WriteAllTextAsync(Path.Combine(root, "folders.tsv"), "INBOX\nVide\n");
        await ArchiveIndex.WriteAsync(root, CancellationToken.None);
        Assert.Equal(["001-2.html", "001-3.html", "001.html"], Directory.GetFiles(Path.Combine(root, "index")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(4, await CleanPagesAsync(root));
        Assert.Contains("number 1200<", await File.ReadAllTextAsync(Path.Combine(root, "index", "001.html")), StringComparison.Ordinal);
        Assert.Contains("(fichier absent)", await File.ReadAllTextAsync(Path.Combine(root, "index", "001-2.html")), StringComparison.Ordinal);
        Assert.Contains(">Vide<", await File.ReadAllTextAsync(Path.Combine(root, "index.html")), StringComparison.Ordinal);
        Directory.Delete(root, recursive: true);
    }

    private static async Task AllOnceAsync(string root)
    {
        await CleanPagesAsync(root);
        var files = Files(root).Where(static file => Path.GetFileName(Path.GetDirectoryName(file)) == "cur").Select(file => Path.GetRelativePath(root, file)).Order(StringComparer.Ordinal);
        var linked = Files(root).Where(static file => file.EndsWith(".html", StringComparison.Ordinal))
            .SelectMany(file => Links(file).Where(static link => link.Contains("cur/", StringComparison.Ordinal)).Select(link => Path.GetRelativePath(root, link))).Order(StringComparer.Ordinal);
        Assert.Equal(files, linked);
    }

    /// <summary>Looks at each page for tags and links that the index does not write; the number of pages.</summary>
    private static async Task<int> CleanPagesAsync(string root)
    {
        var pages = Files(root).Where(static file => file.EndsWith(".html", StringComparison.Ordinal)).ToList();
        foreach (var page in pages)
        {
            var html = await File.ReadAllTextAsync(page);
            Assert.StartsWith("<!DOCTYPE html>\n<html lang=\"fr\">", html, StringComparison.Ordinal);
            Assert.False(html.Contains('\0', StringComparison.Ordinal));
            var tags = Tag().Matches(html).Select(static tag => tag.Groups["name"].Value).Distinct(StringComparer.Ordinal);
            Assert.Subset(new HashSet<string>("!DOCTYPE html head meta title style body div header nav ul li a main h1 p table caption thead tbody tfoot tr th td span bdi time".Split(' ')), new HashSet<string>(tags));
            Assert.DoesNotMatch(Handler(), html);
            Assert.All(Links(page), link => Assert.True(File.Exists(link), link));
        }

        return pages.Count;
    }

    /// <summary>The files that a page links to; a link that leaves the archive fails.</summary>
    private static List<string> Links(string page)
    {
        var top = Path.GetDirectoryName(page)!;
        if (Path.GetFileName(top).StartsWith("index", StringComparison.Ordinal)) top = Path.GetDirectoryName(top)!;
        var found = new List<string>();
        foreach (Match match in Link().Matches(File.ReadAllText(page)))
        {
            var href = WebUtility.HtmlDecode(match.Groups["href"].Value);
            if (href is "#fr" or "#nl" or "#en") continue;
            Assert.DoesNotMatch("^[a-zA-Z]+:|^/|\\?", href);
            var file = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(page)!, Uri.UnescapeDataString(href.Split('#')[0])));
            Assert.StartsWith(top, file, StringComparison.Ordinal);
            found.Add(file);
        }

        return found;
    }

    private static IEnumerable<string> Files(string root) =>
        Directory.EnumerateFiles(root, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None });

    [GeneratedRegex("</?(?<name>[!a-zA-Z][^\\s>/]*)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex Tag();

    [GeneratedRegex("<[^>]*\\s(on[a-z]+|src|srcdoc|action)\\s*=", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex Handler();

    [GeneratedRegex("(href|src)=\"(?<href>[^\"]*)\"", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex Link();
}
