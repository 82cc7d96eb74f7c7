namespace Cassiopea.Checklist.Tests;

/// <summary>What the rules make of facts and answers.</summary>
public sealed class JudgementTests
{
    public static TheoryData<int> Ids => [.. Enumerable.Range(1, 43)];

    public static TheoryData<int> Asked => [.. RuleBook.Rules.Where(r => r.Choices.Count > 0).Select(r => r.Id)];

    [Theory]
    [MemberData(nameof(Ids))]
    [Trait("Requirement", "journey-C2")]
    public void Each_rule_is_reached_in_some_situation(int id) => Assert.Contains(Situation.For(RuleBook.Find(id)!).Judge().Entries, e => e.Rule.Id == id);

    [Theory]
    [MemberData(nameof(Asked))]
    public void Flipping_an_answer_changes_the_plan_or_a_block(int id)
    {
        var rule = RuleBook.Find(id)!;
        var outcomes = rule.Choices.ToDictionary(c => c.Code, c => Effect(Situation.For(rule).Answer(id, c.Code).Judge()) + string.Join(' ', c.Changes.Where(x => x.Sort == "strategy")));
        Assert.Equal(outcomes.Count, outcomes.Values.Distinct(StringComparer.Ordinal).Count());
        Assert.DoesNotContain(Effect(Situation.For(rule).Judge()), outcomes.Values);
    }

    [Theory]
    [InlineData(3, "Clear", "Due")]
    [InlineData(2, "AwaitingFinalInvoice", "Clear")]
    public void A_fact_about_invoices_that_flips_changes_the_plan_or_a_block(int id, string one, string other)
    {
        _ = RuleBook.Find(id)!;
        Assert.NotEqual(Effect(new Situation { Invoices = one }.Judge()), Effect(new Situation { Invoices = other }.Judge()));
    }

    [Fact]
    public void The_size_of_a_mailbox_changes_the_plan()
    {
        var small = new Situation().Have("Mailbox").Know("bytes", "1000");
        var large = new Situation().Have("Mailbox").Know("bytes", "3000000000");
        Assert.NotEqual(Effect(small.Judge()), Effect(large.Judge()));
        Assert.DoesNotContain(small.Judge().Entries, e => e.Rule.Id == 11);
        Assert.Contains(large.Judge().Entries, e => e.Rule.Id == 11);
    }

    [Fact]
    public void The_lists_of_questions_block_the_plan_until_they_are_answered()
    {
        var open = new Situation { Surveyed = true };
        Assert.Contains(open.Judge().At(Gate.Plan), b => b is { Rule: 7, Why: "fact" });
        var answered = open.Answer(5, "complete").Answer(43, "none").Judge();
        Assert.Empty(answered.At(Gate.Plan));
        Assert.Contains(answered.Steps, s => s.Code == "lists-answered");
    }

    [Theory]
    [MemberData(nameof(Asked))]
    [Trait("Requirement", "journey-C4")]
    public void I_do_not_know_makes_a_task_that_blocks_what_the_question_blocks_until_staff_close_it(int id)
    {
        var rule = RuleBook.Find(id)!;
        var situation = Situation.For(rule).Answer(id, RuleBook.Unknown);
        var task = Assert.Single(situation.Judge().Tasks, t => t.Rule == id && t.Code == "unknown");
        Assert.Equal(rule.Blocks, task.Gate);
        Assert.Equal(rule.Blocks != Gate.None, situation.Judge().Blocks.Any(b => b.Rule == id && b is { Why: "task", By: "staff" }));
        situation.Tasks.Add(new KnownTask(task.Id, Open: false));
        Assert.DoesNotContain(situation.Judge().Blocks, b => b.Rule == id && b.Why == "task");
    }

    [Fact]
    [Trait("Requirement", "journey-C2")]
    public void Only_what_belongs_to_found_services_is_asked()
    {
        var mail = new Situation { Surveyed = true }.Have("Mailbox").Judge();
        Assert.DoesNotContain(mail.Entries, e => e.Rule.Scope is "Site" or "Database" or "Domain" or "MailingList");
        var list = new Situation { Surveyed = true }.Have("MailingList").Judge();
        Assert.DoesNotContain(list.Entries, e => e.Rule.Group == "mail");
        Assert.Contains(list.Entries, e => e.Rule.Id == 41);
    }

    [Fact]
    [Trait("Requirement", "journey-C3")]
    public void An_answer_that_a_fact_contradicts_shows_the_conflict_and_the_fact_keeps_its_effect()
    {
        var judged = new Situation().Have("Mailbox").Answer(8, "keep").Answer(15, "yes").Know("protocol-seen", "pop3").Judge();
        var entry = judged.Entries.Single(e => e.Rule.Id == 15);
        Assert.Equal(("protocol-seen", "pop3"), (entry.Conflict?.Name, entry.Conflict?.Value));
        Assert.Contains(judged.At(Gate.CutOver), b => b.Rule == 17);
    }

