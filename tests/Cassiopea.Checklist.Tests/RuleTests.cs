using System.Text.RegularExpressions;

namespace Cassiopea.Checklist.Tests;

/// <summary>The 43 rules of the guide: all there, in its words, in three languages.</summary>
public sealed partial class RuleTests
{
    public static TheoryData<int> Ids => [.. Enumerable.Range(1, 43)];

    private static readonly string Guide = Flat(ReadGuide());

    [Fact]
    [Trait("Requirement", "journey-C1")]
    public void All_43_rules_are_there_in_the_order_of_the_guide() => Assert.Equal(Enumerable.Range(1, 43), RuleBook.Rules.Select(r => r.Id));

    [Theory]
    [MemberData(nameof(Ids))]
    [Trait("Requirement", "journey-C1")]
    public void The_French_of_a_rule_is_the_guides_own_wording(int id)
    {
        var rule = RuleBook.Find(id)!;
        Assert.NotEmpty(rule.French);
        var from = 0;
        foreach (var words in rule.French)
        {
            var at = Guide.IndexOf(Flat(words), from, StringComparison.Ordinal);
            Assert.True(at >= 0, $"The guide does not say, after what stands before: {words}");
            from = at + 1;
        }
    }

    [Fact]
    public void The_pieces_follow_each_other_as_the_guide_does_within_each_group()
    {
        var inOrder = RuleBook.Rules.Where(r => r.Group is "mail" or "sites" or "domains" or "lists" && r.Id is not (19 or 27 or 28 or 29 or 30))
            .Select(r => (r.Id, At: Guide.IndexOf(Flat(r.French[0]), StringComparison.Ordinal))).ToList();
        Assert.Equal(inOrder.OrderBy(p => p.At).Select(p => p.Id), inOrder.Select(p => p.Id));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    [Trait("Requirement", "journey-C14")]
    public void A_rule_has_its_question_its_help_and_each_answer_in_three_languages(int id)
    {
        var rule = RuleBook.Find(id)!;
        foreach (var words in Words.Languages.Select(Words.In))
        {
            Assert.NotEmpty(words.Ask(rule));
            Assert.NotEmpty(words.Help(rule));
            Assert.NotEmpty(words["group." + rule.Group]);
            Assert.NotEmpty(words.By(rule.Acts));
            Assert.All(rule.Choices, c => Assert.NotEmpty(words.Choice(rule, c.Code)));
            foreach (var change in rule.Choices.SelectMany(c => c.Changes).Concat(rule.Given.SelectMany(g => g.Changes)))
            {
                Assert.NotEmpty(change.Sort switch
                {
                    "step" => words.Step(change.Code) + words.By(change.By),
                    "task" => words.Task(change.Code) + words[$"gate.{change.Gate}"],
                    "block" => words[$"gate.{change.Gate}"],
                    _ => "-",
                });
            }
        }
    }

    [Fact]
    public void The_three_languages_have_the_same_keys_and_no_text_stands_for_nothing()
    {
        var fr = Words.In("fr").Keys.Order(StringComparer.Ordinal).ToList();
        Assert.Equal(fr, Words.In("nl").Keys.Order(StringComparer.Ordinal));
        Assert.Equal(fr, Words.In("en").Keys.Order(StringComparer.Ordinal));
        var used = RuleBook.Rules.SelectMany(r => r.Choices.SelectMany(c => c.Changes).Concat(r.Given.SelectMany(g => g.Changes)))
            .Where(c => c.Sort is "step" or "task").Select(c => $"{c.Sort}.{c.Code}").ToHashSet(StringComparer.Ordinal);
        string[] ofThePeople = ["task.unknown", "task.link-dead", "task.call-member"];
        Assert.Empty(fr.Where(k => k.StartsWith("step.", StringComparison.Ordinal) || k.StartsWith("task.", StringComparison.Ordinal)).Except(used).Except(ofThePeople));
    }

    [Fact]
    [Trait("Requirement", "journey-C8")]
    public void The_hints_to_the_secret_question_stand_in_the_order_of_the_guide_own_towns_Bruxelles_Schaerbeek()
    {
        foreach (var help in Words.Languages.Select(l => Words.In(l).Help(RuleBook.Find(35)!)))
            Assert.True(help.IndexOf("Bruxelles", StringComparison.Ordinal) is > 20 and var first && first < help.IndexOf("Schaerbeek", StringComparison.Ordinal), help);
    }

    [Fact]
    public void The_archiving_question_ends_in_Vraiment()
    {
        Assert.EndsWith("Vraiment ?", Words.In("fr").Ask(RuleBook.Find(12)!), StringComparison.Ordinal);
        Assert.EndsWith("Vraiment ?", RuleBook.Find(12)!.French[0], StringComparison.Ordinal);
    }

    private static string ReadGuide()
    {
        using var stream = typeof(RuleTests).Assembly.GetManifestResourceStream("member-guide.fr.txt")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    // the guide is broken into lines for a screen; no-break spaces and blanks are the same to a reader
    private static string Flat(string text) => Blanks().Replace(text.Replace("https://", "", StringComparison.Ordinal), " ").Trim();

    [GeneratedRegex(@"[\s\u00A0]+", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Blanks();
}
