using System.Text;
using Cassiopea.Imap.Wire;

namespace Cassiopea.Imap.Commands;

/// <summary>GETMETADATA and SETMETADATA, RFC 5464 §4. The empty folder name stands for the account.</summary>
internal static class Metadata
{
    private const int Most = 10_000;

    public static uint BeginGetMetadata(this ImapConnection connection, string folder)
    {
        var tag = connection.Begin("GETMETADATA (DEPTH infinity) ");
        connection.Out.Quoted(folder).Write(" (/private /shared)").EndLine();
        return tag;
    }

    /// <summary>Every entry with a value; null when the server refuses.</summary>
    public static async ValueTask<List<(string Entry, byte[] Value)>?> EndGetMetadataAsync(this ImapConnection connection, uint tag, CancellationToken token)
    {
        var found = new List<(string, byte[])>();
        var status = await connection.EndAsync(tag, (uint _, ReadOnlySpan<byte> name, ref ImapTokens rest) =>
        {
            if (!Ascii.EqualsIgnoreCase(name, "METADATA"u8)) return;
            rest.AString();
            rest.SkipSpaces();
            if (!rest.TryTake((byte)'(')) return; // §4.4.2: news of a change, names only
            while (!rest.TryTake((byte)')'))
            {
                var entry = Encoding.UTF8.GetString(rest.AString());
                rest.SkipSpaces();
                if (!rest.TryNil()) found.Add((entry, rest.AString().ToArray()));
                rest.SkipSpaces();
                if (found.Count > Most) throw new ImapSyntaxException("A folder has too many annotations.");
            }
        }, token);
        return status.Ok ? found : null;
    }

    /// <summary>Sets one entry. A value with line ends or NUL goes as a literal.</summary>
    public static async ValueTask<ImapStatus> SetMetadataAsync(this ImapConnection connection, string folder, string entry, byte[] value, CancellationToken token)
    {
        var tag = connection.Begin("SETMETADATA ");
        connection.Out.Quoted(folder).Write(" ("u8).Quoted(Encoding.UTF8.GetBytes(entry)).Write(" "u8);
        var direct = connection.FormFor(value.Length) == LiteralForm.Direct;
        connection.Out.Write(value.AsSpan().Contains((byte)0) ? "~{"u8 : "{"u8).Write(value.Length).Write(direct ? "+}\r\n"u8 : "}\r\n"u8);
        if (!direct && await connection.ContinuationAsync(tag, null, token) is { } refused) return refused;
        await connection.WriteBodyAsync(value, token);
        connection.Out.Write(")"u8).EndLine();
        return await connection.EndAsync(tag, null, token);
    }
}
