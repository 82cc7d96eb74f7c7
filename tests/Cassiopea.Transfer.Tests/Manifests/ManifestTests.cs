using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Cassiopea.Transfer.Manifests;

namespace Cassiopea.Transfer.Tests.Manifests;

[Trait("Requirement", "mail-R25")]
public sealed class ManifestTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("cassiopea-manifest-").FullName;

    private string Manifest => Path.Combine(_folder, "MANIFEST");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_form_is_a_header_and_sorted_lines()
    {
        var (header, sha256) = await WriteAsync([Line("b", 2), Line("INBOX", 1), Line("INBOX", 1), new("é\t\n\\", "unknown", "", 0, new string('f', 64))]);
        var hash = new string('a', 64);
        Assert.Equal(
            "format\tcassiopea-manifest 1\naccount\timap://a@b:993/\nfolders\t3\nmessages\t4\nbytes\t4\n"
            + $"INBOX\t2026-11-24T11:00:00Z\t\\Flagged \\Seen\t1\t{hash}\nINBOX\t2026-11-24T11:00:00Z\t\\Flagged \\Seen\t1\t{hash}\n"
            + $"b\t2026-11-24T11:00:00Z\t\\Flagged \\Seen\t2\t{hash}\né\\t\\n\\\\\tunknown\t\t0\t{new string('f', 64)}\n",
            await File.ReadAllTextAsync(Manifest));
        var octets = await File.ReadAllBytesAsync(Manifest);
        Assert.Equal((Convert.ToHexStringLower(SHA256.HashData(octets)), 4L), (sha256, header.Messages));
        Assert.Equal((header, 0), (ManifestCheck.Of(octets).Header, ManifestCheck.Of(octets).Differences.Count));
    }

    [Fact]
    public async Task The_order_in_which_messages_are_added_and_the_memory_make_no_difference()
    {
        var random = new Random(3);
        var lines = Enumerable.Range(0, 5000).Select(number => Line("folder " + (number % 7 == 0 ? "\U0001F4EC" : "\uFB01") + random.Next(40).ToString(CultureInfo.InvariantCulture), random.Next(100_000))).ToArray();
        var (_, first) = await WriteAsync(lines);
        var whole = await File.ReadAllBytesAsync(Manifest);
        random.Shuffle(lines);
        Assert.Equal(first, (await WriteAsync(lines, memory: 20_000)).Sha256);
        Assert.Equal([Manifest], Directory.GetFiles(_folder));
        Assert.Empty(ManifestCheck.Of(whole).Differences);
        var rows = Encoding.UTF8.GetString(whole).Split('\n')[5..^1].Select(Encoding.UTF8.GetBytes).ToList();
        Assert.All(rows.Zip(rows.Skip(1)), static pair => Assert.True(pair.First.AsSpan().SequenceCompareTo(pair.Second) <= 0));
    }

    [Theory]
    [InlineData("Inbox")]
    [InlineData("a\tb\nc\\d\\t\\\\")]
    [InlineData("\\n")]
    [InlineData("Courrier envoyé/2019")]
    public void Any_name_of_a_folder_comes_back(string folder)
    {
        var text = Line(folder, 5).ToString();
        Assert.Equal((4, 0), (text.Count(static letter => letter == '\t'), text.Count(static letter => letter == '\n')));
        Assert.Equal(Line(folder, 5), ManifestLine.Parse(text));
    }

    [Fact]
    public async Task What_is_not_a_message_is_refused()
    {
        foreach (var wrong in (ManifestLine[])[Line("", 1), Line("a", -1), Line("a", 1) with { Flags = "x\ty" }, Line("a", 1) with { Flags = "x\ny" }, Line("a", 1) with { Date = "today" }, Line("a", 1) with { Sha256 = new('A', 64) }])
            await Assert.ThrowsAsync<InvalidDataException>(() => WriteAsync([wrong]));
        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Fact]
    public async Task A_line_taken_away_added_moved_or_cut_is_told()
    {
        await WriteAsync([Line("a", 1), Line("b", 2), Line("c", 3)]);
        var rows = (await File.ReadAllTextAsync(Manifest)).Split('\n')[..^1];
        Assert.Contains("The header says 3 messages, the lines make 2.", Check([.. rows[..6], rows[7]]));
        Assert.Contains("The header says 6 bytes, the lines make 7.", Check([.. rows, rows[5].Replace("a\t", "d\t", StringComparison.Ordinal)]));
        Assert.Equal(["Line 7 is not in its place: lines are sorted by their octets."], Check([rows[0], rows[1], rows[2], rows[3], rows[4], rows[6], rows[5], rows[7]]));
        Assert.Contains("Line 8 is not folder, date, flags, size and SHA-256.", Check([.. rows[..7], rows[7][..^1]]));
        Assert.Equal(["The last line has no end: the file is cut."], ManifestCheck.Of(Encoding.UTF8.GetBytes(string.Join('\n', rows))).Differences);
        Assert.Null(ManifestCheck.Of(Encoding.UTF8.GetBytes(string.Join('\n', rows[1..]))).Header);
        Assert.Null(ManifestCheck.Of(default).Header);
    }

    private static IReadOnlyList<string> Check(string[] rows) => ManifestCheck.Of(Encoding.UTF8.GetBytes(string.Join('\n', rows) + "\n")).Differences;

    private static ManifestLine Line(string folder, long size) => new(folder, "2026-11-24T11:00:00Z", "\\Flagged \\Seen", size, new('a', 64));

    private async Task<(ManifestHeader Header, string Sha256)> WriteAsync(IEnumerable<ManifestLine> lines, int memory = 1 << 20)
    {
        using var writer = new ManifestWriter(Manifest, "imap://a@b:993/", memory);
        foreach (var line in lines) writer.Add(line);
        return await writer.EndAsync(CancellationToken.None);
    }
}
