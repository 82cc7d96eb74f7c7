using Cassiopea.Imap.Wire;

namespace Cassiopea.Imap.Commands;

/// <summary>The state of a folder: whether anything changed is seen by comparing two of these.</summary>
/// <param name="UidValidity">RFC 9051 §2.3.1.1: another value means that all UIDs are new.</param>
/// <param name="UidNext">No message had this UID or a larger one.</param>
/// <param name="Messages">Messages.</param>
/// <param name="HighestModSeq">RFC 7162; 0 when not offered.</param>
/// <param name="Size">RFC 8438, bytes; -1 when not asked or not offered.</param>
internal sealed record FolderStatus(uint UidValidity, uint UidNext, long Messages, ulong HighestModSeq, long Size);

/// <summary>STATUS, RFC 9051 §6.3.11.</summary>
internal static class Status
{
    public static string Items(ImapCapabilities capabilities, bool sizes) =>
        "MESSAGES UIDNEXT UIDVALIDITY"
        + (capabilities.CondStore ? " HIGHESTMODSEQ" : "")
        + (sizes && capabilities.StatusSize ? " SIZE" : "");

    public static uint BeginStatus(this ImapConnection connection, string folder, string items)
    {
        var tag = connection.Begin("STATUS ");
        connection.Out.Quoted(folder).Write(" (").Write(items).Write(")").EndLine();
        return tag;
    }

    /// <summary>The status of one folder, or null when the server refuses: one round trip.</summary>
    public static async ValueTask<FolderStatus?> StatusAsync(this ImapConnection connection, string folder, CancellationToken token)
    {
        FolderStatus? found = null;
        var tag = connection.BeginStatus(folder, Items(connection.Capabilities, sizes: false));
        var status = await connection.EndAsync(tag, (uint _, ReadOnlySpan<byte> name, ref ImapTokens rest) =>
        {
            if (!System.Text.Ascii.EqualsIgnoreCase(name, "STATUS"u8)) return;
            rest.AString();
            rest.SkipSpaces();
            found = Read(ref rest);
        }, token);
        return status.Ok ? found : null;
    }

    /// <summary>The largest message that the server takes, bytes (RFC 7889): announced for all folders, or asked for INBOX; null when it does not say.</summary>
    public static async ValueTask<long?> AppendLimitAsync(this ImapConnection connection, CancellationToken token)
    {
        if (connection.Capabilities.AppendLimit is { } announced) return announced;
        if (!connection.Capabilities.Has("APPENDLIMIT")) return null;
        long? found = null;
        var status = await connection.EndAsync(connection.BeginStatus("INBOX", "APPENDLIMIT"), (uint _, ReadOnlySpan<byte> name, ref ImapTokens rest) =>
        {
            if (!System.Text.Ascii.EqualsIgnoreCase(name, "STATUS"u8)) return;
            rest.AString();
            rest.SkipSpaces();
            rest.Take((byte)'(');
            if (!Is(rest.Atom(), "APPENDLIMIT"u8)) return;
            rest.SkipSpaces();
            if (!rest.TryNil()) found = (long)Math.Min(rest.Number(), long.MaxValue);
        }, token);
        return status.Ok ? found : null;
    }

    public static FolderStatus Read(ref ImapTokens rest)
    {
        var (validity, next, messages, modseq, size) = (0u, 0u, 0L, 0ul, -1L);
        rest.Take((byte)'(');
        while (!rest.TryTake((byte)')'))
        {
            var item = rest.Atom();
            rest.SkipSpaces();
            if (Is(item, "UIDVALIDITY"u8)) validity = rest.Uid();
            else if (Is(item, "UIDNEXT"u8)) next = rest.Uid();
            else if (Is(item, "MESSAGES"u8)) messages = rest.Uid();
            else if (Is(item, "HIGHESTMODSEQ"u8)) modseq = rest.Number();
            else if (Is(item, "SIZE"u8)) size = (long)Math.Min(rest.Number(), long.MaxValue);
            else rest.Skip(4);
            rest.SkipSpaces();
        }

        return new(validity, next, messages, modseq, size);
    }

    private static bool Is(ReadOnlySpan<byte> item, ReadOnlySpan<byte> word) => System.Text.Ascii.EqualsIgnoreCase(item, word);
}
