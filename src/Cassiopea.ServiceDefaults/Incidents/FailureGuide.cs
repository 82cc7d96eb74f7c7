using System.Collections.Frozen;
using System.Reflection;

namespace Cassiopea.ServiceDefaults.Incidents;

/// <summary>What a failure code means to people.</summary>
/// <param name="Code">The code.</param>
/// <param name="Who">Who must act: <c>member</c>, <c>staff</c>, <c>provider</c>, <c>nobody</c>.</param>
/// <param name="Cause">Why it happened, one sentence.</param>
/// <param name="Fix">Who must do what.</param>
public sealed record FailureExplanation(string Code, string Who, string Cause, string Fix);

/// <summary>The table behind every failure code, in French, Dutch and English: <c>Incidents/failures.txt</c>.</summary>
public static class FailureGuide
{
    /// <summary>The languages of the table.</summary>
    public static readonly IReadOnlyList<string> Languages = ["fr", "nl", "en"];

    private static readonly FrozenDictionary<(string Code, string Language), FailureExplanation> Table = Read();

    /// <summary>Every code of the table.</summary>
    public static IReadOnlyList<string> Codes { get; } = [.. Table.Keys.Select(key => key.Code).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>The explanation, in French when the language is none of the three; null for an unknown code.</summary>
    public static FailureExplanation? Find(string code, string language) => Table.GetValueOrDefault((code, Languages.Contains(language) ? language : "fr"));

    private static FrozenDictionary<(string, string), FailureExplanation> Read()
    {
        const string Name = "Cassiopea.ServiceDefaults.Incidents.failures.txt";
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(Name) ?? throw new InvalidOperationException($"No text {Name}.");
        using var reader = new StreamReader(stream);
        Dictionary<(string, string), FailureExplanation> table = [];
        var (code, who) = ("", "");
        while (reader.ReadLine() is { } line)
        {
            if (line.Length == 0 || line[0] == '#') continue;
            if (line.Split("; ") is [var named, var acts] && !line.Contains(": ", StringComparison.Ordinal))
            {
                (code, who) = (named, acts);
                continue;
            }

            var text = line[4..].Split(" | ", 2);
            table.Add((code, line[..2]), new FailureExplanation(code, who, text[0], text[1]));
        }

        return table.ToFrozenDictionary();
    }
}
