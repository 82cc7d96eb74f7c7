namespace Cassiopea.Sites.Php;

/// <summary>Where a heredoc or a nowdoc begins and ends.</summary>
internal static class PhpHeredoc
{
    /// <param name="Label">The word that ends it.</param>
    /// <param name="Raw">A nowdoc: nothing is inserted.</param>
    /// <param name="Body">First byte of its text.</param>
    public readonly record struct Start(string Label, bool Raw, int Body);

    public static Start? StartAt(string text, int at)
    {
        if (string.CompareOrdinal(text, at, "<<<", 0, 3) != 0)
            return null;
        at += 3;
        while (at < text.Length && text[at] is ' ' or '\t')
            at++;
        var quote = at < text.Length && text[at] is '\'' or '"' ? text[at++] : '\0';
        var from = at;
        if (at >= text.Length || !PhpLexer.IsNameStart(text[at]))
            return null;
        while (at < text.Length && PhpLexer.IsName(text[at]))
            at++;
        var label = text[from..at];
        if (quote != '\0' && (at >= text.Length || text[at++] != quote))
            return null;
        if (at >= text.Length || text[at] is not ('\r' or '\n'))
            return null;
        at += text[at] == '\r' && at + 1 < text.Length && text[at + 1] == '\n' ? 2 : 1;
        return new Start(label, quote == '\'', at);
    }

    /// <summary>
    /// First byte of the line that holds the closing label: as PHP 5.4 wants it, alone at the start of a line but for <c>;</c>,
    /// else as PHP 7.3 allows it, indented and followed by code. The end of the file when there is none.
    /// </summary>
    public static int EndOf(string text, int body, string label, bool indented)
    {
        var flexible = -1;
        for (var at = text.IndexOf(label, body, StringComparison.Ordinal); at >= 0; at = text.IndexOf(label, at + 1, StringComparison.Ordinal))
        {
            var end = at + label.Length;
            if (end < text.Length && PhpLexer.IsName(text[end]))
                continue;
            var line = at;
            while (line > body && text[line - 1] is ' ' or '\t')
                line--;
            if (line > body && text[line - 1] is not ('\r' or '\n'))
                continue;
            if (indented || (line == at && EndsLine(text, end)))
                return line;
            if (flexible < 0)
                flexible = line;
        }

        return flexible >= 0 ? flexible : text.Length;
    }

    private static bool EndsLine(string text, int at)
    {
        if (at < text.Length && text[at] == ';')
            at++;
        return at >= text.Length || text[at] is '\r' or '\n';
    }
}
