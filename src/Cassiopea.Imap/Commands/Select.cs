using System.Text;
using Cassiopea.Imap.Wire;

namespace Cassiopea.Imap.Commands;

/// <summary>What SELECT and EXAMINE say of a folder.</summary>
internal sealed class SelectedFolder
{
    public uint Messages { get; set; }

    public uint UidValidity { get; set; }

    public uint UidNext { get; set; }

    public ulong HighestModSeq { get; set; }

    /// <summary>Flags that can be kept for good; null when the server does not say, which means all (RFC 9051 §7.1).</summary>
    public IReadOnlyList<string>? PermanentFlags { get; set; }
}

/// <summary>SELECT and EXAMINE, RFC 9051 §6.3.2 and §6.3.3: one round trip each. The source is only ever examined.</summary>
internal static class Select
{
    public static uint BeginExamine(this ImapConnection connection, string folder) => Begin(connection, "EXAMINE ", folder);

    public static uint BeginSelect(this ImapConnection connection, string folder) => Begin(connection, "SELECT ", folder);

    /// <summary>The folder, or null with the refusal.</summary>
    public static async ValueTask<(SelectedFolder Folder, ImapStatus Status)> EndSelectAsync(this ImapConnection connection, uint tag, CancellationToken token)
    {
        var folder = new SelectedFolder();
        var status = await connection.EndAsync(tag, (uint number, ReadOnlySpan<byte> name, ref ImapTokens rest) =>
        {
            if (Ascii.EqualsIgnoreCase(name, "EXISTS"u8)) folder.Messages = number;
            else if (Ascii.EqualsIgnoreCase(name, "OK"u8) && rest.TryTake((byte)'[')) Code(folder, ref rest);
        }, token);
        return (folder, status);
    }

    /// <summary>Opens read-only. Throws when the server refuses.</summary>
    public static async ValueTask<SelectedFolder> ExamineAsync(this ImapConnection connection, string folder, CancellationToken token)
    {
        var (selected, status) = await connection.EndSelectAsync(connection.BeginExamine(folder), token);
        return status.Ok ? selected : throw connection.Refused(status, "EXAMINE");
    }

    private static uint Begin(ImapConnection connection, string command, string folder)
    {
        var tag = connection.Begin(command);
        connection.Out.Quoted(folder).EndLine();
        return tag;
    }

    private static void Code(SelectedFolder folder, ref ImapTokens rest)
    {
        var code = rest.Atom();
        rest.SkipSpaces();
        if (Ascii.EqualsIgnoreCase(code, "UIDVALIDITY"u8)) folder.UidValidity = rest.Uid();
        else if (Ascii.EqualsIgnoreCase(code, "UIDNEXT"u8)) folder.UidNext = rest.Uid();
        else if (Ascii.EqualsIgnoreCase(code, "HIGHESTMODSEQ"u8)) folder.HighestModSeq = rest.Number();
        else if (Ascii.EqualsIgnoreCase(code, "PERMANENTFLAGS"u8) && rest.TryTake((byte)'('))
        {
            var flags = new List<string>();
            while (!rest.TryTake((byte)')'))
            {
                flags.Add(Encoding.Latin1.GetString(rest.AString()));
                rest.SkipSpaces();
                if (flags.Count > 10_000) throw new ImapSyntaxException("The server knows too many flags.");
            }

            folder.PermanentFlags = flags;
        }
    }
}
