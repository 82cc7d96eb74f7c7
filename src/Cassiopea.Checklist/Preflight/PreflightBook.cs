using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Cassiopea.Checklist.Preflight;

/// <summary>How a check stands.</summary>
public enum CheckState
{
    /// <summary>Not looked at yet.</summary>
    Unknown,

    /// <summary>In order.</summary>
    Green,

    /// <summary>Something to know; nothing waits for it.</summary>
    Amber,

    /// <summary>The plan waits until it is mended.</summary>
    Red,
}

/// <summary>One named check (<c>checks.json</c>).</summary>
/// <param name="Code">Stable, kebab-case.</param>
/// <param name="Scope">Migration, or the kind of item that it is made for.</param>
/// <param name="End">source, target or ours.</param>
/// <param name="Severity">Red or Amber: what it is when it is bad.</param>
/// <param name="Text">Under which key its words stand: checks of different kinds may share them.</param>
/// <param name="Bad">When it is bad.</param>
public sealed record Check(string Code, string Scope, string End, CheckState Severity, string Text, Condition Bad)
{
    /// <summary>True when a fact makes it bad: an item that cannot be entered at all waits by itself, and what the whole migration lacks has a gate of its own.</summary>
    public bool IsMeasured => Scope != RuleBook.WholeMigration && Bad.Failure is null;

    /// <summary>What waits while it is red and nobody accepted it; None where the item waits by itself, or another gate says the same.</summary>
    public Gate TaskGate => Code == "contacts-verified" ? Gate.CutOver : IsMeasured ? Gate.Plan : Gate.None;
}

/// <summary>What came of one check.</summary>
/// <param name="Check">The check.</param>
/// <param name="Thing">For which item; null = for the migration.</param>
/// <param name="State">How it stands.</param>
/// <param name="Witness">The measured fact that makes it bad; null when there is none.</param>
public sealed record CheckResult(Check Check, Thing? Thing, CheckState State, KnownFact? Witness);

/// <summary>All named checks, and how they stand for one migration: from what surveys and dry runs measured at both ends.</summary>
public static class PreflightBook
{
    /// <summary>How the code of a task begins that a red check makes.</summary>
    public const string TaskPrefix = "check:";

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter() },
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    /// <summary>All checks, both ends of an item before the next kind.</summary>
    public static IReadOnlyList<Check> Checks { get; } = Load();

    /// <summary>The check of that code; null when there is none.</summary>
    public static Check? Find(string code) => Checks.FirstOrDefault(c => c.Code == code);

    /// <summary>How every check stands.</summary>
    /// <param name="input">What is known.</param>
    /// <param name="questionsOpen">Questions that block the plan are open.</param>
    public static IReadOnlyList<CheckResult> Judge(ChecklistInput input, bool questionsOpen) =>
    [
        .. from check in Checks
           from thing in check.Scope == RuleBook.WholeMigration ? [null] : input.Things.Where(t => t.Kind == check.Scope).Cast<Thing?>()
           select Judge(check, thing, input, questionsOpen),
    ];

    private static CheckResult Judge(Check check, Thing? thing, ChecklistInput input, bool open)
    {
        if (check.Bad.Holds(input, thing, open))
            return new CheckResult(check, thing, check.Severity, check.Bad.Witness(input, thing));
        // nothing bad is known of an item that was not entered, or whose other end stopped the survey
        var seen = thing is null || thing.Entered || thing.Facts.Count > 0;
        return new CheckResult(check, thing, seen ? CheckState.Green : CheckState.Unknown, null);
    }

    private static IReadOnlyList<Check> Load()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("Cassiopea.Checklist.checks.json") ?? throw new InvalidOperationException("No checks.");
        return JsonSerializer.Deserialize<List<Check>>(stream, Options) ?? throw new InvalidOperationException("No checks.");
    }
}
