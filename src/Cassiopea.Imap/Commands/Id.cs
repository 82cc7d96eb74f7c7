using System.Text;
using Cassiopea.Imap.Wire;

namespace Cassiopea.Imap.Commands;

/// <summary>ID, RFC 2971: one round trip; says nothing about us.</summary>
internal static class Id
{
    /// <summary>Name and version of the server's software; empty when it does not tell.</summary>
    public static async ValueTask<string> IdAsync(this ImapConnection connection, CancellationToken token)
    {
        if (!connection.Capabilities.Has("ID")) return "";
        var (name, version) = ("", "");
        var tag = connection.BeginLine("ID NIL");
        await connection.EndAsync(tag, (uint _, ReadOnlySpan<byte> response, ref ImapTokens rest) =>
        {
            if (!Ascii.EqualsIgnoreCase(response, "ID"u8) || !rest.TryTake((byte)'(')) return;
            while (!rest.TryTake((byte)')'))
            {
                var field = Encoding.UTF8.GetString(rest.AString());
                rest.SkipSpaces();
                var value = rest.TryNil() ? "" : Encoding.UTF8.GetString(rest.AString());
                rest.SkipSpaces();
                if (field.Equals("name", StringComparison.OrdinalIgnoreCase)) name = value;
                else if (field.Equals("version", StringComparison.OrdinalIgnoreCase)) version = value;
            }
        }, token);
        var both = $"{name} {version}".Trim();
        return both.Length > 100 ? both[..100] : both;
    }
}
