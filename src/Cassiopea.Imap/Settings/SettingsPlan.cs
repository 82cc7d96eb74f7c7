using Cassiopea.Imap.Mailbox;

namespace Cassiopea.Imap.Settings;

/// <summary>Where a folder and whose a name is at the target.</summary>
internal sealed class SettingsPlan
{
    private readonly Dictionary<string, (string Wire, string Path)> _folders = new(StringComparer.Ordinal);
    private readonly MailboxSettingsOptions _options;

    public SettingsPlan(IReadOnlyList<MappedFolder> mapped, AccountFolders target, MailboxSettingsOptions options)
    {
        _options = options;
        _folders[""] = ("", "");
        foreach (var folder in mapped)
        {
            if (target.Find(folder.Target) is { Selectable: true } there) _folders[folder.SourcePath] = (there.Name, folder.TargetPath);
        }
    }

    /// <summary>Null when it is not at the target.</summary>
    public (string Wire, string Path)? Folder(string path) => _folders.TryGetValue(path, out var found) ? found : null;

    /// <summary>
    /// The name at the target: given, or an address, which is the same person everywhere. A bare login name may be somebody else's there, and
    /// <c>anyone</c> would be everybody at the new provider: these are not taken as they are.
    /// </summary>
    public string? Identifier(string identifier)
    {
        var (sign, name) = identifier.StartsWith('-') ? ("-", identifier[1..]) : ("", identifier);
        foreach (var (from, to) in _options.Identifiers)
        {
            if (from.Equals(name, StringComparison.OrdinalIgnoreCase)) return sign + to;
        }

        return name.Contains('@', StringComparison.Ordinal) ? identifier : null;
    }
}
