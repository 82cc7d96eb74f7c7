namespace Cassiopea.Sites.Php;

/// <summary>Where PHP begins and ends in a page.</summary>
internal static class PhpTags
{
    public readonly record struct Tag(int Length, bool Echo);

    /// <summary>The tag that opens PHP at <paramref name="at"/>, where a <c>&lt;</c> stands; null when none does.</summary>
    public static Tag? OpenAt(string text, int at, PhpDialect dialect)
    {
        if (Is(text, at, "<?="))
            return new Tag(3, true);
        if (Is(text, at, "<?php") && (at + 5 == text.Length || PhpLexer.IsSpace(text[at + 5])))
            return new Tag(5 + SpaceAt(text, at + 5), false);
        if (Is(text, at, "<?") && dialect.ShortTags && !Is(text, at, "<?xml"))
            return new Tag(2, false);
        if (dialect.AspTags && Is(text, at, "<%"))
            return Is(text, at, "<%=") ? new Tag(3, true) : new Tag(2, false);
        return dialect.ScriptTags && Is(text, at, "<script") && ScriptEnd(text, at + 7) is var end and > 0 ? new Tag(end - at, false) : null;
    }

    /// <summary>Length of the tag that ends PHP, with one line end after it; 0 when none stands there.</summary>
    public static int CloseAt(string text, int at, PhpDialect dialect)
    {
        var length = 0;
        if (Is(text, at, "?>") || (dialect.AspTags && Is(text, at, "%>")))
            length = 2;
        else if (dialect.ScriptTags && text[at] == '<' && Is(text, at, "</script"))
        {
            var end = Spaces(text, at + 8);
            length = end < text.Length && text[end] == '>' ? end + 1 - at : 0;
        }

        return length == 0 ? 0 : length + LineEndAt(text, at + length);
    }

    private static int ScriptEnd(string text, int at)
    {
        var from = Spaces(text, at);
        if (from == at || !Is(text, from, "language"))
            return 0;
        from = Spaces(text, from + 8);
        if (from >= text.Length || text[from] != '=')
            return 0;
        from = Spaces(text, from + 1);
        foreach (var value in (ReadOnlySpan<string>)["\"php\"", "'php'", "php"])
        {
            if (!Is(text, from, value))
                continue;
            var end = Spaces(text, from + value.Length);
            return end < text.Length && text[end] == '>' ? end + 1 : 0;
        }

        return 0;
    }

    private static int Spaces(string text, int at)
    {
        while (at < text.Length && PhpLexer.IsSpace(text[at]))
            at++;
        return at;
    }

    private static int SpaceAt(string text, int at) => at >= text.Length ? 0 : text[at] is ' ' or '\t' ? 1 : LineEndAt(text, at);

    private static int LineEndAt(string text, int at) =>
        at >= text.Length ? 0 : text[at] == '\n' ? 1 : text[at] != '\r' ? 0 : at + 1 < text.Length && text[at + 1] == '\n' ? 2 : 1;

    private static bool Is(string text, int at, string what) => string.Compare(text, at, what, 0, what.Length, StringComparison.OrdinalIgnoreCase) == 0;
}
