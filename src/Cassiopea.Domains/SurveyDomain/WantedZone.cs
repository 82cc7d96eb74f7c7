using System.Net;
using System.Text.RegularExpressions;
using Cassiopea.Zones;
using Cassiopea.Zones.Files;
using Microsoft.Extensions.Options;

namespace Cassiopea.Domains;

/// <summary>The zone as it shall be: a file that staff reviewed, or the old zone with what replaces what dies.</summary>
internal sealed class WantedZone(IOptions<DomainsOptions> options)
{
    /// <summary>Makes it.</summary>
    /// <param name="old">The old zone, without signing.</param>
    /// <param name="hosts">The new name servers; empty = they stay.</param>
    /// <param name="token">Cancels.</param>
    /// <exception cref="ZoneException">The file cannot be read.</exception>
    public async Task<Zone> MakeAsync(Zone old, IReadOnlyList<DnsName> hosts, CancellationToken token)
    {
        var file = options.Value.WantedFolder.Length > 0 ? Path.Combine(options.Value.WantedFolder, old.Origin.Host.Replace('/', '_') + ".zone") : "";
        var zone = file.Length > 0 && File.Exists(file)
            ? ZoneFileReader.Read(await File.ReadAllTextAsync(file, token), old.Origin).Zone.WithoutSigning()
            : Succeed(old, [.. options.Value.Successors.Select(static text => text.Split('=', 2)).Where(static parts => parts.Length == 2).Select(static parts => (parts[0].Trim(), parts[1].Trim()))]);
        return hosts.Count == 0
            ? zone
            : zone.With(new RecordSet(zone.Origin, RecordType.Ns, zone.Find(zone.Origin, RecordType.Ns)?.Ttl ?? 3600, hosts.Select(static host => RecordData.Parse(RecordType.Ns, host.Text))));
    }

    /// <summary>The zone with names, addresses and words in texts replaced.</summary>
    public static Zone Succeed(Zone zone, IReadOnlyList<(string Old, string New)> successors) => new(
        zone.Origin, zone.Sets.Select(set => set.Type == RecordType.Soa ? set : new RecordSet(set.Name, set.Type, set.Ttl, set.Data.Select(data => Succeed(data, successors)))));

    private static RecordData Succeed(RecordData data, IReadOnlyList<(string Old, string New)> successors)
    {
        if (data.JoinedText is { } text)
        {
            var changed = successors.Aggregate(text, static (now, one) => Regex.Replace(now, $@"(?<![\w.-]){Regex.Escape(one.Old)}(?![\w-]|\.\w)", one.New.Replace("$", "$$", StringComparison.Ordinal), RegexOptions.IgnoreCase, TimeSpan.FromSeconds(1)));
            return changed == text ? data : RecordData.OfText(changed);
        }

        if (data.Target is null && data.Type != RecordType.A && data.Type != RecordType.Aaaa) return data;
        var words = data.Text.Split(' ').Select(word => successors.Where(one => Same(word, one.Old)).Select(static one => Written(one.New)).FirstOrDefault() ?? word);
        return RecordData.Parse(data.Type, string.Join(' ', words));
    }

    private static bool Same(string word, string old) =>
        IPAddress.TryParse(old, out var address) ? IPAddress.TryParse(word, out var here) && here.Equals(address) : word.TrimEnd('.').Equals(old.TrimEnd('.'), StringComparison.OrdinalIgnoreCase);

    private static string Written(string successor) => IPAddress.TryParse(successor, out _) ? successor : successor.TrimEnd('.') + ".";
}
