using System.Text;
using Cassiopea.Imap.Wire;

namespace Cassiopea.Imap.Commands;

/// <summary>GETACL and SETACL, RFC 4314 §3.</summary>
internal static class Acl
{
    private const int Most = 1_000;

    public static uint BeginGetAcl(this ImapConnection connection, string folder)
    {
        var tag = connection.Begin("GETACL ");
        connection.Out.Quoted(folder).EndLine();
        return tag;
    }

    /// <summary>Who may do what in a folder; null when the server does not tell us, which needs the right to administer it.</summary>
    public static async ValueTask<List<(string Identifier, string Rights)>?> EndGetAclAsync(this ImapConnection connection, uint tag, CancellationToken token)
    {
        var found = new List<(string, string)>();
        var status = await connection.EndAsync(tag, (uint _, ReadOnlySpan<byte> name, ref ImapTokens rest) =>
        {
            if (!Ascii.EqualsIgnoreCase(name, "ACL"u8)) return;
            rest.AString();
            rest.SkipSpaces();
            while (!rest.AtEnd)
            {
                var identifier = Encoding.UTF8.GetString(rest.AString());
                rest.SkipSpaces();
                found.Add((identifier, Encoding.UTF8.GetString(rest.AString())));
                rest.SkipSpaces();
                if (found.Count > Most) throw new ImapSyntaxException("A folder has too many rights.");
            }
        }, token);
        return status.Ok ? found : null;
    }

    /// <summary>Gives an identifier exactly these rights in a folder; one round trip.</summary>
    public static ValueTask<ImapStatus> SetAclAsync(this ImapConnection connection, string folder, string identifier, string rights, CancellationToken token)
    {
        var tag = connection.Begin("SETACL ");
        connection.Out.Quoted(folder).Write(" "u8).Quoted(Encoding.UTF8.GetBytes(identifier)).Write(" "u8).Quoted(Encoding.UTF8.GetBytes(rights)).EndLine();
        return connection.EndAsync(tag, null, token);
    }
}
