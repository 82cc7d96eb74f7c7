using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Cassiopea.Checklist;

/// <summary>The rules of the members' guide, and what they say of one migration. No state, no clock of its own: the same input gives the same result.</summary>
public static class RuleBook
{
    /// <summary>The scope of what is asked once.</summary>
    public const string WholeMigration = "Migration";

    /// <summary>The answer that is always allowed: it makes a task for staff.</summary>
    public const string Unknown = "unknown";

    private const int Progress = 7;

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(), new ChangeText() },
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    /// <summary>All rules, in the order of the guide.</summary>
    public static IReadOnlyList<Rule> Rules { get; } = Load();

    /// <summary>Rises when a rule changes what it asks or what it does.</summary>
    public const int Version = 1;

    /// <summary>The rule of that number; null when there is none.</summary>
    public static Rule? Find(int id) => id >= 1 && id <= Rules.Count ? Rules[id - 1] : null;

    /// <summary>What the rules say.</summary>
    /// <param name="migrationId">Whose tasks these are.</param>
    /// <param name="input">What is known.</param>
    public static ChecklistResult Judge(Guid migrationId, ChecklistInput input)
    {
        var made = new Making(migrationId, input);
        foreach (var rule in Rules.Where(r => r.Id != Progress))
            made.Add(rule, open: false);
        made.Add(Rules[Progress - 1], made.HasOpenQuestions);
        made.AddChecks();
        return made.Result();
    }

    private static IReadOnlyList<Rule> Load()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("Cassiopea.Checklist.rules.json") ?? throw new InvalidOperationException("No rules.");
        var rules = JsonSerializer.Deserialize<List<RuleText>>(stream, Options) ?? throw new InvalidOperationException("No rules.");
        return [.. rules.Select(r => new Rule(
            r.Id, r.Group, r.Scope ?? WholeMigration, r.Sort, r.Acts ?? "member", r.Blocks, r.French, r.When,
            [.. r.Choices?.Select(c => new Choice(c.Key, c.Value.Changes, c.Value.Contradicted, c.Value.Proposed)) ?? []], r.Given ?? []))];
    }

    private sealed record RuleText(
        int Id, string Group, string? Scope, RuleSort Sort, string? Acts, Gate Blocks, IReadOnlyList<string> French, Condition? When,
        OrderedDictionary<string, ChoiceText>? Choices, IReadOnlyList<Given>? Given);

    private sealed record ChoiceText(IReadOnlyList<Change> Changes, Condition? Contradicted = null, Condition? Proposed = null);

    /// <summary>Changes are written short: <c>step:CODE:BY</c>, <c>task:CODE:GATE</c>, <c>block:GATE</c>, <c>strategy:NAME[:YEARS]</c>, <c>statistics:yes|no</c>, <c>fetch</c>.</summary>
    private sealed class ChangeText : JsonConverter<Change>
    {
        public override Change Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var text = reader.GetString() ?? "";
            return text.Split(':') switch
            {
                ["step", var code, var by] => new Change("step", code, By: by),
                ["task", var code, var gate] => new Change("task", code, Gate: Enum.Parse<Gate>(gate)),
                ["block", var gate] => new Change("block", Gate: Enum.Parse<Gate>(gate)),
                ["strategy", var name] => new Change("strategy", name),
                ["strategy", var name, var years] => new Change("strategy", name, Years: int.Parse(years, System.Globalization.CultureInfo.InvariantCulture)),
                ["statistics", var wanted] => new Change("statistics", wanted),
                ["fetch"] => new Change("fetch"),
                _ => throw new JsonException($"'{text}' is no change."),
            };
        }

        public override void Write(Utf8JsonWriter writer, Change value, JsonSerializerOptions options) => throw new NotSupportedException("Rules are only read.");
    }
}
