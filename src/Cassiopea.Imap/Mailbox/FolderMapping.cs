using System.Globalization;
using Cassiopea.Imap.Commands;
using Cassiopea.Imap.Journal;

namespace Cassiopea.Imap.Mailbox;

/// <summary>Where a source folder goes.</summary>
/// <param name="Source">The source folder.</param>
/// <param name="SourcePath">Its path, <c>/</c> between levels.</param>
/// <param name="Target">Name at the target as on the wire.</param>
/// <param name="TargetPath">Path at the target.</param>
/// <param name="Excluded">True when left out by a decision.</param>
internal sealed record MappedFolder(ListedFolder Source, string SourcePath, string Target, string TargetPath, bool Excluded);

/// <summary>
/// Chooses the target folder of each source folder: what the journal says, else a given map, else the special use, else the same path in the
/// target's manner. Two source folders never share one target folder.
/// </summary>
internal sealed class FolderMapping(MailboxTransferOptions options, NameStyle source, NameStyle target, IReadOnlyList<ListedFolder> targetFolders, bool gmail = false)
{
    private readonly HashSet<string> _used = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string[]> _moved = new(StringComparer.Ordinal);

    /// <summary>Maps every folder of the list; <paramref name="known"/> is the journal's choice of an earlier pass.</summary>
    public List<MappedFolder> Map(IReadOnlyList<ListedFolder> folders, Func<string, JournalFolder?> known)
    {
        var levels = folders.ToDictionary(static folder => folder.Name, folder => LevelsOf(source, folder), StringComparer.Ordinal);
        foreach (var folder in folders)
        {
            if (known(folder.Name) is not { } before) continue;
            _used.Add(Key(before.Target));
            _moved[NameStyle.Path(levels[folder.Name])] = target.Levels(before.Target);
        }

        foreach (var (from, to) in options.FolderMap) _moved.TryAdd(from, NameStyle.FromPath(to));
        if (options.MapSpecialUse) MapUses(folders, levels);
        if (gmail) MapGmail(folders, levels);

        var mapped = new List<MappedFolder>(folders.Count);
        foreach (var folder in folders.OrderBy(folder => Order(folder, levels[folder.Name])).ThenBy(static folder => folder.Name, StringComparer.Ordinal))
        {
            var path = NameStyle.Path(levels[folder.Name]);
            var name = known(folder.Name)?.Target ?? Free(Moved(levels[folder.Name]));
            mapped.Add(new(folder, path, name, NameStyle.Path(target.Levels(name)), IsExcluded(path)));
        }

        return mapped;
    }

    private void MapUses(IReadOnlyList<ListedFolder> folders, Dictionary<string, string[]> levels)
    {
        foreach (var use in Enum.GetValues<SpecialUse>().Where(static use => use is not (SpecialUse.None or SpecialUse.All or SpecialUse.Flagged or SpecialUse.Important)))
        {
            var from = Find(folders, use, folder => levels[folder.Name]);
            var to = Find(targetFolders, use, folder => target.Levels(folder.Name));
            if (from is null || to is null) continue;
            _moved.TryAdd(NameStyle.Path(levels[from.Name]), target.Levels(to.Name));
        }
    }

    /// <summary>The levels of a folder; a shared one is written in the manner of its own namespace and keeps its prefix.</summary>
    public static string[] LevelsOf(NameStyle source, ListedFolder folder) =>
        folder.Foreign ? new NameStyle("", folder.Separator).Levels(folder.Name) : source.Levels(folder.Name);

    /// <summary>True when a map says where a shared folder, or one above it, goes.</summary>
    public static bool IsMapped(MailboxTransferOptions options, string path) =>
        options.FolderMap.Keys.Any(from => path.Equals(from, StringComparison.Ordinal) || path.StartsWith(from + "/", StringComparison.Ordinal));

    /// <summary>All Mail holds what has no label: the archive. The container of Gmail's own folders is left away.</summary>
    private void MapGmail(IReadOnlyList<ListedFolder> folders, Dictionary<string, string[]> levels)
    {
        foreach (var folder in folders)
        {
            var path = levels[folder.Name];
            if (folder.Use == SpecialUse.All)
            {
                var archive = Find(targetFolders, SpecialUse.Archive, one => target.Levels(one.Name));
                _moved.TryAdd(NameStyle.Path(path), archive is null ? ["Archive"] : target.Levels(archive.Name));
            }
            else if (path is ["[Gmail]" or "[Google Mail]", var own])
            {
                _moved.TryAdd(NameStyle.Path(path), [own]);
            }
        }
    }

    private static ListedFolder? Find(IReadOnlyList<ListedFolder> folders, SpecialUse use, Func<ListedFolder, string[]> levels) =>
        folders.FirstOrDefault(folder => folder.Use == use)
        ?? folders.FirstOrDefault(folder => folder is { Use: SpecialUse.None, Exists: true } && levels(folder) is [var only] && SpecialFolders.ByName(only) == use);

    /// <summary>The given levels, or those of the nearest ancestor that goes elsewhere with the rest behind.</summary>
    private string[] Moved(string[] levels)
    {
        for (var count = levels.Length; count > 0; count--)
        {
            if (_moved.TryGetValue(NameStyle.Path(levels.Take(count)), out var to)) return [.. to, .. levels.Skip(count)];
        }

        return levels;
    }

    /// <summary>The name on the wire; with a number behind when another folder has it already.</summary>
    private string Free(string[] levels)
    {
        var name = target.Wire(levels);
        for (var number = 2; !_used.Add(Key(name)); number++)
        {
            name = target.Wire([.. levels[..^1], string.Create(CultureInfo.InvariantCulture, $"{levels[^1]} ({number})")]);
        }

        return name;
    }

    /// <summary>Folders that are sent somewhere by a rule choose first, then INBOX, then the rest.</summary>
    private int Order(ListedFolder folder, string[] levels) =>
        _moved.ContainsKey(NameStyle.Path(levels)) ? 0 : NameStyle.IsInbox(folder.Name) ? 1 : 2;

    private static string Key(string wire) => NameStyle.IsInbox(wire) ? "INBOX" : wire;

    private bool IsExcluded(string path) =>
        options.ExcludedFolders.Any(excluded => path.Equals(excluded, StringComparison.Ordinal) || path.StartsWith(excluded + "/", StringComparison.Ordinal));
}
