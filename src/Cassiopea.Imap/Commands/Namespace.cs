using System.Text;
using Cassiopea.Imap.Wire;

namespace Cassiopea.Imap.Commands;

/// <summary>One namespace: what its names begin with, and the separator of its levels (null = flat).</summary>
internal sealed record NamespaceEntry(string Prefix, char? Separator);

/// <summary>The personal namespace, and the others, which are listed but not copied (RFC 2342).</summary>
internal sealed record Namespaces(NamespaceEntry Personal, IReadOnlyList<NamespaceEntry> Others);

/// <summary>NAMESPACE, RFC 2342: one round trip. Where it is not offered, the separator comes from LIST.</summary>
internal static class Namespace
{
    public static async ValueTask<Namespaces?> EndNamespaceAsync(this ImapConnection connection, uint tag, CancellationToken token)
    {
        Namespaces? found = null;
        var status = await connection.EndAsync(tag, (uint _, ReadOnlySpan<byte> name, ref ImapTokens rest) =>
        {
            if (!Ascii.EqualsIgnoreCase(name, "NAMESPACE"u8)) return;
            var personal = Read(ref rest);
            rest.SkipSpaces();
            var others = Read(ref rest);
            rest.SkipSpaces();
            others.AddRange(Read(ref rest));
            if (personal.Count == 0) return;
            others.AddRange(personal.Skip(1));
            found = new(personal[0], others);
        }, token);
        return status.Ok ? found : null;
    }

    private static List<NamespaceEntry> Read(ref ImapTokens rest)
    {
        var found = new List<NamespaceEntry>();
        if (rest.TryNil()) return found;
        rest.Take((byte)'(');
        while (!rest.TryTake((byte)')'))
        {
            rest.SkipSpaces();
            rest.Take((byte)'(');
            var prefix = Encoding.Latin1.GetString(rest.AString());
            rest.SkipSpaces();
            char? separator = null;
            if (!rest.TryNil() && rest.AString() is [var octet, ..]) separator = (char)octet;
            rest.SkipSpaces();
            while (!rest.TryTake((byte)')'))
            {
                if (rest.AtEnd) throw new ImapSyntaxException("NAMESPACE is not closed.");
                rest.Skip(4);
                rest.SkipSpaces();
            }

            found.Add(new(prefix, separator));
            rest.SkipSpaces();
            if (found.Count > 100) throw new ImapSyntaxException("Too many namespaces.");
        }

        return found;
    }
}
