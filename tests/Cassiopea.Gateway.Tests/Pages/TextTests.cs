using System.Text.RegularExpressions;
using Cassiopea.Contracts;
using Cassiopea.Gateway.Pages;

namespace Cassiopea.Gateway.Tests.Pages;

public sealed partial class TextTests
{
    static readonly string Folder = Path.Combine(Root(), "src/Cassiopea.Gateway/Pages");

    [Fact]
    public void Every_text_has_three_languages_with_the_same_places_for_values()
    {
        Assert.True(Words.All.Count > 300);
        foreach (var (key, texts) in Words.All)
        {
            Assert.True(texts.Count == 3 && texts.Values.All(t => t.Length > 0), $"[{key}] has {string.Join(", ", texts.Keys)}");
            Assert.True(texts.Values.Select(t => string.Join(",", Places().Matches(t).Select(m => m.Groups["number"].Value).Distinct().Order(StringComparer.Ordinal))).Distinct().Count() == 1, $"[{key}] has other places in other languages");
        }
    }

    [Fact]
    public void Every_text_that_a_page_names_is_there()
    {
        var missing =
            from file in Directory.EnumerateFiles(Folder, "*.*", SearchOption.AllDirectories)
            where Path.GetExtension(file) is ".razor" or ".cs"
            from Match match in Named().Matches(File.ReadAllText(file))
            let key = match.Groups["key"].Value
            let found = match.Groups["kind"].Value == "Count" ? Words.All.ContainsKey(key + ".one") && Words.All.ContainsKey(key + ".many") : Words.All.ContainsKey(key)
            where !found
            select $"{Path.GetFileName(file)}: [{key}]";
        Assert.Empty(missing);
    }

    [Fact]
    public void Every_state_kind_strategy_grade_and_failure_has_its_text()
    {
        string[] keys =
        [
            .. Enum.GetNames<MigrationState>().SelectMany(s => new[] { $"state.{s}", $"state.{s}.text" }),
            .. Enum.GetNames<ItemKind>().SelectMany(k => new[] { $"kind.{k}", $"kinds.{k}", $"silence.{k}", $"progress.done.{k}" }),
            .. Enum.GetNames<MailboxStrategy>().SelectMany(s => new[] { $"strategy.{s}", $"strategy.{s}.hint" }),
            .. Enum.GetNames<Grade>().Select(g => $"grade.{g}"),
            .. Enum.GetNames<InvoiceStatus>().SelectMany(s => new[] { $"invoice.{s}", $"invoice.{s}.text" }),
            .. typeof(FailureCode).GetFields().Select(f => $"failure.{f.GetRawConstantValue()}"),
        ];
        Assert.Equal([], keys.Except(Words.All.Keys));
    }

    [Fact]
    public void Components_hold_no_text_of_their_own()
    {
        var literals =
            from file in Directory.EnumerateFiles(Folder, "*.razor", SearchOption.AllDirectories)
            from text in LiteralsOf(File.ReadAllText(file))
            select $"{Path.GetFileName(file)}: {text}";
        Assert.Empty(literals);
    }

    [Fact]
    public void The_human_sentences_of_the_guide_keep_their_tone()
    {
        Assert.Equal("Vraiment ?", Words.Get("fr", "mail.really"));
        Assert.Contains("serveurs activés 24/7 avec le coût environnemental afférent", Words.Get("fr", "mail.need"), StringComparison.Ordinal);
        Assert.Contains("pour votre pouvoir subsidiant, par exemple", Words.Get("fr", "site.statistics"), StringComparison.Ordinal);
        Assert.Contains("(théoriquement)", Words.Get("fr", "domain.owners"), StringComparison.Ordinal);
    }

    // what is left of a component when its code, tags, attributes and expressions are taken away
    static IEnumerable<string> LiteralsOf(string razor)
    {
        var code = razor.IndexOf("@code {", StringComparison.Ordinal);
        var markup = code < 0 ? razor : razor[..code];
        markup = Generics().Replace(Comments().Replace(markup, ""), "");
        foreach (Match attribute in SpokenAttributes().Matches(markup))
            yield return attribute.Value;
        foreach (Match tag in BetweenTags().Matches(markup))
        {
            var text = Entities().Replace(tag.Groups["text"].Value, "");
            if (!text.Contains('@', StringComparison.Ordinal) && !text.Contains('{', StringComparison.Ordinal) && !text.Contains(';', StringComparison.Ordinal)
                && !text.Contains("case ", StringComparison.Ordinal) && !text.Contains('}', StringComparison.Ordinal) && Letters().IsMatch(text) && text.Trim() != "Cassiopea")
                yield return text.Trim();
        }
    }

    internal static string Root()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Cassiopea.Aspire.sln")))
                return folder.FullName;
        }
        throw new InvalidOperationException("the repository is not above the tests");
    }

    [GeneratedRegex(@"\{(?<number>\d+)[^}]*\}", RegexOptions.ExplicitCapture, 2000)]
    private static partial Regex Places();

    [GeneratedRegex(@"(T|t|visit)(\.(?<kind>With|Count)\(|\[)""(?<key>[a-zA-Z0-9.-]+)""[\],)]", RegexOptions.ExplicitCapture, 2000)]
    private static partial Regex Named();

    [GeneratedRegex(@"@\*.*?\*@", RegexOptions.Singleline, 2000)]
    private static partial Regex Comments();

    [GeneratedRegex(@"\b(aria-label|placeholder|title|alt|Title|Label|Hint)=""[^@""][^""]*""", RegexOptions.ExplicitCapture, 2000)]
    private static partial Regex SpokenAttributes();

    [GeneratedRegex(@"(?<![=])>(?<text>[^<>@{}]+)<", RegexOptions.ExplicitCapture, 2000)]
    private static partial Regex BetweenTags();

    [GeneratedRegex(@"<\w+>\(\)", RegexOptions.None, 2000)]
    private static partial Regex Generics();

    [GeneratedRegex(@"&\w+;", RegexOptions.None, 2000)]
    private static partial Regex Entities();

    [GeneratedRegex(@"\p{L}{2,}", RegexOptions.None, 2000)]
    private static partial Regex Letters();
}
