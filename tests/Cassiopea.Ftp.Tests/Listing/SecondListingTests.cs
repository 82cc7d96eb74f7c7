using System.Text;
using Cassiopea.Ftp.Listing;

namespace Cassiopea.Ftp.Tests.Listing;

/// <summary>Two listings of one directory made into one.</summary>
[Trait("Requirement", "web-W3")]
public sealed class SecondListingTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 9, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("lrwxrwxrwx 1 u g 7 Nov 24 08:00 dangling -> nothing", "Link d/dangling>nothing")]
    [InlineData("-rw-r--r-- 1 u g 7 Nov 24 08:00 left out", "File d/left out>")]
    [InlineData("words that nobody understands", "Unknown words that nobody understands>")]
    public void What_only_the_second_has_is_added(string line, string added) =>
        Assert.Equal(["File d/x>", added], Complete(["type=file;size=1; x"], [line]));

    [Theory]
    [InlineData("-rw-r--r-- 1 u g 9 Nov 24 08:00 x", "File d/x>")]
    [InlineData("a dialect of its own x", "File d/x>")]
    [InlineData("prw-r--r-- 1 u g 0 Nov 24 08:00 x", "Special d/x>")]
    [InlineData("lrwxrwxrwx 1 u g 2 Nov 24 08:00 x -> y/z", "Link d/x>y/z")]
    public void What_both_have_stands_once_and_the_second_tells_what_it_truly_is(string line, string only) =>
        Assert.Equal([only], Complete(["type=file;size=1; x"], [line]));

    [Theory]
    [InlineData("a -> b -> c", new[] { "type=OS.unix=symlink; a -> b" }, "Link d/a -> b>c")]
    [InlineData("a -> b -> c", new[] { "type=OS.unix=symlink; a" }, "Link d/a>b -> c")]
    public void A_link_is_cut_where_the_first_listing_has_its_name(string words, string[] first, string only) =>
        Assert.Equal([only], Complete(first, ["lrwxrwxrwx 1 u g 2 Nov 24 08:00 " + words]));

    [Fact]
    public void A_link_beside_a_file_whose_name_is_the_links_beginning_keeps_its_own()
    {
        Assert.Equal(["File d/a>", "Link d/a -> b>c"], Complete(["type=file;size=1; a", "type=OS.unix=symlink; a -> b"], ["-rw-r--r-- 1 u g 1 Nov 24 08:00 a", "lrwxrwxrwx 1 u g 1 Nov 24 08:00 a -> b -> c"]));
    }

    private static List<string> Complete(string[] first, string[] second)
    {
        var directory = SitePath.Of("d");
        return [.. SecondListing.Complete(directory, Read(directory, machine: true, first), Read(directory, machine: false, second)).Select(static entry => $"{entry.Kind} {entry.Path}>{entry.LinkTarget}")];
    }

    private static IReadOnlyList<SiteEntry> Read(SitePath directory, bool machine, string[] lines)
    {
        var reader = new ListingReader(directory, machine, Now);
        foreach (var line in lines) reader.Line(Encoding.UTF8.GetBytes(line));
        return reader.Entries;
    }
}
