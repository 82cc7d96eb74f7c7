using Cassiopea.Imap.Wire;

namespace Cassiopea.Imap.Commands;

/// <summary>The UIDs of the opened folder: UID SEARCH RETURN (ALL), RFC 4731; UID FETCH where that is not offered.</summary>
internal static class Search
{
    public static uint BeginUids(this ImapConnection connection, uint from = 1) =>
        connection.Capabilities.ESearch
            ? connection.BeginLine($"UID SEARCH RETURN (ALL) UID {from}:*")
            : connection.BeginLine($"UID FETCH {from}:* (UID)");

    /// <summary>
    /// Ends what <see cref="BeginUids"/> began. <c>n:*</c> includes the last message even when its UID is below n (RFC 9051 §9,
    /// <c>seq-range</c>), so smaller ones are left out here.
    /// </summary>
    public static async ValueTask<UidSet> EndUidsAsync(this ImapConnection connection, uint tag, CancellationToken token, uint from = 1)
    {
        var found = new UidSet();
        connection.Reader.LineLimit = connection.Limits.UidLine;
        var status = await connection.EndAsync(tag, (uint _, ReadOnlySpan<byte> name, ref ImapTokens rest) =>
        {
            if (Ascii(name, "ESEARCH"u8))
            {
                found = ESearch(ref rest) ?? found;
            }
            else if (Ascii(name, "FETCH"u8))
            {
                var items = FetchItems.Read(ref rest);
                if (items.Uid != 0) found.Add(items.Uid);
            }
        }, token);
        connection.Reader.LineLimit = connection.Limits.Line;
        if (!status.Ok) throw connection.Refused(status, "UID SEARCH");
        return from <= 1 ? found : Above(found, from);
    }

    private static UidSet? ESearch(ref ImapTokens rest)
    {
        while (!rest.AtEnd)
        {
            rest.SkipSpaces();
            if (rest.Peek() == (byte)'(')
            {
                rest.Skip(4);
                continue;
            }

            var word = rest.Atom();
            rest.SkipSpaces();
            if (Ascii(word, "UID"u8)) continue;
            if (Ascii(word, "ALL"u8)) return UidSet.Parse(rest.AString());
            rest.Skip(4);
        }

        return null;
    }

    private static UidSet Above(UidSet all, uint from)
    {
        var kept = new UidSet();
        foreach (var (first, last) in all.Ranges)
        {
            if (last >= from) kept.AddRange(Math.Max(first, from), last);
        }

        return kept;
    }

    private static bool Ascii(ReadOnlySpan<byte> name, ReadOnlySpan<byte> word) => System.Text.Ascii.EqualsIgnoreCase(name, word);
}
