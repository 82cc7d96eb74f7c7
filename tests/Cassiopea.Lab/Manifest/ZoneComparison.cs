using System.Globalization;
using Cassiopea.Lab.Seed;
using Cassiopea.Lab.Servers;

namespace Cassiopea.Lab.Manifest;

/// <summary>Asks both hosts and the registry by Knot's own kdig: every record set as before, but for what the old host's end changes; and the delegation.</summary>
internal static class ZoneComparison
{
    public static async Task<Comparison> CompareAsync(LabDomain domain, CancellationToken token)
    {
        var differences = new List<string>();
        foreach (var (name, type) in ZoneSeed.Sets)
        {
            var full = name == "@" ? domain.Name : $"{name}.{domain.Name}";
            var wanted = ZoneSeed.AtNewHost(await AskAsync(domain.OldDns, full, type, token));
            var got = await AskAsync(domain.NewDns, full, type, token);
            if (wanted != got || wanted.Length == 0)
                differences.Add($"{full} {type}: {wanted} became {got}");
        }

        foreach (var (what, port) in new[] { ("the new host", domain.NewDns), ("the registry", domain.Registry) })
        {
            var servers = await AskAsync(port, domain.Name, "NS", token);
            if (servers != string.Join(" | ", domain.NewServers.Order(StringComparer.Ordinal)))
                differences.Add($"name servers at {what}: {servers}");
        }

        return new Comparison(ZoneSeed.Sets.Count + 2, 0, differences);
    }

    // data of the answer, or of the referral that a registry gives, without TTLs
    private static async Task<string> AskAsync(int port, string name, string type, CancellationToken token)
    {
        var output = await Tool.DemandAsync(
            new ChildProgram("/usr/bin/kdig", "@127.0.0.1", "-p", port.ToString(CultureInfo.InvariantCulture), "+norec", "+noall", "+answer", "+authority", name, type), token);
        var records = output.Split('\n').Where(line => line.Length > 0 && line[0] != ';').Select(line => line.Split((char[])['\t', ' '], 5, StringSplitOptions.RemoveEmptyEntries))
            .Where(fields => fields.Length == 5 && fields[3] == type && fields[0].Equals(name + ".", StringComparison.OrdinalIgnoreCase)).Select(fields => fields[4]);
        return string.Join(" | ", records.Order(StringComparer.Ordinal));
    }
}
