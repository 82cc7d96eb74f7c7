namespace Cassiopea.Lab.Manifest;

/// <summary>What is not equal between two mailboxes.</summary>
/// <param name="Folder">The source's folder, parts joined by '/'.</param>
/// <param name="What">missing, extra, NUL, date, flags, keywords, folder, subscription or order.</param>
/// <param name="Detail">Which message or folder, and both values.</param>
public sealed record ManifestDifference(string Folder, string What, string Detail);

/// <summary>Compares two mailboxes message by message: same octets, instant, flags and keywords, as many times, in the same order.</summary>
public static class ManifestComparison
{
    private static readonly Dictionary<string, string> UseOfName = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Envoyés"] = "\\sent",
        ["Sent"] = "\\sent",
        ["Sent Items"] = "\\sent",
        ["Sent Messages"] = "\\sent",
        ["Verzonden"] = "\\sent",
        ["Brouillons"] = "\\drafts",
        ["Drafts"] = "\\drafts",
        ["Corbeille"] = "\\trash",
        ["Trash"] = "\\trash",
        ["Indésirables"] = "\\junk",
        ["Spam"] = "\\junk",
        ["Junk"] = "\\junk",
        ["Archives"] = "\\archive",
        ["Archive"] = "\\archive",
    };

    /// <summary>
    /// All differences; empty = equal. A source folder stands at the target under its own path, or under its special use when the target has
    /// one; <paramref name="mapping"/> (source path to target path, parts joined by U+001F) overrides. Several source folders may share one target.
    /// </summary>
    public static IReadOnlyList<ManifestDifference> Compare(MailManifest source, MailManifest target, IReadOnlyDictionary<string, string>? mapping = null)
    {
        var differences = new List<ManifestDifference>();
        var groups = source.Folders.Values.GroupBy(f => TargetPath(f, target, mapping), StringComparer.Ordinal).ToArray();
        foreach (var group in groups)
        {
            var name = group.First().Path.Replace('\u001f', '/');
            if (!target.Folders.TryGetValue(group.Key, out var there))
            {
                differences.Add(new(name, "folder", $"not at the target ({group.Sum(f => f.Messages.Count)} messages)"));
                continue;
            }

            CompareFolder(name, [.. group.SelectMany(f => f.Messages)], there.Messages, ordered: group.Count() == 1, differences);
        }

        var expected = groups.Select(g => g.Key).ToHashSet(StringComparer.Ordinal);
        foreach (var extra in target.Folders.Values.Where(f => !expected.Contains(f.Path) && f.Messages.Count > 0))
            differences.Add(new(extra.Path.Replace('\u001f', '/'), "extra", $"folder with {extra.Messages.Count} messages that the source has not"));
        foreach (var folder in source.Folders.Values)
            if (source.Subscribed.Contains(folder.Path) != target.Subscribed.Contains(TargetPath(folder, target, mapping)) && folder.Path != "INBOX")
                differences.Add(new(folder.Path.Replace('\u001f', '/'), "subscription", source.Subscribed.Contains(folder.Path) ? "lost" : "added"));
        return differences;
    }

    private static string TargetPath(ManifestFolder folder, MailManifest target, IReadOnlyDictionary<string, string>? mapping)
    {
        if (mapping is not null && mapping.TryGetValue(folder.Path, out var chosen))
            return chosen;
        if (target.Folders.ContainsKey(folder.Path))
            return folder.Path;
        var parts = folder.Path.Split('\u001f');
        var use = folder.SpecialUse.Length > 0 ? folder.SpecialUse : UseOfName.GetValueOrDefault(parts[0], "");
        var special = use.Length == 0 ? null : target.Folders.Values.FirstOrDefault(f => f.SpecialUse == use);
        return special is null ? folder.Path : string.Join('\u001f', [special.Path, .. parts.Skip(1)]);
    }

    private static void CompareFolder(string name, List<ManifestMessage> source, IReadOnlyList<ManifestMessage> target, bool ordered, List<ManifestDifference> differences)
    {
        var before = differences.Count;
        var there = target.GroupBy(m => m.Sha256, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.ToList(), StringComparer.Ordinal);
        foreach (var message in source)
        {
            if (!there.TryGetValue(message.Sha256, out var same) || same.Count == 0)
            {
                differences.Add(new(name, "missing", $"UID {message.Uid}, {message.Size} octets, SHA-256 {message.Sha256}"));
                continue;
            }

            var twin = same.Find(m => m.BinarySha256 == message.BinarySha256 && m.InternalDate == message.InternalDate && m.Flags == message.Flags && m.Keywords == message.Keywords) ?? same[0];
            same.Remove(twin);
            if (twin.BinarySha256 != message.BinarySha256 && twin.BinarySha256.Length > 0 && message.BinarySha256.Length > 0)
                differences.Add(new(name, "NUL", $"UID {message.Uid}: a NUL octet arrived as another"));
            if (twin.InternalDate != message.InternalDate)
                differences.Add(new(name, "date", $"UID {message.Uid}: {message.InternalDate:O}, at the target {twin.InternalDate:O}"));
            if (twin.Flags != message.Flags)
                differences.Add(new(name, "flags", $"UID {message.Uid}: ({message.Flags}), at the target ({twin.Flags})"));
            if (twin.Keywords != message.Keywords)
                differences.Add(new(name, "keywords", $"UID {message.Uid}: ({message.Keywords}), at the target ({twin.Keywords})"));
        }

        foreach (var extra in there.Values.SelectMany(m => m))
            differences.Add(new(name, "extra", $"at the target UID {extra.Uid}, {extra.Size} octets, SHA-256 {extra.Sha256}"));
        if (ordered && differences.Count == before && !source.Select(m => m.Sha256).SequenceEqual(target.Select(m => m.Sha256), StringComparer.Ordinal))
            differences.Add(new(name, "order", "the same messages in another order"));
    }
}
