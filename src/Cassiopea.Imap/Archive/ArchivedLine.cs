using System.Globalization;
using System.Text;
using Cassiopea.Imap.Mailbox;
using Cassiopea.Transfer.Manifests;
using Cassiopea.Transfer.Messages;

namespace Cassiopea.Imap.Archive;

/// <summary>
/// One line of the manifest of an archive: folder, UIDVALIDITY, UID, date, flags and keywords, size, SHA-256; in a part of a packed archive also
/// the entry that holds the message, and where in it. The folder's name is escaped as in a signed manifest (<see cref="ManifestLine"/>).
/// </summary>
internal sealed record ArchivedLine(string Folder, uint Validity, uint Uid, string Date, string Flags, long Size, string Hash, string Entry = "", long Offset = 0, long Length = 0)
{
    /// <summary>Names the message.</summary>
    public string Key => string.Create(CultureInfo.InvariantCulture, $"{ManifestLine.Escape(Folder)}\t{Validity}\t{Uid}");

    public DateTimeOffset? Received =>
        DateTimeOffset.TryParse(Date, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date) ? date.ToUniversalTime() : null;

    public InternalDate InternalDate => Received is { } date ? new(date.ToUnixTimeSeconds(), 0) : InternalDate.Unknown;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Key}\t{Date}\t{Flags}\t{Size}\t{Hash}")
        + (Entry.Length == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"\t{Entry}\t{Offset}\t{Length}"));

    /// <summary>Reads a line; null when it is none, as the last one of a run that was killed may be.</summary>
    public static ArchivedLine? Parse(string line)
    {
        var columns = line.Split('\t');
        if (columns.Length is not (7 or 10) || columns[0].Length == 0 || columns[6].Length != 64 || !columns[6].All(char.IsAsciiHexDigitLower)) return null;
        if (!uint.TryParse(columns[1], NumberStyles.None, CultureInfo.InvariantCulture, out var validity)
            || !uint.TryParse(columns[2], NumberStyles.None, CultureInfo.InvariantCulture, out var uid) || uid == 0
            || !long.TryParse(columns[5], NumberStyles.None, CultureInfo.InvariantCulture, out var size)) return null;
        var made = new ArchivedLine(ManifestLine.Unescape(columns[0]), validity, uid, columns[3], columns[4], size, columns[6]);
        if (columns.Length == 7) return made;
        return long.TryParse(columns[8], NumberStyles.None, CultureInfo.InvariantCulture, out var offset) && long.TryParse(columns[9], NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            ? made with { Entry = columns[7], Offset = offset, Length = length }
            : null;
    }

    /// <summary>The manifest of an archive's tree, or of one folder in it: the last line of a message counts.</summary>
    public static IEnumerable<ArchivedLine> Read(TextReader manifest, string? folder = null)
    {
        var found = new Dictionary<string, ArchivedLine>(StringComparer.Ordinal);
        foreach (var line in Each(manifest))
        {
            if (folder is null || line.Folder == folder) found[line.Key] = line;
        }

        return found.Values;
    }

    /// <summary>Every line, one after the other; what is no line is left out.</summary>
    public static IEnumerable<ArchivedLine> Each(TextReader manifest) => Lines(manifest).Select(static line => Parse(line.TrimEnd('\r'))).OfType<ArchivedLine>();

    /// <summary>Lines that end with LF and nothing else: CR is a character of a folder's name like others.</summary>
    private static IEnumerable<string> Lines(TextReader text)
    {
        var line = new StringBuilder();
        for (int letter; (letter = text.Read()) >= 0;)
        {
            if (letter != '\n')
            {
                line.Append((char)letter);
                continue;
            }

            yield return line.ToString();
            line.Clear();
        }

        if (line.Length > 0) yield return line.ToString();
    }

    /// <summary>The message as a store names it.</summary>
    public StoredMessage Stored(uint uid, string place) => new(uid, Flags, Size, Received, place);
}
