using System.Globalization;
using System.Reflection;

namespace Cassiopea.Migrations.Dossiers;

/// <summary>The words of the dossier page, from an embedded file per language: <c>key = text</c>, one a line.</summary>
internal sealed class DossierTexts
{
    private static readonly TimeZoneInfo Brussels = TimeZoneInfo.FindSystemTimeZoneById("Europe/Brussels");
    private readonly Dictionary<string, string> _texts;

    private DossierTexts(string language)
    {
        Language = language;
        Culture = CultureInfo.GetCultureInfo(language switch { "nl" => "nl-BE", "en" => "en-GB", _ => "fr-BE" });
        var name = $"Cassiopea.Migrations.Dossiers.Texts.{language}.txt";
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name) ?? throw new InvalidOperationException($"No text {name}.");
        using var reader = new StreamReader(stream);
        _texts = reader.ReadToEnd().ReplaceLineEndings("\n").Split('\n')
            .Where(line => line.Contains('=', StringComparison.Ordinal))
            .Select(line => line.Split('=', 2))
            .ToDictionary(pair => pair[0].Trim(), pair => pair[1].Trim(), StringComparer.Ordinal);
    }

    public string Language { get; }

    public CultureInfo Culture { get; }

    public IEnumerable<string> Keys => _texts.Keys;

    public string this[string key] => _texts.TryGetValue(key, out var text) ? text : throw new KeyNotFoundException($"The dossier has no text '{key}' in {Language}.");

    /// <summary>French when the language is none of the three.</summary>
    public static DossierTexts In(string language) => new(language is "nl" or "en" ? language : "fr");

    /// <summary>In Brussels, as people there write it; empty when unknown.</summary>
    public string Time(DateTimeOffset? at) => at is { } t ? TimeZoneInfo.ConvertTime(t, Brussels).ToString("f", Culture) : "";
}
