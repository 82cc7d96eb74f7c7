using System.Globalization;
using System.Text;

namespace Cassiopea.Zones.Files;

/// <summary>Writes a zone as a master file (RFC 1035 §5): every line with owner, TTL and class, so that no line depends on the one before.</summary>
public static class ZoneFileWriter
{
    /// <summary>The zone as text; lines end with LF.</summary>
    /// <param name="zone">The zone.</param>
    public static string Write(Zone zone)
    {
        var text = new StringBuilder(zone.Records * 60);
        text.Append(CultureInfo.InvariantCulture, $"$ORIGIN {zone.Origin.Text}\n");
        foreach (var set in zone.Sets)
            foreach (var data in set.Data)
                text.Append(CultureInfo.InvariantCulture, $"{set.Name.RelativeTo(zone.Origin)}\t{set.Ttl}\tIN\t{set.Type}\t{data.Text}\n");
        return text.ToString();
    }
}
