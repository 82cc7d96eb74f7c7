using Cassiopea.Sites.Configuration;
using Cassiopea.Sites.Php;
using Cassiopea.Sites.Tree;

namespace Cassiopea.Sites.Compatibility;

/// <summary>What one PHP file does that matters for a move; only code is looked at, never text inside strings and comments.</summary>
internal sealed class PhpInspection
{
    private readonly PhpFile _file;
    private readonly SitePath _path;
    private readonly Version _target;
    private readonly HashSet<string> _asked = new(StringComparer.OrdinalIgnoreCase);

    private PhpInspection(PhpFile file, SitePath path, Version target) => (_file, _path, _target) = (file, path, target);

    public List<SiteFinding> Findings { get; } = [];

    /// <summary>Functions that the file defines: a finding about a function of the same name is none, anywhere in the site.</summary>
    public HashSet<string> Defines { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Extensions used; true = without asking whether they are there.</summary>
    public Dictionary<string, bool> Extensions { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>A connection that the file itself opens, with the login written in it.</summary>
    public DatabaseCredentials? Connection { get; private set; }

    public static PhpInspection Of(PhpFile file, SitePath path, Version target, IReadOnlyList<string> roots)
    {
        PhpInspection inspection = new(file, path, target);
        inspection.Asked();
        for (var at = 0; at < file.Code.Length; at++)
            inspection.At(at);
        inspection.Paths(roots);
        PhpSyntaxRules.Find(file, inspection.Add, target);
        PhpClassRules.Find(file, inspection.Add, target);
        inspection.Connection = ConfigurationReader.ReadCalls(path, PhpSettings.Of(file));
        return inspection;
    }

    private void Add(string code, FindingWeight weight, int line, string subject, string text) =>
        Findings.Add(new SiteFinding(code, weight, _path, line, PhpLiteral.ToText(subject), text));

    /// <summary>What the file asks for before it uses it.</summary>
    private void Asked()
    {
        for (var at = 0; at + 2 < _file.Code.Length; at++)
        {
            if ((_file.IsName(at, "function_exists") || _file.IsName(at, "extension_loaded") || _file.IsName(at, "class_exists") || _file.IsName(at, "is_callable") || _file.IsName(at, "defined"))
                && _file.Is(at + 1, '(') && _file.IsKind(at + 2, PhpTokenKind.String))
                _asked.Add(PhpLiteral.Read(_file.TextOf(_file.Code[at + 2])));
        }
    }

    private void At(int at)
    {
        var token = _file.Code[at];
        if (token.Kind == PhpTokenKind.Variable)
        {
            if (PhpChanges.Variable(_file.TextOf(token).ToString()) is { } variable)
                Change("variable", _file.TextOf(token).ToString(), variable, token.Line);
            return;
        }

        if (token.Kind != PhpTokenKind.Name)
            return;
        var name = _file.TextOf(token).TrimStart('\\').ToString();
        if (_file.IsName(at - 1, "function") || (_file.Is(at - 1, '&') && _file.IsName(at - 2, "function")))
        {
            Defines.Add(name);
            if (name.Equals("__autoload", StringComparison.OrdinalIgnoreCase))
                Change("function", name, PhpChanges.Function(name)!, token.Line);
        }
        else if (_file.IsName(at - 1, "new") || _file.IsName(at - 1, "extends") || _file.IsName(at - 1, "instanceof") || _file.Is(at + 1, "::"))
            Uses(PhpExtensions.OfClass(name), name);
        else if (!_file.Is(at - 1, "->") && !_file.Is(at - 1, "::") && !_file.Is(at - 1, "?->"))
            Global(at, name, token.Line);
    }

    private void Global(int at, string name, int line)
    {
        if (!_file.Is(at + 1, '('))
        {
            if (PhpChanges.Name(name) is { } constant && !_file.IsName(at - 1, "const") && !_file.IsName(at - 1, "class"))
                Change("constant", name, constant, line);
            return;
        }

        Uses(PhpExtensions.OfFunction(name), name);
        if (PhpChanges.Function(name) is { } function)
            Change("function", name, function, line);
        if (name.Equals("mail", StringComparison.OrdinalIgnoreCase) || name.Equals("mb_send_mail", StringComparison.OrdinalIgnoreCase))
            Add("sends-mail", FindingWeight.Note, line, name, Arguments(at + 1) >= 5 ? "Sends mail and sets its own sender: check SPF and the new host's rules." : "Sends mail through the host: check that the new host allows it.");
        else if (name.Equals("preg_replace", StringComparison.OrdinalIgnoreCase) && _file.IsKind(at + 2, PhpTokenKind.String) && Evaluates(PhpLiteral.Read(_file.TextOf(_file.Code[at + 2]))))
            Add("preg-replace-e", _target >= new Version(7, 0) ? FindingWeight.Stops : FindingWeight.Warns, line, name, "The modifier e is gone since PHP 7.0: use preg_replace_callback.");
        else if (name.Equals("fsockopen", StringComparison.OrdinalIgnoreCase) && Literal(at + 4) is "25" or "465" or "587")
            Add("sends-mail", FindingWeight.Note, line, name, "Speaks SMTP itself: check that the new host lets it out.");
    }

    private string Literal(int at) => at < _file.Code.Length && _file.Code[at].Kind is PhpTokenKind.Number or PhpTokenKind.String ? _file.TextOf(_file.Code[at]).Trim("'\"").ToString() : "";

    private void Change(string what, string name, PhpChange change, int line)
    {
        var isGone = change.Removed is not null && change.Removed <= _target;
        var weight = isGone ? change.Removed > new Version(5, 4) ? FindingWeight.Stops : FindingWeight.Note
            : change.Deprecated is not null && change.Deprecated <= _target ? FindingWeight.Warns
            : (FindingWeight?)null;
        if (weight is not { } found)
            return;
        if (_asked.Contains(name) && found == FindingWeight.Stops)
            found = FindingWeight.Note;
        var when = isGone ? $"Removed in PHP {change.Removed}" : $"Deprecated in PHP {change.Deprecated}";
        Add((isGone ? "removed-" : "deprecated-") + what, found, line, name, $"{when}{(_asked.Contains(name) ? ", but the file asks first whether it is there" : "")}. Instead: {change.Instead}.");
    }

    private void Uses(string? extension, string name)
    {
        if (extension is null)
            return;
        var needed = !_asked.Contains(name) && !_asked.Contains(extension);
        Extensions[extension] = Extensions.GetValueOrDefault(extension) || needed;
    }

    private int Arguments(int open)
    {
        var close = _file.Closing(open);
        var count = close > open + 1 ? 1 : 0;
        for (var at = open + 1; at < close; at++)
        {
            if (_file.Is(at, '(') || _file.Is(at, '[') || _file.Is(at, '{'))
                at = _file.Closing(at);
            else if (_file.Is(at, ','))
                count++;
        }

        return count;
    }

    private static bool Evaluates(string pattern)
    {
        pattern = pattern.TrimStart();
        if (pattern.Length < 2 || char.IsAsciiLetterOrDigit(pattern[0]) || pattern[0] == '\\')
            return false;
        var close = "([{<".IndexOf(pattern[0], StringComparison.Ordinal) is var i and >= 0 ? ")]}>"[i] : pattern[0];
        return pattern.LastIndexOf(close) is var end and > 0 && pattern[(end + 1)..].Contains('e', StringComparison.Ordinal) && pattern[(end + 1)..].All(static c => char.IsAsciiLetter(c) || c is '\n' or '\r' or ' ');
    }

    private void Paths(IReadOnlyList<string> roots)
    {
        foreach (var token in _file.Tokens)
        {
            if (token.Kind is not (PhpTokenKind.String or PhpTokenKind.Text))
                continue;
            var value = token.Kind == PhpTokenKind.String ? PhpLiteral.Read(_file.TextOf(token)) : _file.TextOf(token).ToString();
            if (AbsolutePaths.Is(value, roots))
                Add("absolute-path", FindingWeight.Warns, token.Line, value.Length > 200 ? value[..200] : value, "Names a folder of the old host.");
        }
    }
}
