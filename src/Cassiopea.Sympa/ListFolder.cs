using System.Security.Cryptography;
using System.Text;
using System.Text.Unicode;
using Cassiopea.Sympa.Bundle;
using Cassiopea.Sympa.Format;
using Cassiopea.Sympa.Host;
using static Cassiopea.Sympa.Host.SympaShell;

namespace Cassiopea.Sympa;

/// <summary>The files of a list beside its config, its people and its archive: templates, scenarios, filters, shared documents; texts name the new list.</summary>
internal static class ListFolder
{
    // what each Sympa writes by itself
    private static readonly string[] Own = ["config", "stats", "msg_count", "topics", "aliases.before-forward", "config.before-freeze"];
    private const int LargestText = 1 << 20;

    /// <summary>Names in the list's folder and what they must hold at the new host.</summary>
    public static IEnumerable<(string Name, Func<byte[]> Content)> Wanted(ListBundle bundle, ListAddress from, ListAddress to) =>
        bundle.ListFiles().Where(static one => IsCarried(one.Name)).Select(one => (one.Name, (Func<byte[]>)(() => Content(one.Name, one.File, from, to))));

    /// <summary>SHA-256 of each file in the folder of the list at the host.</summary>
    public static async Task<Dictionary<string, string>> ThereAsync(SympaHost host, ListAddress list, CancellationToken token)
    {
        var text = await host.LineAsync($"[ -d {Quote(host.FolderOf(list))} ] || exit 0; cd {Quote(host.FolderOf(list))} && {SympaHost.Found("-type f", "xargs -0 -r -a \"$t\" sha256sum")}", token);
        return text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(static line => line.Length > 68 && line[0] != '\\').ToDictionary(static line => line[68..], static line => line[..64], StringComparer.Ordinal);
    }

    /// <summary>What is to be written: new or changed at the old list since it was given last, and not changed at the new one since.</summary>
    public static Dictionary<string, byte[]> Missing(IEnumerable<(string Name, Func<byte[]> Content)> wanted, Dictionary<string, string> there, IReadOnlyDictionary<string, string> last)
    {
        var missing = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var (name, read) in wanted)
        {
            var (content, given) = (read(), last.GetValueOrDefault(name));
            var hash = Hash(content);
            if (there.TryGetValue(name, out var present) ? present != hash && hash != given && (given is null || present == given) : given is null) missing[name] = content;
        }

        return missing;
    }

    public static string Hash(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content));

    /// <summary>Lines that still name the old domain after every address was rewritten: a person must look.</summary>
    public static IEnumerable<ListFinding> LeftOvers(IEnumerable<(string Name, Func<byte[]> Content)> wanted, ListAddress from, ListAddress to)
    {
        if (from.Robot == to.Robot) yield break;
        foreach (var (name, read) in wanted.Where(static one => IsText(one.Name)))
        {
            var number = 0;
            foreach (var line in Encoding.Latin1.GetString(read()).Split('\n'))
            {
                number++;
                if (line.Contains(from.Robot, StringComparison.OrdinalIgnoreCase)) yield return new(name, number, "old-domain", "The old domain is still named here.");
            }
        }
    }

    private static bool IsCarried(string name) => !name.EndsWith(".dump", StringComparison.Ordinal) && !name.Contains("config.bin", StringComparison.Ordinal) && !Own.Contains(name, StringComparer.Ordinal);

    private static bool IsText(string name) => !name.StartsWith("shared/", StringComparison.Ordinal);

    private static byte[] Content(string name, string file, ListAddress from, ListAddress to)
    {
        var octets = File.ReadAllBytes(file);
        return IsText(name) && octets.Length <= LargestText && Utf8.IsValid(octets) ? Encoding.UTF8.GetBytes(to.Rewrite(Encoding.UTF8.GetString(octets), from)) : octets;
    }
}
