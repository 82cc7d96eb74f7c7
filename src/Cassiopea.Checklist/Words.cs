using System.Reflection;

namespace Cassiopea.Checklist;

/// <summary>The words of the checklist in one language: <c>key = text</c>, one a line, in an embedded file per language.</summary>
public sealed class Words
{
    private static readonly Dictionary<string, Words> All = Languages.ToDictionary(l => l, l => new Words(l), StringComparer.Ordinal);

    private readonly Dictionary<string, string> _texts;

    private Words(string language)
    {
        Language = language;
        var name = $"Cassiopea.Checklist.Texts.{language}.txt";
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name) ?? throw new InvalidOperationException($"No text {name}.");
        using var reader = new StreamReader(stream);
        _texts = reader.ReadToEnd().ReplaceLineEndings("\n").Split('\n')
            .Where(line => line.Contains(" = ", StringComparison.Ordinal))
            .Select(line => line.Split(" = ", 2))
            .ToDictionary(pair => pair[0].Trim(), pair => pair[1].Trim(), StringComparer.Ordinal);
    }

    /// <summary>The three languages, French first.</summary>
    public static IReadOnlyList<string> Languages => ["fr", "nl", "en"];

    /// <summary><c>fr</c>, <c>nl</c> or <c>en</c>.</summary>
    public string Language { get; }

    /// <summary>All keys.</summary>
    public IReadOnlyCollection<string> Keys => _texts.Keys;

    /// <summary>The text of that key.</summary>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    public string this[string key] => _texts.TryGetValue(key, out var text) ? text : throw new KeyNotFoundException($"The checklist has no text '{key}' in {Language}.");

    /// <summary>The words of a language; French when it is none of the three.</summary>
    public static Words In(string? language) => All[language is "nl" or "en" ? language : "fr"];

    /// <summary>What a rule asks or says.</summary>
    public string Ask(Rule rule) => this[$"{rule.Id}.ask"];

    /// <summary>What helps to answer it.</summary>
    public string Help(Rule rule) => this[$"{rule.Id}.help"];

    /// <summary>One possible answer.</summary>
    public string Choice(Rule rule, string code) => code switch
    {
        RuleBook.Unknown => this["choice.unknown"],
        "ask" or "help" => this[$"{rule.Id}.{code}-choice"],
        _ => this[$"{rule.Id}.{code}"],
    };

    /// <summary>A step of the plan.</summary>
    public string Step(string code) => this["step." + code];

    /// <summary>A task.</summary>
    public string Task(string code) =>
        code.StartsWith(Preflight.PreflightBook.TaskPrefix, StringComparison.Ordinal) && Preflight.PreflightBook.Find(code[Preflight.PreflightBook.TaskPrefix.Length..]) is { } check
            ? Fix(check) : this["task." + code];

    /// <summary>What a check looks for.</summary>
    public string Check(Preflight.Check check) => this["check." + check.Text];

    /// <summary>What is to be done when a check is bad, and by whom.</summary>
    public string Fix(Preflight.Check check) => this["fix." + check.Text];

    /// <summary>Who acts.</summary>
    public string By(string who) => this["by." + who];
}
