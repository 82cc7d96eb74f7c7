namespace Cassiopea.Sites.Php;

/// <summary>A value as it is written in a configuration.</summary>
/// <param name="First">Its first token among <see cref="PhpFile.Code"/>.</param>
/// <param name="After">The token after its last.</param>
/// <param name="Value">What it is, one char per byte; null when that is not known without running it.</param>
/// <param name="Items">The elements when it is an array; else empty.</param>
internal sealed record PhpExpression(int First, int After, string? Value, IReadOnlyList<PhpElement> Items)
{
    /// <summary>A quoted string or a part of several; not a number, a constant or an array.</summary>
    public bool IsText { get; init; }
}

/// <param name="Key">As written, or the number that PHP gives.</param>
/// <param name="Value">The element.</param>
internal sealed record PhpElement(string Key, PhpExpression Value);

/// <summary>Reads values: strings, numbers, constants, arrays, and strings joined by dots. Runs nothing.</summary>
internal sealed class PhpExpressions(PhpFile file, Func<string, string?> variable, Func<string, string?> constant)
{
    private const int Deepest = 16;
    private const int LongestTokens = 1024;

    /// <summary>The value that begins at a token and ends before <c>,</c>, <c>;</c>, <c>=&gt;</c> or a bracket that it did not open.</summary>
    public PhpExpression Read(int first) => Read(first, 0);

    private PhpExpression Read(int first, int depth)
    {
        var after = End(first);
        if (depth < Deepest && ArrayOf(first) is { } open && file.Closing(open) == after - 1)
            return new PhpExpression(first, after, null, Elements(open + 1, after - 1, depth));
        return new PhpExpression(first, after, Joined(first, after, depth), []) { IsText = file.IsKind(first, PhpTokenKind.String) };
    }

    private int End(int at)
    {
        var longest = at + LongestTokens;
        while (at < Math.Min(file.Code.Length, longest) && !file.EndsStatement(at) && !file.Is(at, ',') && !file.Is(at, "=>") && !file.Is(at, ')') && !file.Is(at, ']') && !file.Is(at, '}'))
        {
            var close = file.Is(at, '(') || file.Is(at, '[') || file.Is(at, '{') ? Math.Min(file.Closing(at) + 1, file.Code.Length) : at + 1;
            longest += close - at - 1;
            at = close;
        }

        return at;
    }

    private int? ArrayOf(int at) => file.Is(at, '[') ? at : file.IsName(at, "array") && file.Is(at + 1, '(') ? at + 1 : null;

    private List<PhpElement> Elements(int at, int end, int depth)
    {
        List<PhpElement> elements = [];
        var next = 0;
        while (at < end)
        {
            var value = Read(at, depth + 1);
            var key = next.ToString(System.Globalization.CultureInfo.InvariantCulture);
            if (value.After < end && file.Is(value.After, "=>"))
            {
                key = value.Value ?? "?";
                value = Read(value.After + 1, depth + 1);
            }

            if (int.TryParse(key, System.Globalization.CultureInfo.InvariantCulture, out var number) && number >= next)
                next = number + 1;
            elements.Add(new PhpElement(key, value));
            at = Math.Max(at, value.After) + 1;
        }

        return elements;
    }

    /// <summary>Strings, numbers, constants and variables that are known, joined by dots.</summary>
    private string? Joined(int first, int after, int depth)
    {
        string? joined = null;
        for (var at = first; at < after;)
        {
            if (Part(at, after, depth) is not { } part)
                return null;
            joined += part.Value;
            at = part.After;
            if (at < after && (!file.Is(at, '.') || ++at == after))
                return null;
        }

        return joined;
    }

    private (string Value, int After)? Part(int at, int after, int depth)
    {
        var token = file.Code[at];
        var text = file.TextOf(token);
        switch (token.Kind)
        {
            case PhpTokenKind.String:
                return (PhpLiteral.Read(text), at + 1);
            case PhpTokenKind.Number:
                return (text.ToString(), at + 1);
            case PhpTokenKind.Punctuation when file.Is(at, '-') && file.IsKind(at + 1, PhpTokenKind.Number) && at + 1 < after:
                return ("-" + file.TextOf(file.Code[at + 1]).ToString(), at + 2);
            case PhpTokenKind.Punctuation when depth < Deepest && file.Is(at, '(') && file.Closing(at) is var close && close < after:
                return Joined(at + 1, close, depth + 1) is { } inner ? (inner, close + 1) : null;
            case PhpTokenKind.Variable when !file.Is(at + 1, '[') && !file.Is(at + 1, "->"):
                return variable(text[1..].ToString()) is { } known ? (known, at + 1) : null;
            case PhpTokenKind.Quote when at + 1 < after && Template(at + 1, after) is { } inserted:
                return inserted;
            case PhpTokenKind.HeredocStart when at + 2 < after && file.IsKind(at + 1, PhpTokenKind.Text) && file.IsKind(at + 2, PhpTokenKind.HeredocEnd):
                return (file.TextOf(file.Code[at + 1]).TrimEnd("\r\n").ToString(), at + 3);
            case PhpTokenKind.Name when file.IsName(at, "dirname") && file.Is(at + 1, '(') && file.Is(at + 3, ')') && file.IsName(at + 2, "__FILE__"):
                return constant("__DIR__") is { } folder ? (folder, at + 4) : null;
            case PhpTokenKind.Name when !file.Is(at + 1, '(') && !file.Is(at + 1, "::"):
                return constant(text.ToString()) is { } named ? (named, at + 1) : null;
            default:
                return null;
        }
    }

    /// <summary>A string with plain variables in it.</summary>
    private (string Value, int After)? Template(int at, int after)
    {
        var value = "";
        for (; at < after; at++)
        {
            var token = file.Code[at];
            if (token.Kind == PhpTokenKind.Quote)
                return (value, at + 1);
            if (token.Kind == PhpTokenKind.Text)
            {
                if (file.Code[at - 1].Kind == PhpTokenKind.Variable && file.Text[token.Start] is '[' or '-')
                    return null;
                value += PhpLiteral.Read("\"" + file.TextOf(token).ToString() + "\"");
            }
            else if (token.Kind == PhpTokenKind.Variable && variable(file.TextOf(token)[1..].ToString()) is { } known)
                value += known;
            else
                return null;
        }

        return null;
    }
}
