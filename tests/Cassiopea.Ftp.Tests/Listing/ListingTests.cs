using System.Text;
using Cassiopea.Ftp.Journal;
using Cassiopea.Ftp.Listing;
using Cassiopea.Ftp.Site;
using Cassiopea.Ftp.Wire;

namespace Cassiopea.Ftp.Tests.Listing;

/// <summary>Lines as servers write them.</summary>
public sealed class ListingTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 9, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("-rw-r--r--    1 1000     1000         1234 Jan 02  2020 a file", "a file", SiteEntryKind.File, 1234, 0x1A4, "2020-01-02 00:00", TimePrecision.Day)]
    [InlineData("drwxr-xr-x    2 ftp      ftp          4096 Nov 24 08:30  leading ", " leading ", SiteEntryKind.Directory, 4096, 0x1ED, "2026-11-24 08:30", TimePrecision.Minute)]
    [InlineData("-rw-rw-rw-   1 user     group           5 Dec 31 23:59 last year", "last year", SiteEntryKind.File, 5, 0x1B6, "2025-12-31 23:59", TimePrecision.Minute)]
    [InlineData("-rwsr-Sr-t 1 owner group with space 77 May 1 10:00 x", "x", SiteEntryKind.File, 77, 0x1E5, "2026-05-01 10:00", TimePrecision.Minute)]
    [InlineData("-rw-r--r-- 1 owner 12 Feb 29 2024 no group", "no group", SiteEntryKind.File, 12, 0x1A4, "2024-02-29 00:00", TimePrecision.Day)]
    [InlineData("02-05-20  11:22PM       <DIR>          New Folder", "New Folder", SiteEntryKind.Directory, -1, null, "2020-02-05 23:22", TimePrecision.Minute)]
    [InlineData("02-05-2020  23:22             12345 file.txt", "file.txt", SiteEntryKind.File, 12345, null, "2020-02-05 23:22", TimePrecision.Minute)]
    public void A_line_of_LIST_is_understood(string line, string name, SiteEntryKind kind, long size, int? mode, string modified, TimePrecision precision)
    {
        var parsed = ListLine.Parse(Encoding.Latin1.GetBytes(line), Now);
        Assert.True(parsed.Understood);
        var time = DateTimeOffset.FromUnixTimeSeconds(parsed.Modified).ToString("yyyy-MM-dd HH:mm", System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal((name, kind, size, mode, modified, precision), (Encoding.Latin1.GetString(parsed.Name), parsed.Kind, parsed.Size, parsed.Mode, time, parsed.Precision));
    }

    [Theory]
    [InlineData("-rw-r--r-- 1 a b 12 Feb 30 2024 x")]
    [InlineData("-rw-r--r-- 1 a b 12 Feb 20 2024 a/b")]
    [InlineData("d")]
    [InlineData("some words of a server")]
    [InlineData("99-99-99 99:99PM 1 x")]
    public void A_line_that_is_not_understood_is_kept_as_it_is(string line)
    {
        var reader = new ListingReader(SitePath.Root, machine: false, Now);
        reader.Line(Encoding.ASCII.GetBytes(line));
        var entry = Assert.Single(reader.Entries);
        Assert.Equal((SiteEntryKind.Unknown, line), (entry.Kind, entry.Path.ToString()));
    }

    [Theory]
    [InlineData("type=file;size=3;modify=20200102030405;UNIX.mode=0600;  two  spaces ", " two  spaces ", SiteEntryKind.File)]
    [InlineData("type=dir;UNIX.mode=0755; semi;colon=x", "semi;colon=x", SiteEntryKind.Directory)]
    [InlineData("type=OS.unix=slink:../a;size=4; l", "l", SiteEntryKind.Link)]
    public void A_line_of_MLSD_ends_its_facts_at_the_first_space(string line, string name, SiteEntryKind kind)
    {
        var parsed = MlsdLine.Parse(Encoding.Latin1.GetBytes(line));
        Assert.Equal((true, name, kind), (parsed.Understood, Encoding.Latin1.GetString(parsed.Name), parsed.Kind));
    }

    [Theory]
    [InlineData("Entering Extended Passive Mode (|||6446|)", 6446)]
    [InlineData("Entering Extended Passive Mode (!!!70000!)", 0)]
    [InlineData("Entering Extended Passive Mode (|||", 0)]
    public void Only_the_port_of_229_is_taken(string text, int port) => Assert.Equal(port, PassiveReply.TryExtended(text, out var found) ? found : 0);

    [Theory]
    [InlineData("Entering Passive Mode (10,0,0,1,25,46).", 6446)]
    [InlineData("Entering Passive Mode 10,0,0,1,25,46", 6446)]
    [InlineData("Entering Passive Mode (10,0,0,1,300,46)", 0)]
    [InlineData("Entering Passive Mode", 0)]
    public void Only_the_port_of_227_is_taken(string text, int port) => Assert.Equal(port, PassiveReply.TryPassive(text, out var found) ? found : 0);

    [Theory]
    [InlineData("a/link", "one", true)]
    [InlineData("a/link", "../b/x", true)]
    [InlineData("a/link", "../../x", false)]
    [InlineData("link", "/etc/passwd", false)]
    [InlineData("link", "", null)]
    public void A_link_out_of_the_site_is_known_by_its_text(string link, string goal, bool? inside) => Assert.Equal(inside, LinkGoal.Inside(SitePath.Of(link), SitePath.Of(Encoding.UTF8.GetBytes(goal))));

    [Theory]
    [InlineData("tmp", "a/tmp", true)]
    [InlineData("*.log", "a/b.log", true)]
    [InlineData("local/*", "local/cache", true)]
    [InlineData("local/*", "local/a/b", false)]
    [InlineData("local/**", "local/a/b", true)]
    [InlineData("/tmp/", "tmp2", false)]
    public void A_pattern_leaves_out_what_it_names(string pattern, string path, bool matches) => Assert.Equal(matches, new Excludes([pattern]).Match(SitePath.Of(path)));

    [Fact]
    public void A_file_listed_to_the_minute_and_later_to_the_day_has_not_changed()
    {
        var minute = new DateTimeOffset(2026, 5, 1, 10, 7, 0, TimeSpan.Zero).ToUnixTimeSeconds();
        var day = new DateTimeOffset(2026, 5, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds();
        Assert.True(SiteJournal.SameTime(minute, TimePrecision.Minute, day, TimePrecision.Day));
        Assert.False(SiteJournal.SameTime(minute, TimePrecision.Minute, minute + 60, TimePrecision.Minute));
        Assert.False(SiteJournal.SameTime(minute, TimePrecision.Minute, day - 86_400, TimePrecision.Day));
    }
}