    [Fact]
    public void A_mailbox_that_nobody_opened_for_a_year_is_proposed_for_the_archive_never_dropped_by_default()
    {
        var dormant = new Situation().Have("Mailbox").Know("last-used", "2024-01-01T00:00:00Z").Judge();
        Assert.Equal("archive", dormant.Entries.Single(e => e.Rule.Id == 8).Proposed);
        Assert.Null(dormant.Entries.Single(e => e.Rule.Id == 8).Answer);
        Assert.Contains(dormant.At(Gate.Plan), b => b is { Rule: 8, Why: "unanswered" });
    }

    [Theory]
    [InlineData(8, "drop", "Drop")]
    [InlineData(8, "archive", "Drop")]
    [InlineData(19, "start-empty", "StartEmpty")]
    [InlineData(12, "keep-2-years", "ArchiveOlder")]
    public void Drop_and_start_empty_need_a_verified_archive_before_the_hand_over(int rule, string choice, string strategy)
    {
        var situation = new Situation { Strategy = strategy }.Have("Mailbox").Answer(8, "keep").Answer(13, "downloaded").Answer(rule, choice);
        Assert.Contains(situation.Judge().At(Gate.HandOver), b => b.Rule == rule && b.Why == "fact");
        situation.Archived = true;
        Assert.DoesNotContain(situation.Judge().At(Gate.HandOver), b => b.Rule == rule);
    }

    [Fact]
    public void Members_who_read_by_IMAP_are_told_to_add_the_new_account_beside_the_old_before_the_cut_over()
    {
        var situation = new Situation().Have("Mailbox").Know("protocol-seen", "imap");
        Assert.Contains(situation.Judge().At(Gate.CutOver), b => b.Rule == 18);
        var judged = situation.Answer(18, "understood").Judge();
        Assert.DoesNotContain(judged.At(Gate.CutOver), b => b.Rule == 18);
        Assert.Contains(judged.Steps, s => s is { Code: "new-account-beside-the-old", By: "member" });
    }

    [Fact]
    [Trait("Requirement", "journey-C10")]
    public void A_special_application_is_a_task_that_blocks_the_hand_over_until_a_person_decides()
    {
        var situation = new Situation { Surveyed = true }.Answer(43, "some");
        var task = Assert.Single(situation.Judge().Tasks, t => t.Code == "special-application");
        Assert.Equal(Gate.HandOver, task.Gate);
        Assert.Contains(situation.Judge().At(Gate.HandOver), b => b is { Rule: 43, Why: "task" });
        situation.Tasks.Add(new KnownTask(task.Id, Open: false));
        Assert.Empty(situation.Judge().At(Gate.HandOver));
    }

    [Fact]
    [Trait("Requirement", "journey-C9")]
    public void A_list_needs_the_consent_of_the_member_and_the_identity_of_its_new_host()
    {
        var refused = new Situation().Have("MailingList").Answer(41, "refuse").Judge();
        Assert.Contains(refused.At(Gate.Copy), b => b.Rule == 41);
        var consented = new Situation().Have("MailingList").Answer(41, "consent").Judge();
        Assert.Contains(consented.Tasks, t => t is { Code: "check-list-host", Gate: Gate.Copy });
    }

    [Fact]
    public void An_items_own_answer_wins_over_the_answer_for_all()
    {
        var input = new Situation().Have("Mailbox").Answer(8, "keep").Input(new GivenAnswer(8, Situation.Item, "archive"));
        Assert.Equal("archive", RuleBook.Judge(Situation.Migration, input).Entries.Single(e => e.Rule.Id == 8).Answer?.Choice);
    }

    [Fact]
    public void What_lists_name_and_nobody_found_is_told_by_its_source()
    {
        ListedService[] listed = [new("invoice", "Mailbox", ""), new("invoice", "MailingList", ""), new("dovecot", "Mailbox", "Old@asbl.example"), new("dovecot", "Mailbox", " INFO@asbl.example ")];
        var missing = Inventory.Missing(listed, [("Mailbox", "info@asbl.example")]);
        Assert.Equal([("billed-not-found", "MailingList"), ("listed-not-found", "Mailbox: Old@asbl.example")], missing.Select(f => (f.Name, f.Value)));
    }

    [Fact]
    public void The_same_input_gives_the_same_lines_and_the_same_task_ids()
    {
        var one = new Situation { Surveyed = true }.Have("Mailbox").Have("Domain").Answer(8, "unknown").Answer(43, "some").Judge();
        var two = new Situation { Surveyed = true }.Have("Mailbox").Have("Domain").Answer(8, "unknown").Answer(43, "some").Judge();
        Assert.Equal(one.Lines, two.Lines);
        Assert.Equal(one.Tasks, two.Tasks);
    }

    private static string Effect(ChecklistResult result) => string.Join('\n',
        result.Lines.Concat(result.Blocks.Where(b => b.Why != "unanswered" || b.Gate != Gate.None).Select(b => $"{b.Gate} {b.Rule} {b.Why} {b.By}"))
            .Concat(result.Tasks.Select(t => $"{t.Code} {t.Gate} {t.Closed}")));
}
