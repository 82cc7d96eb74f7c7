using Cassiopea.Sites.Php;

namespace Cassiopea.Sites.Compatibility;

/// <summary><c>a ? b : c ? d : e</c> without brackets: deprecated in PHP 7.4, an error in 8.0. <c>a ?: b ?: c</c> and <c>a ? b ? c : d : e</c> stay allowed.</summary>
internal static class PhpTernaries
{
    private static readonly Version Since = new(8, 0);
    private static readonly string[] Weaker = ["and", "or", "xor", "return", "echo", "print", "case", "yield", "as"];

    public static void Find(PhpFile file, FindingSink add, Version target)
    {
        if (target < Since)
            return;
        Stack<Level> levels = new([new Level()]);
        for (var at = 0; at < file.Code.Length; at++)
        {
            var level = levels.Peek();
            if (file.Is(at, '(') || file.Is(at, '[') || file.Is(at, '{') || file.IsKind(at, PhpTokenKind.CurlyOpen))
                levels.Push(new Level());
            else if (file.Is(at, ')') || file.Is(at, ']') || file.Is(at, '}'))
            {
                if (levels.Count > 1)
                    levels.Pop();
                if (file.Is(at, '}'))
                    levels.Peek().Reset();
            }
            else if (file.EndsStatement(at) || file.Is(at, ',') || file.Is(at, "=>") || IsAssignment(file, at) || IsWeaker(file, at))
                level.Reset();
            else if (file.Is(at, '?') && !IsType(file, at))
                Question(file, at, level, add);
            else if (file.Is(at, ':'))
                level.Colon();
        }
    }

    private static void Question(PhpFile file, int at, Level level, FindingSink add)
    {
        var isShort = file.Is(at + 1, ':');
        if (level.Done is { } before && level.Open.Count == 0 && !(before && isShort))
            add("nested-ternary", FindingWeight.Stops, file.Code[at].Line, "", "Two ? : after one another need brackets since PHP 8.0.");
        level.Open.Push(isShort);
    }

    private static bool IsType(PhpFile file, int at) =>
        file.Is(at - 1, '(') || file.Is(at - 1, ',') || file.Is(at - 1, ':') || (file.IsKind(at - 1, PhpTokenKind.Name) && (file.IsName(at - 1, "public") || file.IsName(at - 1, "private") || file.IsName(at - 1, "protected") || file.IsName(at - 1, "static") || file.IsName(at - 1, "readonly")));

    private static bool IsAssignment(PhpFile file, int at) =>
        file.IsKind(at, PhpTokenKind.Punctuation) && file.TextOf(file.Code[at]) is [.., '='] text && text is not ("==" or "===" or "!=" or "!==" or "<=" or ">=");

    private static bool IsWeaker(PhpFile file, int at)
    {
        if (!file.IsKind(at, PhpTokenKind.Name))
            return false;
        foreach (var word in Weaker)
        {
            if (file.IsName(at, word))
                return true;
        }

        return false;
    }

    private sealed class Level
    {
        /// <summary>Those that wait for their colon; true = <c>?:</c>.</summary>
        public Stack<bool> Open { get; } = new();

        /// <summary>One has ended in this expression; true = it was <c>?:</c>.</summary>
        public bool? Done { get; private set; }

        public void Colon()
        {
            if (Open.TryPop(out var isShort) && Open.Count == 0)
                Done = isShort;
        }

        public void Reset()
        {
            Open.Clear();
            Done = null;
        }
    }
}
