using System.Text;

namespace Cassiopea.Sites.Apache;

/// <summary>One directive of an Apache configuration.</summary>
/// <param name="Name">As written.</param>
/// <param name="Arguments">Without their quotes.</param>
/// <param name="Line">From 1.</param>
internal sealed record HtaccessDirective(string Name, IReadOnlyList<HtaccessArgument> Arguments, int Line);

/// <param name="Value">Without quotes.</param>
/// <param name="Start">First byte, inside the quotes.</param>
/// <param name="Length">Bytes as written.</param>
internal sealed record HtaccessArgument(string Value, int Start, int Length);

/// <summary>Reads <c>.htaccess</c>: one directive a line, <c>\</c> at a line's end continues it, <c>#</c> comments a whole line. One char per byte.</summary>
internal static class HtaccessFile
{
    public static IReadOnlyList<HtaccessDirective> Read(ReadOnlySpan<byte> bytes)
    {
        var text = Encoding.Latin1.GetString(bytes);
        List<HtaccessDirective> directives = [];
        var line = 1;
        for (var at = 0; at < text.Length;)
        {
            var first = line;
            var end = LineEnd(text, at, ref line);
            var words = Words(text, at, end);
            if (words.Count > 0 && !words[0].Value.StartsWith('#'))
                directives.Add(new HtaccessDirective(words[0].Value, words[1..], first));
            at = end + 1;
            line++;
        }

        return directives;
    }

    private static int LineEnd(string text, int at, ref int line)
    {
        while (true)
        {
            var end = text.IndexOf('\n', at);
            if (end < 0)
                return text.Length;
            var last = end > 0 && text[end - 1] == '\r' ? end - 2 : end - 1;
            if (last < at || text[last] != '\\')
                return end;
            line++;
            at = end + 1;
        }
    }

    private static List<HtaccessArgument> Words(string text, int at, int end)
    {
        List<HtaccessArgument> words = [];
        while (at < end)
        {
            var c = text[at];
            if (c is ' ' or '\t' or '\r' or '\n' || (c == '\\' && at + 1 < end && text[at + 1] is '\r' or '\n'))
            {
                at++;
                continue;
            }

            var quote = c is '"' or '\'' ? c : '\0';
            var from = quote == '\0' ? at : at + 1;
            var to = from;
            while (to < end && (quote == '\0' ? text[to] is not (' ' or '\t' or '\r' or '\n') : text[to] != quote))
                to += text[to] == '\\' && quote != '\0' ? 2 : 1;
            to = Math.Min(to, end);
            words.Add(new HtaccessArgument(text[from..to], from, to - from));
            at = to + 1;
        }

        return words;
    }
}
