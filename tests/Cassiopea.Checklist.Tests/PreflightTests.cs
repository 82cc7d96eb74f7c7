using Cassiopea.Checklist.Preflight;

namespace Cassiopea.Checklist.Tests;

/// <summary>Named checks at both ends: one broken thing reddens one check.</summary>
public sealed class PreflightTests
{
    public static TheoryData<string> Codes => [.. PreflightBook.Checks.Select(c => c.Code)];

    [Fact]
    public void There_are_at_least_30_named_checks_at_both_ends_each_with_a_code_of_its_own()
    {
        Assert.True(PreflightBook.Checks.Count >= 30);
        Assert.Equal(PreflightBook.Checks.Count, PreflightBook.Checks.Select(c => c.Code).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(["ours", "source", "target"], PreflightBook.Checks.Select(c => c.End).Distinct().Order(StringComparer.Ordinal));
        Assert.All(PreflightBook.Checks, c => Assert.True(c.Severity is CheckState.Red or CheckState.Amber));
    }

    [Theory]
    [MemberData(nameof(Codes))]
    public void A_check_says_what_it_looks_for_and_what_to_do_in_three_languages(string code)
    {
        var check = PreflightBook.Find(code)!;
        foreach (var words in Words.Languages.Select(Words.In))
        {
            Assert.NotEmpty(words.Check(check));
            Assert.True(words.Fix(check).Length > 20, words.Fix(check));
            Assert.NotEmpty(words[$"state.{check.Severity}"]);
        }
    }

    [Theory]
    [MemberData(nameof(Codes))]
    public void Breaking_one_thing_reddens_only_that_check(string code)
    {
        var check = PreflightBook.Find(code)!;
        var healthy = Situation.Healthy(check.Scope);
        Assert.All(PreflightBook.Judge(healthy.Input(), questionsOpen: false), r => Assert.Equal(CheckState.Green, r.State));

        var broken = Situation.Healthy(check.Scope);
        broken.Break(check.Bad);
        var bad = PreflightBook.Judge(broken.Input(), check.Bad.Open == true).Where(r => r.State is CheckState.Red or CheckState.Amber).ToList();
        var only = Assert.Single(bad);
        Assert.Equal((code, check.Severity), (only.Check.Code, only.State));
    }

    [Fact]
    public void A_red_check_is_a_task_that_holds_the_plan_until_it_is_mended_or_a_person_closes_it()
    {
        var situation = Situation.Healthy("Mailbox").Know("target-quota-bytes", "100");
        var task = Assert.Single(situation.Judge().Tasks, x => x.Rule == 0);
        Assert.Equal(("check:mail-target-quota", Gate.Plan, Situation.Item), (task.Code, task.Gate, task.ItemId));
        Assert.Contains(situation.Judge().At(Gate.Plan), b => b is { Rule: 0, Why: "task", By: "staff" });
        Assert.NotEmpty(Words.In("nl").Task(task.Code));
        situation.Tasks.Add(new KnownTask(task.Id, Open: false));
        Assert.DoesNotContain(situation.Judge().Blocks, b => b.Rule == 0);
        Assert.DoesNotContain(Situation.Healthy("Mailbox").Judge().Tasks, x => x.Rule == 0);
    }

    [Theory]
    [InlineData("a@moving.example", true, "b@elsewhere.example", true, "")]
    [InlineData("a@moving.example", true, "", false, "no second contact")]
    [InlineData("a@moving.example", false, "b@elsewhere.example", true, "first")]
    [InlineData("a@moving.example", true, "b@elsewhere.example", false, "second")]
    [InlineData("a@moving.example", true, "b@mail.moving.example", true, "both are on domains that move")]
    public void Two_contacts_are_verified_one_of_them_outside_the_domains_that_move(string first, bool firstVerified, string second, bool secondVerified, string problem) =>
        Assert.Equal(problem, string.Join(' ', Contacts.Problems(first, firstVerified, second, secondVerified, ["moving.example", "info@moving.example"]).Select(p => p.Value)));

    [Fact]
    public void Nothing_is_green_before_it_was_looked_at()
    {
        var unseen = new Situation { Invoices = "Clear", Surveyed = true }.Have("Mailbox");
        Assert.All(PreflightBook.Judge(unseen.Input(), false).Where(r => r.Thing is not null), r => Assert.Equal(CheckState.Unknown, r.State));
    }

    [Fact]
    public void The_whole_dry_run_takes_as_long_as_its_longest_item_at_least_and_as_all_of_them_at_most()
    {
        var (one, two, three) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
        var run = DryRun.Of([new(one, 100, 1000, 60, 1), new(two, 50, 500, 30, 0), new(three, null, null, null, 0)]);
        Assert.Equal((150L, 1500L, 60d, 90d, 1, false), (run.Things, run.Bytes, run.LeastSeconds!.Value, run.MostSeconds!.Value, run.Problems, run.Complete));
        Assert.Null(DryRun.Of([]).LeastSeconds);
    }
}
