using System.Globalization;
using System.Reflection;
using Cassiopea.Contracts;

namespace Cassiopea.Gateway.Domains;

/// <summary>The steps of a domain as its owner reads them: embedded files, <c>step = sentence</c>, in French, Dutch and English.</summary>
internal static class DomainSentences
{
    public static readonly IReadOnlyList<string> Languages = ["fr", "nl", "en"];
    static readonly TimeZoneInfo Brussels = TimeZoneInfo.FindSystemTimeZoneById("Europe/Brussels");
    static readonly Dictionary<string, Dictionary<string, string>> Texts = Languages.ToDictionary(language => language, Read);

    /// <summary>One sentence per language.</summary>
    public static IReadOnlyDictionary<string, string> All(DomainStepReached said) => Languages.ToDictionary(language => language, language => In(language, said));

    /// <summary>The key of a step: a rung has a sentence of its own.</summary>
    public static string Key(DomainStep step, RecoveryRung? rung) => rung is { } of ? $"{step}-{of}" : step.ToString();

    public static IReadOnlyCollection<string> Keys(string language) => Texts[language].Keys;

    static string In(string language, DomainStepReached said)
    {
        var text = Texts[language][Key(said.Step, said.Rung)];
        var culture = CultureInfo.GetCultureInfo(language switch { "nl" => "nl-BE", "en" => "en-GB", _ => "fr-BE" });
        return said.Until is { } until
            ? text.Replace("{until}", TimeZoneInfo.ConvertTime(until, Brussels).ToString("f", culture), StringComparison.Ordinal)
            : text.Replace("{until}", "?", StringComparison.Ordinal);
    }

    static Dictionary<string, string> Read(string language)
    {
        var name = $"Cassiopea.Gateway.Domains.Texts.steps.{language}.txt";
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name) ?? throw new InvalidOperationException($"No text {name}.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().ReplaceLineEndings("\n").Split('\n').Where(line => line.Contains('=', StringComparison.Ordinal))
            .Select(line => line.Split('=', 2)).ToDictionary(pair => pair[0].Trim(), pair => pair[1].Trim(), StringComparer.Ordinal);
    }
}
