using Cassiopea.Sites.Php;

namespace Cassiopea.Sites.Compatibility;

/// <summary>Classes whose names, constructors or properties later versions of PHP take otherwise.</summary>
internal static class PhpClassRules
{
    private static readonly Dictionary<string, Version> Reserved = new(StringComparer.OrdinalIgnoreCase)
    {
        ["int"] = new(7, 0),
        ["float"] = new(7, 0),
        ["bool"] = new(7, 0),
        ["string"] = new(7, 0),
        ["true"] = new(7, 0),
        ["false"] = new(7, 0),
        ["null"] = new(7, 0),
        ["void"] = new(7, 1),
        ["iterable"] = new(7, 1),
        ["object"] = new(7, 2),
        ["match"] = new(8, 0),
        ["mixed"] = new(8, 0),
        ["never"] = new(8, 1),
        ["fn"] = new(7, 4),
        ["finally"] = new(5, 5),
        ["yield"] = new(5, 5),
    };

    public static void Find(PhpFile file, FindingSink add, Version target)
    {
        var namespaced = false;
        var classEnd = 0;
        for (var at = 0; at < file.Code.Length; at++)
        {
            if (file.IsName(at, "namespace") && !file.Is(at + 1, '\\'))
                namespaced = true;
            else if (file.IsName(at, "function") && Named(file, at + 1, "match", "fn") is { } function && Reserved[function] <= target && at > classEnd)
                add("reserved-name", FindingWeight.Stops, file.Code[at + 1].Line, function, $"A function may not be called so since PHP {Reserved[function]}.");
            else if ((file.IsName(at, "class") || file.IsName(at, "interface") || file.IsName(at, "trait")) && !file.Is(at - 1, "::") && !file.Is(at - 1, "->") && file.IsKind(at + 1, PhpTokenKind.Name))
                classEnd = Math.Max(classEnd, Class(file, at, namespaced, add, target));
        }
    }

    private static string? Named(PhpFile file, int at, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (file.IsName(at, name))
                return name;
        }

        return null;
    }

    /// <summary>The position of its last brace.</summary>
    private static int Class(PhpFile file, int at, bool namespaced, FindingSink add, Version target)
    {
        var name = file.TextOf(file.Code[at + 1]).ToString();
        if (Reserved.TryGetValue(name, out var since) && since <= target)
            add("reserved-name", FindingWeight.Stops, file.Code[at + 1].Line, name, $"A class may not be called so since PHP {since}.");
        var open = at + 2;
        var extends = false;
        while (open < file.Code.Length && !file.Is(open, '{') && !file.EndsStatement(open))
            extends |= file.IsName(open++, "extends");
        if (!file.Is(open, '{'))
            return at;
        ClassBody body = ClassBody.Read(file, open, name);
        if (body.OldConstructor is { } line && !body.HasConstructor && !namespaced && file.IsName(at, "class"))
            add("old-constructor", target >= new Version(8, 0) ? FindingWeight.Stops : FindingWeight.Warns, line, name, "A method that is called like its class is no constructor since PHP 8.0: call it __construct.");
        if (target < new Version(8, 2) || extends || body.TakesAnyProperty)
            return file.Closing(open);
        foreach (var (property, where) in body.Undeclared)
            add("dynamic-property", FindingWeight.Warns, where, $"{name}::${property}", "The property is not declared: deprecated in PHP 8.2.");
        return file.Closing(open);
    }
}

/// <summary>What stands in the braces of a class.</summary>
internal sealed class ClassBody
{
    private readonly HashSet<string> _declared = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _assigned = new(StringComparer.Ordinal);

    /// <summary>Line of a method that is called like the class.</summary>
    public int? OldConstructor { get; private set; }

    public bool HasConstructor { get; private set; }

    /// <summary>It has <c>__set</c>, or takes a trait whose properties are elsewhere.</summary>
    public bool TakesAnyProperty { get; private set; }

    public IEnumerable<KeyValuePair<string, int>> Undeclared => _assigned.Where(a => !_declared.Contains(a.Key));

    public static ClassBody Read(PhpFile file, int open, string name)
    {
        ClassBody body = new();
        var close = file.Closing(open);
        for (var at = open + 1; at < close; at++)
        {
            if (file.Is(at, '{'))
                at = body.Method(file, at, file.Closing(at));
            else if (file.IsName(at, "function"))
                body.Named(file, file.Is(at + 1, '&') ? at + 2 : at + 1, name);
            else if (file.IsName(at, "use"))
                body.TakesAnyProperty = true;
            else if (file.IsKind(at, PhpTokenKind.Variable))
                body._declared.Add(file.TextOf(file.Code[at])[1..].ToString());
        }

        return body;
    }

    private void Named(PhpFile file, int at, string name)
    {
        if (file.IsName(at, "__construct"))
            HasConstructor = true;
        else if (file.IsName(at, "__set"))
            TakesAnyProperty = true;
        else if (file.IsName(at, name))
            OldConstructor ??= file.Code[at].Line;
    }

    private int Method(PhpFile file, int open, int close)
    {
        for (var at = open + 1; at < close; at++)
        {
            if (file.IsKind(at, PhpTokenKind.Variable) && file.TextOf(file.Code[at]).SequenceEqual("$this") && file.Is(at + 1, "->") && file.IsKind(at + 2, PhpTokenKind.Name) && file.Is(at + 3, '='))
                _assigned.TryAdd(file.TextOf(file.Code[at + 2]).ToString(), file.Code[at].Line);
        }

        return Math.Min(close, file.Code.Length);
    }
}
