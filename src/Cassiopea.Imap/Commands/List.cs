using System.Text;
using Cassiopea.Imap.Wire;

namespace Cassiopea.Imap.Commands;

/// <summary>The uses of RFC 6154 that a folder can be for.</summary>
internal enum SpecialUse
{
    None,
    All,
    Archive,
    Drafts,
    Flagged,
    Important,
    Junk,
    Sent,
    Trash,
}

/// <summary>What LIST, LSUB and STATUS say of one folder.</summary>
internal sealed class ListedFolder(string name, char? separator)
{
    /// <summary>The name exactly as the server writes it, one character an octet.</summary>
    public string Name { get; } = name;

    public char? Separator { get; } = separator;

    public bool Selectable { get; set; } = true;

    public bool Exists { get; set; } = true;

    /// <summary>True for a shared folder or one of somebody else.</summary>
    public bool Foreign { get; set; }

    public bool Subscribed { get; set; }

    public SpecialUse Use { get; set; }

    public FolderStatus? Status { get; set; }
}

/// <summary>LIST, RFC 9051 §6.3.9 with RFC 5258, RFC 5819 and RFC 6154; LSUB and STATUS where those are not offered.</summary>
internal static class List
{
    /// <summary>Asks for every folder with subscription, use and status: one round trip with LIST-STATUS, else two.</summary>
    public static (uint List, uint Lsub, string Items) BeginList(this ImapConnection connection, bool sizes)
    {
        var items = Status.Items(connection.Capabilities, sizes);
        if (!connection.Capabilities.ListExtended) return (connection.BeginLine("LIST \"\" \"*\""), connection.BeginLine("LSUB \"\" \"*\""), items);
        var use = connection.Capabilities.SpecialUse ? " SPECIAL-USE" : "";
        var status = connection.Capabilities.ListStatus ? $" STATUS ({items})" : "";
        return (connection.BeginLine($"LIST \"\" \"*\" RETURN (SUBSCRIBED{use}{status})"), 0, items);
    }

    public static async ValueTask<List<ListedFolder>> EndListAsync(this ImapConnection connection, (uint List, uint Lsub, string Items) asked, CancellationToken token)
    {
        var folders = new Folders(connection.Limits.Folders);
        await connection.EndOkAsync(asked.List, "LIST", folders.Take, token);
        if (asked.Lsub != 0) await connection.EndAsync(asked.Lsub, folders.Take, token);
        if (!connection.Capabilities.ListExtended || !connection.Capabilities.ListStatus) await StatusesAsync(connection, folders, asked.Items, token);
        return folders.All;
    }

    private static async ValueTask StatusesAsync(ImapConnection connection, Folders folders, string items, CancellationToken token)
    {
        foreach (var some in folders.All.Where(static folder => folder is { Selectable: true, Exists: true }).Chunk(100))
        {
            var tags = new List<(uint Tag, ListedFolder Folder)>(some.Length);
            foreach (var folder in some) tags.Add((connection.BeginStatus(folder.Name, items), folder));
            foreach (var (tag, folder) in tags)
            {
                var status = await connection.EndAsync(tag, folders.Take, token);
                if (status.Ok && folder.Status is null) folder.Selectable = false;
                if (!status.Ok) folder.Selectable = status.Code is not ("NONEXISTENT" or "") && folder.Selectable;
            }
        }
    }

    private sealed class Folders(int limit)
    {
        private readonly Dictionary<string, ListedFolder> _byName = new(StringComparer.Ordinal);

        public List<ListedFolder> All { get; } = [];

        public void Take(uint number, ReadOnlySpan<byte> name, ref ImapTokens rest)
        {
            if (Ascii.EqualsIgnoreCase(name, "LIST"u8)) TakeList(ref rest, subscribed: false);
            else if (Ascii.EqualsIgnoreCase(name, "LSUB"u8)) TakeList(ref rest, subscribed: true);
            else if (Ascii.EqualsIgnoreCase(name, "STATUS"u8)) TakeStatus(ref rest);
        }

        private void TakeStatus(ref ImapTokens rest)
        {
            var name = Encoding.Latin1.GetString(rest.AString());
            rest.SkipSpaces();
            if (_byName.TryGetValue(name, out var folder)) folder.Status = Status.Read(ref rest);
            else if (name.Equals("INBOX", StringComparison.OrdinalIgnoreCase)
                && All.Find(static one => one.Name.Equals("INBOX", StringComparison.OrdinalIgnoreCase)) is { } inbox) inbox.Status = Status.Read(ref rest);
        }

        private void TakeList(ref ImapTokens rest, bool subscribed)
        {
            var (selectable, exists, marked, use) = (true, true, false, SpecialUse.None);
            rest.Take((byte)'(');
            while (!rest.TryTake((byte)')'))
            {
                var flag = rest.AString();
                if (Is(flag, "\\Noselect"u8)) selectable = false;
                else if (Is(flag, "\\NonExistent"u8)) (selectable, exists) = (false, false);
                else if (Is(flag, "\\Subscribed"u8)) marked = true;
                else if (UseOf(flag) is { } found) use = found;
                rest.SkipSpaces();
            }

            rest.SkipSpaces();
            char? separator = null;
            if (!rest.TryNil() && rest.AString() is [var octet, ..]) separator = (char)octet;
            rest.SkipSpaces();
            var name = Encoding.Latin1.GetString(rest.AString());
            if (subscribed)
            {
                // LSUB marks a name \Noselect when only a child of it is subscribed (RFC 3501 §6.3.9).
                if (selectable && _byName.TryGetValue(name, out var known)) known.Subscribed = true;
                return;
            }

            if (_byName.ContainsKey(name)) return;
            if (All.Count >= limit) throw new ImapSyntaxException($"The account has more than {limit} folders.");
            var folder = new ListedFolder(name, separator) { Selectable = selectable, Exists = exists, Subscribed = marked, Use = use };
            _byName[name] = folder;
            All.Add(folder);
        }

        private static bool Is(ReadOnlySpan<byte> flag, ReadOnlySpan<byte> word) => Ascii.EqualsIgnoreCase(flag, word);

        private static SpecialUse? UseOf(ReadOnlySpan<byte> flag)
        {
            if (flag.Length < 4 || flag[0] != (byte)'\\') return null;
            foreach (var use in Enum.GetValues<SpecialUse>())
            {
                if (use != SpecialUse.None && Ascii.EqualsIgnoreCase(flag[1..], Encoding.ASCII.GetBytes(use.ToString()))) return use;
            }

            return null;
        }
    }
}
