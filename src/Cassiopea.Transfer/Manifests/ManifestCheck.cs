using System.Globalization;
using System.Text;

namespace Cassiopea.Transfer.Manifests;

/// <summary>Whether a file is a manifest in its canonical form and agrees with its own header.</summary>
/// <param name="Header">What the header says; null when there is none.</param>
/// <param name="Differences">What is wrong, at most 20; empty when nothing is.</param>
public sealed record ManifestCheck(ManifestHeader? Header, IReadOnlyList<string> Differences)
{
    private const int MostDifferences = 20;

    /// <summary>Reads the octets of a whole manifest.</summary>
    /// <param name="octets">The file.</param>
    public static ManifestCheck Of(ReadOnlySpan<byte> octets)
    {
        var differences = new List<string>();
        if (octets.Length > 0 && octets[^1] != '\n') Differ($"The last line has no end: the file is cut.");
        var header = ReadHeader(octets, out var start);
        if (header is null) return new(null, [.. differences, $"The first {ManifestHeader.Lines} lines are not the header of a manifest."]);

        var (number, messages, folders, bytes) = (ManifestHeader.Lines, 0L, 0L, 0L);
        ReadOnlySpan<byte> before = default, folder = default;
        for (var rest = octets[start..]; rest.Length > 0;)
        {
            number++;
            var end = rest.IndexOf((byte)'\n');
            var line = end < 0 ? rest : rest[..end];
            rest = end < 0 ? default : rest[(end + 1)..];
            messages++;
            if (!ManifestLine.TryMeasure(line, out var name, out var size))
            {
                Differ($"Line {number} is not folder, date, flags, size and SHA-256.");
                continue;
            }

            if (line.SequenceCompareTo(before) < 0) Differ($"Line {number} is not in its place: lines are sorted by their octets.");
            if (!line[..name].SequenceEqual(folder)) folders++;
            bytes += size;
            before = line;
            folder = line[..name];
        }

        Count("messages", header.Messages, messages);
        Count("folders", header.Folders, folders);
        Count("bytes", header.Bytes, bytes);
        return new(header, differences);

        void Count(string what, long said, long found)
        {
            if (said != found) differences.Add(string.Create(CultureInfo.InvariantCulture, $"The header says {said} {what}, the lines make {found}."));
        }

        void Differ(FormattableString text)
        {
            if (differences.Count < MostDifferences - 3) differences.Add(text.ToString(CultureInfo.InvariantCulture));
        }
    }

    private static ManifestHeader? ReadHeader(ReadOnlySpan<byte> octets, out int length)
    {
        length = 0;
        for (var line = 0; line < ManifestHeader.Lines; line++)
        {
            var end = octets[length..].IndexOf((byte)'\n');
            if (end < 0) return null;
            length += end + 1;
        }

        var values = Encoding.UTF8.GetString(octets[..length]).Split('\n').Take(ManifestHeader.Lines).Select(static line => line[(line.IndexOf('\t', StringComparison.Ordinal) + 1)..]).ToList();
        if (!Number(values[2], out var folders) || !Number(values[3], out var messages) || !Number(values[4], out var bytes)) return null;
        var header = new ManifestHeader(ManifestLine.Unescape(values[1]), folders, messages, bytes);
        return Encoding.UTF8.GetBytes(header.ToString()).AsSpan().SequenceEqual(octets[..length]) ? header : null;
    }

    private static bool Number(string text, out long number) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
