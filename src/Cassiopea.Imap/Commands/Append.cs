using System.Globalization;
using System.Text;
using Cassiopea.Imap.Mailbox;

namespace Cassiopea.Imap.Commands;

/// <summary>How a literal is announced to the target (RFC 7888, RFC 3516).</summary>
internal enum LiteralForm
{
    /// <summary><c>{n}</c>: the server answers + first.</summary>
    Waiting,

    /// <summary><c>{n+}</c>.</summary>
    Direct,
}

/// <summary>
/// APPEND, RFC 9051 §6.3.12, MULTIAPPEND, RFC 3502. These write parts of the command; the caller sends octets and the last CRLF,
/// for until that CRLF the server has stored nothing.
/// </summary>
internal static class Append
{
    public static uint BeginAppend(this ImapConnection connection, string folder)
    {
        var tag = connection.Begin("APPEND ");
        connection.Out.Quoted(folder);
        return tag;
    }

    /// <summary>Flags, date and the head of the literal of one message.</summary>
    public static void WriteMessageHead(this ImapConnection connection, FlagSet flags, InternalDate date, long size, bool nul, LiteralForm form)
    {
        var to = connection.Out.Write(" "u8);
        if (flags.Flags.Count > 0) to.Write(flags.Wire).Write(" "u8);
        if (date.IsKnown)
        {
            Span<byte> text = stackalloc byte[InternalDate.Length];
            date.Write(text);
            to.Write("\""u8).Write(text).Write("\" "u8);
        }

        to.Write(nul ? "~{"u8 : "{"u8).Write(size).Write(form == LiteralForm.Direct ? "+}\r\n"u8 : "}\r\n"u8);
    }

    /// <summary>The form in which a literal of this size may be sent.</summary>
    public static LiteralForm FormFor(this ImapConnection connection, long size) =>
        connection.Capabilities.LiteralPlus || (connection.Capabilities.LiteralMinus && size <= 4096) ? LiteralForm.Direct : LiteralForm.Waiting;

    /// <summary>The UIDs that the target gave (APPENDUID, RFC 4315 §3); null when it did not say, or not as many as were sent.</summary>
    public static List<uint>? AppendedUids(in ImapStatus status, uint validity, int count)
    {
        if (status.Code != "APPENDUID") return null;
        var parts = status.Arguments.Split(' ', 2);
        if (parts.Length != 2 || !uint.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var given) || given != validity) return null;
        try
        {
            var set = UidSet.Parse(Encoding.Latin1.GetBytes(parts[1]));
            return set.Count == count ? [.. set.Each()] : null;
        }
        catch (Wire.ImapSyntaxException)
        {
            return null;
        }
    }
}
