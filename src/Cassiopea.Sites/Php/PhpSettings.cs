namespace Cassiopea.Sites.Php;

/// <summary>A value that a configuration sets.</summary>
/// <param name="Key">
/// <c>NAME</c> for a constant (<c>define</c> or <c>const</c>), <c>$name</c> and <c>$name.key.key</c> for a variable, a property or an element of an array,
/// <c>return.key</c> for an element of the array that the file returns, <c>function()</c> and <c>function().0</c> for the arguments of a call.
/// </param>
/// <param name="Value">As written.</param>
/// <param name="Line">From 1.</param>
internal sealed record PhpSetting(string Key, PhpExpression Value, int Line);

/// <summary>Reads what a configuration sets, in the order of the file, whatever the branches around it. What is in comments or strings does not count.</summary>
internal sealed class PhpSettings
{
    private static readonly string[] Calls =
    [
        "spip_connect_db", "spip_connect_db_old", "mysql_connect", "mysql_pconnect", "mysql_select_db", "mysqli_connect", "mysqli", "pdo", "include_ecrire",
    ];

    private readonly PhpFile _file;
    private readonly PhpExpressions _expressions;
    private readonly Dictionary<string, string> _variables = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _constants = new(StringComparer.Ordinal);
    private readonly List<PhpSetting> _found = [];
    private readonly List<string> _included = [];

    private PhpSettings(PhpFile file, string folder)
    {
        _file = file;
        _constants["__DIR__"] = folder;
        _expressions = new PhpExpressions(file, name => _variables.GetValueOrDefault(name), Constant);
    }

    /// <summary>What the file sets.</summary>
    public IReadOnlyList<PhpSetting> All => _found;

    /// <summary>The files it includes, where their paths can be told without running it; absolute ones begin with the folder that was given.</summary>
    public IReadOnlyList<string> Included => _included;

    /// <summary>Reads a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="folder">What <c>__DIR__</c> is in it.</param>
    public static PhpSettings Of(PhpFile file, string folder = "")
    {
        PhpSettings settings = new(file, folder);
        for (var at = 0; at < file.Code.Length; at++)
            settings.ReadAt(at);
        return settings;
    }

    /// <summary>What PHP would find under a key: of a constant the first value, of a variable the last.</summary>
    public PhpSetting? Find(string key) => key.Contains("()", StringComparison.Ordinal) ? LastCall(key) : key.StartsWith('$') || key.StartsWith("return", StringComparison.Ordinal)
        ? _found.LastOrDefault(s => s.Key == key)
        : _found.FirstOrDefault(s => s.Key == key);

    /// <summary>The same as text, or null when it is not set or not known without running it.</summary>
    public string? Text(string key) => Find(key)?.Value.Value is { } value ? PhpLiteral.ToText(value) : null;

    /// <summary>Of a function that is called twice the last call counts, with its own arguments only.</summary>
    private PhpSetting? LastCall(string key)
    {
        var call = _found.FindLastIndex(s => s.Key.Length == key.IndexOf(')', StringComparison.Ordinal) + 1 && key.StartsWith(s.Key, StringComparison.Ordinal));
        return call < 0 ? null : _found.Skip(call).FirstOrDefault(s => s.Key == key);
    }

    private void ReadAt(int at)
    {
        switch (_file.Code[at].Kind)
        {
            case PhpTokenKind.Variable:
                Assignment(at);
                break;
            case PhpTokenKind.Name when _file.IsName(at, "define") && _file.Is(at + 1, '('):
                Define(at);
                break;
            case PhpTokenKind.Name when _file.IsName(at, "const") && _file.IsKind(at + 1, PhpTokenKind.Name) && _file.Is(at + 2, '='):
                Constant(_file.TextOf(_file.Code[at + 1]).ToString(), at, _expressions.Read(at + 3));
                break;
            case PhpTokenKind.Name when _file.IsName(at, "return") && (_file.Is(at + 1, '[') || _file.IsName(at + 1, "array")):
                Add("return", at, _expressions.Read(at + 1));
                break;
            case PhpTokenKind.Name when IsInclude(at) && _expressions.Read(_file.Is(at + 1, '(') ? at + 2 : at + 1).Value is { } path:
                _included.Add(PhpLiteral.ToText(path));
                break;
            case PhpTokenKind.Name when _file.Is(at + 1, '(') && Called(at) is { } call:
                Call(call, at);
                break;
        }
    }

    private void Assignment(int at)
    {
        var key = _file.TextOf(_file.Code[at]).ToString();
        var next = at + 1;
        while (_file.Is(next, '['))
        {
            var close = _file.Closing(next);
            if (close == next + 1 || _expressions.Read(next + 1) is not { Value: { } index, After: var after } || after != close)
                return;
            key = key == "$GLOBALS" ? "$" + index : key + "." + index;
            next = close + 1;
        }

        if (!_file.Is(next, '='))
            return;
        var value = _expressions.Read(_file.Is(next + 1, '&') ? next + 2 : next + 1);
        Add(key, at, value);
        if (value.Value is { } known)
            _variables[key[1..]] = known;
        else
            _variables.Remove(key[1..]);
    }

    private void Define(int at)
    {
        var name = _expressions.Read(at + 2);
        if (name.Value is { } constant && _file.Is(name.After, ','))
            Constant(constant, at, _expressions.Read(name.After + 1));
    }

    private void Constant(string name, int at, PhpExpression value)
    {
        Add(name, at, value);
        if (value.Value is { } known)
            _constants.TryAdd(name, known);
    }

    private string? Constant(string name) =>
        _constants.TryGetValue(name, out var value) ? value
        : name.ToLowerInvariant() is "true" ? "1"
        : name.ToLowerInvariant() is "false" or "null" ? ""
        : null;

    private void Call(string name, int at)
    {
        _found.Add(new PhpSetting(name + "()", new PhpExpression(at, at + 1, null, []), _file.Code[at].Line));
        var end = _file.Closing(at + 1);
        var argument = 0;
        for (var from = at + 2; from < end;)
        {
            var value = _expressions.Read(from);
            Add(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{name}().{argument++}"), from, value);
            from = Math.Max(from, value.After) + 1;
        }
    }

    private void Add(string key, int at, PhpExpression value)
    {
        _found.Add(new PhpSetting(key, value, _file.Code[Math.Min(at, _file.Code.Length - 1)].Line));
        foreach (var item in value.Items)
            Add(key + "." + item.Key, item.Value.First, item.Value);
    }

    private bool IsInclude(int at) =>
        _file.IsName(at, "require") || _file.IsName(at, "require_once") || _file.IsName(at, "include") || _file.IsName(at, "include_once");

    private string? Called(int at)
    {
        if (_file.Is(at - 1, "->") || _file.Is(at - 1, "::") || _file.IsName(at - 1, "function"))
            return null;
        var name = _file.TextOf(_file.Code[at]).TrimStart('\\').ToString().ToLowerInvariant();
        return Calls.Contains(name) ? name : null;
    }
}
