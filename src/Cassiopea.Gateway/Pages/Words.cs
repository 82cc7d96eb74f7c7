using System.Globalization;
using System.Reflection;

namespace Cassiopea.Gateway.Pages;

/// <summary>
/// Every text of the pages, in three languages, from the embedded files <c>Texts/*.txt</c>: a line <c>[key]</c>, then one line each that begins with
/// <c>fr</c>, <c>nl</c> and <c>en</c>. The three stand together, so that whoever changes one sees the others.
/// </summary>
internal static class Words
{
    public static readonly IReadOnlyList<string> Languages = ["fr", "nl", "en"];

    /// <summary>By key, then by language.</summary>
    public static readonly IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> All = Read();

    /// <exception cref="KeyNotFoundException">There is no such text: a defect that the tests of texts find.</exception>
    public static string Get(string language, string key) =>
        Find(language, key) ?? throw new KeyNotFoundException($"No text '{key}' in {language}.");

    public static string? Find(string language, string key) =>
        All.TryGetValue(key, out var texts) ? texts.GetValueOrDefault(language) : null;

    public static CultureInfo CultureOf(string language) =>
        CultureInfo.GetCultureInfo(language switch { "nl" => "nl-BE", "en" => "en-GB", _ => "fr-BE" });

    static Dictionary<string, IReadOnlyDictionary<string, string>> Read()
    {
        var all = new Dictionary<string, IReadOnlyDictionary<string, string>>(StringComparer.Ordinal);
        var assembly = Assembly.GetExecutingAssembly();
        foreach (var name in assembly.GetManifestResourceNames().Where(n => n.StartsWith("Cassiopea.Gateway.Pages.Texts.", StringComparison.Ordinal)))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            Read(name, reader.ReadToEnd(), all);
        }
        return all;
    }

    static void Read(string file, string content, Dictionary<string, IReadOnlyDictionary<string, string>> all)
    {
        Dictionary<string, string>? texts = null;
        var number = 0;
        foreach (var line in content.ReplaceLineEndings("\n").Split('\n'))
        {
            number++;
            if (line.Length == 0 || line[0] == '#')
                continue;
            if (line[0] == '[')
                all.Add(line.Trim('[', ']'), texts = new Dictionary<string, string>(StringComparer.Ordinal));
            else if (texts is not null && line.Length > 3 && line[2] == ' ' && Languages.Contains(line[..2]) && texts.TryAdd(line[..2], line[3..].Trim()))
                continue;
            else
                throw new FormatException($"{file}:{number.ToString(CultureInfo.InvariantCulture)}: a text line begins with fr, nl or en, once each.");
        }
    }
}
