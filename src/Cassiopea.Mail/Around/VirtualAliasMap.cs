using System.Text;

namespace Cassiopea.Mail;

/// <summary>Reads Postfix's virtual alias map: <c>pattern address, address …</c>, comments with <c>#</c>, lines that begin with white space go on with the one before.</summary>
internal static class VirtualAliasMap
{
    /// <summary>Its routes in order; lines that only declare a domain (<c>example.org anything</c>) are none.</summary>
    /// <exception cref="InventoryException">A line has no address to go to.</exception>
    public static async Task<List<MailRoute>> ReadAsync(TextReader map, CancellationToken token)
    {
        List<MailRoute> routes = [];
        var (entry, begun, number) = (new StringBuilder(), 0, 0);
        while (await map.ReadLineAsync(token) is { } line)
        {
            number++;
            if (line.AsSpan().Trim() is [] or ['#', ..])
                continue;
            if (!char.IsWhiteSpace(line[0]))
            {
                Take(routes, entry, begun);
                begun = number;
            }

            entry.Append(' ').Append(line);
        }

        Take(routes, entry, begun);
        return routes;
    }

    private static void Take(List<MailRoute> routes, StringBuilder entry, int line)
    {
        var text = entry.ToString().Trim();
        entry.Clear();
        if (text.Length == 0)
            return;
        var end = EndOfPattern(text);
        var pattern = text[..end];
        if (!pattern.Contains('@', StringComparison.Ordinal) && pattern.Contains('.', StringComparison.Ordinal))
            return;
        var targets = text[end..].Split([',', ' ', '\t'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (targets.Length == 0)
            throw new InventoryException(line, "a pattern without an address.");
        routes.Add(MailRoute.Of(pattern.Replace("\"", "", StringComparison.Ordinal), targets));
    }

    /// <summary>A local part in quotes may hold white space.</summary>
    private static int EndOfPattern(string text)
    {
        var quoted = false;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '"')
                quoted = !quoted;
            else if (char.IsWhiteSpace(text[i]) && !quoted)
                return i;
        }

        return text.Length;
    }
}
