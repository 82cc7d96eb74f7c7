using Cassiopea.Sites.Php;

namespace Cassiopea.Sites.Compatibility;

/// <summary>Adds a finding.</summary>
internal delegate void FindingSink(string code, FindingWeight weight, int line, string subject, string text);

/// <summary>Forms that later versions of PHP do not understand any more.</summary>
internal static class PhpSyntaxRules
{
    private static readonly Version V70 = new(7, 0), V80 = new(8, 0);

    public static void Find(PhpFile file, FindingSink add, Version target)
    {
        Tags(file, add, target);
        for (var at = 0; at < file.Code.Length; at++)
        {
            var line = file.Code[at].Line;
            if (file.Is(at, '=') && file.Is(at + 1, '&') && file.IsName(at + 2, "new"))
                Stop("reference-of-new", V70, line, "=& new is a parse error since PHP 7.0: write = new.");
            else if (file.IsKind(at, PhpTokenKind.Variable) && file.Is(at + 1, '{'))
                Stop("curly-offset", V80, line, "$text{0} is a parse error since PHP 8.0: write $text[0].");
            else if (file.Is(at, '(') && (file.IsName(at + 1, "unset") || file.IsName(at + 1, "real")) && file.Is(at + 2, ')') && !file.IsKind(at - 1, PhpTokenKind.Name))
                Stop("removed-cast", V80, line, "The casts (unset) and (real) are gone since PHP 8.0.");
            else if (file.IsName(at, "function"))
                Parameters(file, at, add, target);
            else if (file.IsName(at, "break") || file.IsName(at, "continue"))
            {
                if (file.IsKind(at + 1, PhpTokenKind.Variable))
                    add("break-variable", FindingWeight.Note, line, "", "break and continue take no variable since PHP 5.4.");
            }
        }

        PhpTernaries.Find(file, add, target);

        void Stop(string code, Version since, int line, string text)
        {
            if (target >= since)
                add(code, FindingWeight.Stops, line, "", text);
        }
    }

    private static void Tags(PhpFile file, FindingSink add, Version target)
    {
        HashSet<string> told = [];
        foreach (var token in file.Tokens)
        {
            if (token.Kind == PhpTokenKind.Comment && token.Start < 200 && Encoded(file.TextOf(token)))
                add("encoded", FindingWeight.Stops, token.Line, "ioncube", "The file is encoded for the ionCube loader of one PHP version: ask its maker for one of the target's.");
            if (token.Kind is not (PhpTokenKind.OpenTag or PhpTokenKind.OpenTagEcho))
                continue;
            var tag = file.TextOf(token);
            if ((tag.StartsWith("<%") || tag.StartsWith("<s", StringComparison.OrdinalIgnoreCase)) && target >= V70 && told.Add("old-tag"))
                add("old-tag", FindingWeight.Stops, token.Line, "", "<% and <script language=php> do not open PHP since 7.0: the code would be shown to visitors.");
            else if (tag.SequenceEqual("<?") && told.Add("short-tag"))
                add("short-tag", FindingWeight.Warns, token.Line, "", "<? opens PHP only where short_open_tag is on: else the code is shown to visitors.");
        }
    }

    /// <summary>ionCube's files begin with <c>//0046a</c> and the like.</summary>
    private static bool Encoded(ReadOnlySpan<char> comment) =>
        comment.Length is >= 6 and < 12 && comment.StartsWith("//00") && comment[2..].Trim().ToString().All(char.IsAsciiHexDigitLower);

    private static void Parameters(PhpFile file, int function, FindingSink add, Version target)
    {
        var open = function + 1;
        while (open < function + 4 && !file.Is(open, '('))
            open++;
        if (target < V80 || !file.Is(open, '('))
            return;
        var close = file.Closing(open);
        string? optional = null;
        for (var at = open + 1; at < close; at++)
        {
            if (!file.IsKind(at, PhpTokenKind.Variable) || file.Is(at - 1, "..."))
                continue;
            if (file.Is(at + 1, '='))
            {
                // a type with null as default makes the type nullable, which later versions accept
                if (!(file.IsName(at + 2, "null") && file.IsKind(at - 1, PhpTokenKind.Name)))
                    optional = file.TextOf(file.Code[at]).ToString();
                at += 2;
                while (at < close && !file.Is(at, ','))
                    at = file.Is(at, '(') || file.Is(at, '[') ? file.Closing(at) + 1 : at + 1;
            }
            else if (optional is not null)
            {
                add("required-after-optional", FindingWeight.Warns, file.Code[at].Line, file.TextOf(file.Code[at]).ToString(), $"A parameter without default after {optional}, which has one: deprecated in PHP 8.0.");
                return;
            }
        }
    }
}
