using System.Text;
using Cassiopea.Ftp.Wire;
using Cassiopea.Transfer;

namespace Cassiopea.Ftp.Listing;

/// <summary>Completes MLSD with what only LIST shows, and with where links lead.</summary>
internal static class SecondListing
{
    // pure-ftpd leaves names with control characters out of every listing except the matches of a pattern: all names with an octet outside of " " to "~".
    private static ReadOnlySpan<byte> LeftOutByPureFtpd => """-lad *[!\ -~]* .*[!\ -~]*"""u8;

    /// <summary>True for a source whose MLSD leaves names out.</summary>
    /// <param name="side">Whose side it is.</param>
    /// <param name="features">The server's.</param>
    public static bool IsNeeded(TransferSide side, FtpFeatures features) => features.Mlsd && side == TransferSide.Source && features.Family != ServerFamily.Other;

    /// <summary>What LIST is given.</summary>
    /// <param name="family">The server's.</param>
    public static ReadOnlySpan<byte> Argument(ServerFamily family) => family == ServerFamily.PureFtpd ? LeftOutByPureFtpd : "-a"u8;

    /// <summary>The second listing was refused: what MLSD gave is copied, that it may not be all is listed.</summary>
    /// <param name="refusal">The server's.</param>
    public static SiteEntry Refused(SiteException refusal) =>
        new(SitePath.Of(Encoding.UTF8.GetBytes("LIST " + refusal.Message)), SiteEntryKind.Unknown, -1, 0, TimePrecision.None, null);

    /// <summary>All of the first listing, then what only the second has.</summary>
    /// <param name="directory">Whose listings they are.</param>
    /// <param name="first">MLSD: its names, sizes and times count.</param>
    /// <param name="second">LIST: a name in it may be cut at a wrong <c> -> </c>, a line of it may not be understood.</param>
    public static IReadOnlyList<SiteEntry> Complete(SitePath directory, IReadOnlyList<SiteEntry> first, IReadOnlyList<SiteEntry> second)
    {
        var entries = first.ToList();
        var places = new Dictionary<SitePath, int>();
        for (var i = 0; i < entries.Count; i++)
            if (entries[i].Kind != SiteEntryKind.Unknown) places.TryAdd(entries[i].Path, i);
        foreach (var entry in second)
        {
            switch (entry.Kind)
            {
                case SiteEntryKind.Link when Link(entry, entries, places) is { } place:
                    entries[place.At] = entries[place.At] with { Kind = SiteEntryKind.Link, LinkTarget = place.Target };
                    break;
                case SiteEntryKind.Special when places.TryGetValue(entry.Path, out var at):
                    entries[at] = entries[at] with { Kind = SiteEntryKind.Special };
                    break;
                case SiteEntryKind.Unknown when EndsInAName(directory, entry.Path.Bytes, places):
                    break;
                case SiteEntryKind.Unknown:
                    entries.Add(entry);
                    break;
                default:
                    if (places.TryAdd(entry.Path, entries.Count)) entries.Add(entry);
                    break;
            }
        }

        return entries;
    }

    // A link's name may hold " -> " itself: of all ways to cut the line, the one that gives a name of the first listing is right.
    private static (int At, SitePath Target)? Link(SiteEntry link, List<SiteEntry> entries, Dictionary<SitePath, int> places)
    {
        (int At, SitePath Target)? found = null;
        var line = link.Path.With(" -> "u8).With(link.LinkTarget.Bytes).Bytes;
        for (var cut = 0; line[cut..].IndexOf(" -> "u8) is var next and >= 0; cut++)
        {
            cut += next;
            if (!places.TryGetValue(SitePath.Of(line[..cut]), out var at)) continue;
            if (found is null || (entries[at].Kind == SiteEntryKind.Link && entries[found.Value.At].Kind != SiteEntryKind.Link)) found = (at, SitePath.Of(line[(cut + 4)..]));
        }

        return found;
    }

    private static bool EndsInAName(SitePath directory, ReadOnlySpan<byte> line, Dictionary<SitePath, int> places)
    {
        for (var at = line.IndexOf((byte)' ') + 1; at > 0 && at < line.Length;)
        {
            if (places.ContainsKey(directory.Child(line[at..]))) return true;
            var next = line[at..].IndexOf((byte)' ');
            if (next < 0) return false;
            at += next + 1;
        }

        return false;
    }
}
