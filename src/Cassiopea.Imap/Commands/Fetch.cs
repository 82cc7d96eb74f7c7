using System.Text;
using Cassiopea.Imap.Wire;

namespace Cassiopea.Imap.Commands;

/// <summary>The parts of one FETCH response that a move needs (RFC 9051 §7.5.2). Spans point into the response.</summary>
internal ref struct FetchItems
{
    public uint Uid;
    public bool HasFlags;
    public bool HasBody;
    public long Size;
    public ReadOnlySpan<byte> Flags;
    public ReadOnlySpan<byte> InternalDate;

    /// <summary>X-GM-MSGID; 0 when not asked for.</summary>
    public ulong GmailId;

    /// <summary>X-GM-LABELS; null when not asked for.</summary>
    public List<string>? Labels;

    /// <summary>A body that came as a quoted string; a literal was streamed or is here too.</summary>
    public ReadOnlySpan<byte> Body;

    /// <summary>Reads <c>(NAME value …)</c>. One that is not closed is refused: a body whose size lies would pass for whole.</summary>
    public static FetchItems Read(scoped ref ImapTokens rest) => Read(ref rest, whole: true);

    private static FetchItems Read(scoped ref ImapTokens rest, bool whole)
    {
        var items = new FetchItems { Size = -1 };
        rest.Take((byte)'(');
        while (!rest.TryTake((byte)')'))
        {
            if (rest.AtEnd && !whole) break;
            var name = rest.Atom();
            var isBody = false;
            if (rest.Peek() == (byte)'[')
            {
                isBody = rest.Section().Length == 0 && (Is(name, "BODY"u8) || Is(name, "BINARY"u8));
                if (rest.TryTake((byte)'<'))
                {
                    isBody = false;
                    rest.Number();
                    rest.Take((byte)'>');
                }
            }

            rest.SkipSpaces();
            if (rest.AtEnd && !whole) break;
            if (isBody) ReadBody(ref items, ref rest);
            else if (Is(name, "UID"u8)) items.Uid = rest.Uid();
            else if (Is(name, "FLAGS"u8)) ReadFlags(ref items, ref rest);
            else if (Is(name, "INTERNALDATE"u8)) items.InternalDate = rest.AString();
            else if (Is(name, "RFC822.SIZE"u8)) items.Size = (long)Math.Min(rest.Number(), long.MaxValue);
            else if (Is(name, "X-GM-MSGID"u8)) items.GmailId = rest.Number();
            else if (Is(name, "X-GM-LABELS"u8)) ReadLabels(ref items, ref rest);
            else rest.Skip(16);
            rest.SkipSpaces();
        }

        return items;
    }

    /// <summary>True when a literal that follows <paramref name="head"/> is a whole message.</summary>
    public static bool EndsWithBody(ReadOnlySpan<byte> head)
    {
        head = head.TrimEnd((byte)' ');
        return head.EndsWith("BODY[]"u8) || head.EndsWith("BINARY[]"u8) || EndsWithBody(head, "BODY[]"u8) || EndsWithBody(head, "BINARY[]"u8);
    }

    /// <summary>What stands in a FETCH response before its body, or an empty value when it is another response.</summary>
    public static FetchItems ReadHead(ReadOnlySpan<byte> head)
    {
        var tokens = new ImapTokens(head);
        tokens.Take((byte)'*');
        tokens.SkipSpaces();
        tokens.Uid();
        tokens.SkipSpaces();
        if (!Is(tokens.Atom(), "FETCH"u8)) throw new ImapSyntaxException("A message came in a response that is not FETCH.");
        tokens.SkipSpaces();
        return Read(ref tokens, whole: false);
    }

    private static void ReadBody(ref FetchItems items, scoped ref ImapTokens rest)
    {
        if (rest.TryNil()) return;
        items.Body = rest.AString();
        items.HasBody = true;
    }

    private static void ReadFlags(ref FetchItems items, scoped ref ImapTokens rest)
    {
        rest.Take((byte)'(');
        items.Flags = rest.Until((byte)')');
        items.HasFlags = true;
    }

    private static void ReadLabels(ref FetchItems items, scoped ref ImapTokens rest)
    {
        items.Labels = [];
        rest.Take((byte)'(');
        while (!rest.TryTake((byte)')'))
        {
            if (items.Labels.Count >= 1000) throw new ImapSyntaxException("A message has too many labels.");
            items.Labels.Add(System.Text.Encoding.Latin1.GetString(rest.AString()));
            rest.SkipSpaces();
        }
    }

    private static bool EndsWithBody(ReadOnlySpan<byte> head, ReadOnlySpan<byte> name) =>
        head.Length >= name.Length && Is(head[^name.Length..], name);

    private static bool Is(ReadOnlySpan<byte> name, ReadOnlySpan<byte> word) => Ascii.EqualsIgnoreCase(name, word);
}

/// <summary>Called for each message of a FETCH without bodies.</summary>
internal delegate void OnFetched(in FetchItems items);

/// <summary>UID FETCH, RFC 9051 §6.4.9: never sets \Seen, for only PEEK is used.</summary>
internal static class Fetch
{
    /// <summary>Facts without bodies, for example <c>FLAGS INTERNALDATE RFC822.SIZE</c>: one round trip.</summary>
    public static async ValueTask FactsAsync(this ImapConnection connection, string uids, string items, OnFetched each, CancellationToken token)
    {
        var tag = connection.BeginLine($"UID FETCH {uids} (UID {items})");
        await connection.EndFactsAsync(tag, each, token);
    }

    /// <summary>As <see cref="FactsAsync"/>, only of messages changed since a mod-sequence (RFC 7162 §3.1.4.1).</summary>
    public static ValueTask FactsSinceAsync(this ImapConnection connection, string uids, string items, ulong since, OnFetched each, CancellationToken token)
    {
        var tag = connection.BeginLine($"UID FETCH {uids} (UID {items}) (CHANGEDSINCE {since})");
        return connection.EndFactsAsync(tag, each, token);
    }

    public static async ValueTask EndFactsAsync(this ImapConnection connection, uint tag, OnFetched each, CancellationToken token)
    {
        await connection.EndOkAsync(tag, "UID FETCH", (uint _, ReadOnlySpan<byte> name, ref ImapTokens rest) =>
        {
            if (!Ascii.EqualsIgnoreCase(name, "FETCH"u8)) return;
            var items = FetchItems.Read(ref rest);
            if (items.Uid != 0) each(in items);
        }, token);
    }

    /// <summary>Asks for whole messages; the bodies go to a sink.</summary>
    public static uint BeginBodies(this ImapConnection connection, string uids, string body) =>
        connection.BeginLine($"UID FETCH {uids} (UID FLAGS INTERNALDATE {body})");

    /// <summary>Proves before a trial that the server still gives a line of a message that it gave before or, where there is none (0), that it answers.</summary>
    public static async Task ControlAsync(this ImapConnection connection, uint known, CancellationToken token) =>
        await connection.EndAsync(connection.BeginLine(known == 0 ? "NOOP" : $"UID FETCH {known} (BODY.PEEK[HEADER.FIELDS (DATE)])"), null, token);
}
