using Cassiopea.Checklist;
using Cassiopea.Contracts;
using Cassiopea.Migrations.Checklist;
using Cassiopea.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Migrations.Tests;

/// <summary>What the member answers, in the saga: the plan waits for it, changes with it, and people get their tasks.</summary>
[Trait("Category", "Servers")]
public sealed class ChecklistTests(World world)
{
    private const string Info = "info@asbl.example";

    [Fact]
    [Trait("Requirement", "journey-C11")]
    public async Task The_plan_waits_until_every_question_that_blocks_it_is_answered()
    {
        using var j = await VerifiedAsync();
        var refused = await j.TryAsync(o => new ApprovePlan(o, "staff-a", j.Id));
        Assert.Equal("not-ready", refused?.Code);
        Assert.Contains("rule 5 (unanswered, member)", refused!.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain(Verbs.ApprovePlan, refused.Allowed);
        var told = j.Left.OfType<MigrationAdvanced>().Last();
        Assert.Equal("member", told.WaitingFor);
        Assert.Contains("questions of the checklist", told.WaitingText, StringComparison.Ordinal);

        await j.AnswerChecklistAsync();
        await j.DoAsync(o => new ApprovePlan(o, "staff-a", j.Id));
    }

    [Fact]
    [Trait("Requirement", "journey-C4")]
    public async Task I_do_not_know_opens_a_task_that_holds_the_plan_until_staff_close_it()
    {
        using var j = await VerifiedAsync();
        await j.DoAsync(o => new AnswerChecklist(o, "member", j.Id, [new ChecklistAnswer(20, null, "unknown")]));
        var opened = Assert.Single(j.Left.OfType<TaskAdvanced>(), t => t.Rule == 20);
        Assert.Equal((20, "unknown", "Plan", "Open"), (opened.Rule, opened.Code, opened.Gate, opened.State));
        Assert.Equal(j.Now.AddDays(7).Date, opened.DueAt.Date);
        await AnswerAllButTasksAsync(j);
        var refused = await j.TryAsync(o => new ApprovePlan(o, "staff-a", j.Id));
        Assert.Contains("rule 20 (task, staff)", refused!.Detail, StringComparison.Ordinal);
        Assert.Equal("staff", j.Left.OfType<MigrationAdvanced>().Last().WaitingFor);

        await j.DoAsync(o => new AssignTask(o, "staff-a", j.Id, opened.TaskId, "sophie"));
        Assert.Equal("invalid", (await j.TryAsync(o => new CloseTask(o, "staff-a", j.Id, opened.TaskId, "ok")))?.Code);
        await j.DoAsync(o => new CloseTask(o, "staff-a", j.Id, opened.TaskId, "asked by telephone: we move it"));
        Assert.Equal(("Closed", "sophie", 3), j.Left.OfType<TaskAdvanced>().Where(t => t.TaskId == opened.TaskId).Select(t => (t.State, t.Assignee, t.Version)).Last());
        await j.DoAsync(o => new ApprovePlan(o, "staff-a", j.Id));
    }

    [Fact]
    public async Task A_task_whose_answer_is_changed_is_withdrawn_and_opened_again_when_it_is_wanted_again()
    {
        using var j = await VerifiedAsync();
        foreach (var (choice, state) in new[] { ("host-moves", "Open"), ("we-move", "Withdrawn"), ("host-moves", "Open") })
        {
            await j.DoAsync(o => new AnswerChecklist(o, "member", j.Id, [new ChecklistAnswer(20, null, choice)]));
            Assert.Equal(state, j.Left.OfType<TaskAdvanced>().Last(t => t.Code == "entrust-to-host").State);
        }

        Assert.Single((await j.LoadAsync()).Tasks, t => t.Code == "entrust-to-host");
    }

    [Fact]
    public async Task An_answer_that_changes_the_plan_takes_back_an_approved_plan()
    {
        using var j = await Journey.BeginAsync(world).ToAsync(MigrationState.Ready);
        var plan = (await j.LoadAsync()).PlanSha256;
        await j.DoAsync(o => new AnswerChecklist(o, "member", j.Id, [new ChecklistAnswer(14, null, "sorted")]));
        Assert.Equal(MigrationState.Preparing, await j.StateAsync());
        await j.DoAsync(o => new ApprovePlan(o, "staff-a", j.Id));
        Assert.NotEqual(plan, (await j.LoadAsync()).PlanSha256);
    }

    [Fact]
    public async Task A_choice_that_is_not_done_yet_keeps_the_first_copy_from_being_started()
    {
        using var j = await VerifiedAsync();
        await j.DoAsync(o => new AnswerChecklist(o, "member", j.Id, [new ChecklistAnswer(14, null, "sort-first")]));
        await j.AnswerChecklistAsync();
        await j.DoAsync(o => new ApprovePlan(o, "staff-a", j.Id));
        Assert.Equal("not-ready", (await j.TryAsync(o => new StartCopy(o, "staff-a", j.Id)))?.Code);
        await j.DoAsync(o => new AnswerChecklist(o, "member", j.Id, [new ChecklistAnswer(14, null, "sorted")]));
        await j.DoAsync(o => new ApprovePlan(o, "staff-a", j.Id));
        await j.DoAsync(o => new StartCopy(o, "staff-a", j.Id));
    }

    [Theory]
    [InlineData(8, "archive", MailboxStrategy.Drop)]
    [InlineData(8, "drop", MailboxStrategy.Drop)]
    [InlineData(19, "start-empty", MailboxStrategy.StartEmpty)]
    [InlineData(12, "keep-2-years", MailboxStrategy.ArchiveOlder)]
    [InlineData(8, "keep", MailboxStrategy.MoveAll)]
    [Trait("Requirement", "journey-C5")]
    public async Task Answers_choose_what_happens_to_the_messages_of_one_mailbox_and_changing_them_changes_it_back(int rule, string choice, MailboxStrategy strategy)
    {
        using var j = await VerifiedAsync();
        await j.AnswerChecklistAsync();
        var item = await j.ItemAsync(Info);
        await j.DoAsync(o => new AnswerChecklist(o, "member", j.Id, [new ChecklistAnswer(rule, item.Id, choice)]));
        var chosen = await j.ItemAsync(Info);
        Assert.Equal(strategy, chosen.Strategy);
        Assert.Equal(strategy is MailboxStrategy.ArchiveOlder or MailboxStrategy.StartEmpty, chosen.OnlineSince is not null);
        Assert.Equal(MailboxStrategy.MoveAll, (await j.ItemAsync("contact@asbl.example")).Strategy);

        await j.DoAsync(o => new AnswerChecklist(o, "member", j.Id,
            [new ChecklistAnswer(8, item.Id, "keep"), new ChecklistAnswer(12, item.Id, "all"), new ChecklistAnswer(19, item.Id, "transfer")]));
        Assert.Equal((MailboxStrategy.MoveAll, null), ((await j.ItemAsync(Info)).Strategy, (await j.ItemAsync(Info)).OnlineSince));
    }

    [Fact]
    public async Task A_strategy_chosen_by_itself_is_the_answer_to_the_same_question()
    {
        using var j = await VerifiedAsync();
        var item = await j.ItemAsync(Info);
        await j.DoAsync(o => new ChooseStrategy(o, "member", j.Id, item.Id, MailboxStrategy.StartEmpty, null));
        var told = j.Left.OfType<QuestionAnswered>().ToList();
        Assert.Equal([(8, "keep"), (19, "start-empty"), (12, "all")], told.Select(q => (q.Rule, q.Choice)));
        Assert.Equal([1, 2, 3], told.Select(q => q.Number));
        Assert.Contains(MemberChecklist.JudgeAt(await j.LoadAsync(), j.Now).At(Gate.HandOver), b => b is { Rule: 19, Why: "fact" });
    }

    [Fact]
    public async Task A_copied_mailbox_keeps_its_strategy_whatever_is_answered()
    {
        using var j = await Journey.BeginAsync(world).ToAsync(MigrationState.CatchingUp);
        var item = await j.ItemAsync(Info);
        Assert.Equal("transition-not-allowed", (await j.TryAsync(o => new AnswerChecklist(o, "member", j.Id, [new ChecklistAnswer(8, item.Id, "drop")])))?.Code);
        Assert.Equal(MailboxStrategy.MoveAll, (await j.ItemAsync(Info)).Strategy);
    }

    [Fact]
    [Trait("Requirement", "journey-C10")]
    public async Task A_special_application_holds_the_hand_over_and_nothing_else()
    {
        using var j = await VerifiedAsync();
        await j.DoAsync(o => new AnswerChecklist(o, "member", j.Id, [new ChecklistAnswer(43, null, "some")]));
        await AnswerAllButTasksAsync(j);
        await j.DoAsync(o => new ApprovePlan(o, "staff-a", j.Id));
        await j.DoAsync(o => new StartCopy(o, "staff-a", j.Id));
        await j.AnswerAsync();
        var contacts = (await j.LoadAsync()).Tasks.Single(t => t.Code == "check:contacts-verified");
        await j.DoAsync(o => new CloseTask(o, "staff-a", j.Id, contacts.Id, "both called by telephone"));
        await j.ApproveWindowAsync();
        await j.AnswerAsync();
        await j.AdvanceAsync(TimeSpan.FromDays(3));
        var refused = await j.TryAsync(o => new HandOver(o, "staff-a", j.Id));
        Assert.Equal("open-points", refused?.Code);
        Assert.Contains("rule 43 (task, staff)", refused!.Detail, StringComparison.Ordinal);
        var task = (await j.LoadAsync()).Tasks.Single(t => t.Code == "special-application");
        await j.DoAsync(o => new CloseTask(o, "staff-a", j.Id, task.Id, "the member exported its contacts"));
        await j.DoAsync(o => new HandOver(o, "staff-a", j.Id));
    }

    [Fact]
    public async Task Members_who_read_by_IMAP_confirm_the_new_account_beside_the_old_before_the_cut_over()
    {
        using var j = await Journey.BeginAsync(world, "en");
        j.Found.RemoveAll(_ => true);
        j.Found.Add(j.Mailbox(Info) with { Facts = [new Fact("protocol-seen", "imap")] });
        await j.ToAsync(MigrationState.CatchingUp);
        await j.DoAsync(o => new AnswerChecklist(o, "member", j.Id, [new ChecklistAnswer(18, null, "help")]));
        // the item's own answer was given before and still counts
        Assert.Empty(MemberChecklist.JudgeAt(await j.LoadAsync(), j.Now).At(Gate.CutOver));
        var item = await j.ItemAsync(Info);
        await j.DoAsync(o => new AnswerChecklist(o, "member", j.Id, [new ChecklistAnswer(18, item.Id, "help")]));
        Assert.Equal("not-ready", (await j.TryAsync(o => new ApproveCutOver(o, "staff-a", j.Id, j.Now, j.Now.AddDays(1))))?.Code);
        await j.DoAsync(o => new AnswerChecklist(o, "member", j.Id, [new ChecklistAnswer(18, item.Id, "understood")]));
        await j.ApproveWindowAsync();
    }

    [Fact]
    public async Task Statistics_that_are_not_needed_do_not_hold_the_cut_over()
    {
        using var j = await Journey.BeginAsync(world);
        j.Found.Add(new FoundItem(ItemKind.Site, "www.asbl.example", j.End("ftp", "old.example", "www"), null, null));
        await j.ToAsync(MigrationState.Preparing);
        await j.EnterCredentialsAsync();
        await j.DoAsync(o => new AnswerChecklist(o, "member", j.Id, [new ChecklistAnswer(28, null, "not-needed")]));
        Assert.False((await j.ItemAsync("www.asbl.example")).LacksStatistics);
        await j.DoAsync(o => new AnswerChecklist(o, "member", j.Id, [new ChecklistAnswer(28, null, "needed")]));
        Assert.True((await j.ItemAsync("www.asbl.example")).LacksStatistics);
    }

    [Fact]
    public async Task What_no_rule_knows_is_refused_and_nothing_of_the_rest_is_taken()
    {
        using var j = await VerifiedAsync();
        foreach (var wrong in new ChecklistAnswer[] { new(8, null, "burn"), new(7, null, "yes"), new(99, null, "yes"), new(8, Guid.NewGuid(), "keep"), new(5, Guid.NewGuid(), "complete") })
            Assert.NotNull(await j.TryAsync(o => new AnswerChecklist(o, "member", j.Id, [new ChecklistAnswer(5, null, "complete"), wrong])));
        Assert.Empty((await j.LoadAsync()).Answers);
    }

    [Fact]
    [Trait("Requirement", "journey-C16")]
    public async Task Answers_stay_partial_and_each_leaves_its_row_in_the_audit()
    {
        using var j = await VerifiedAsync();
        await j.DoAsync(o => new AnswerChecklist(o, "lise", j.Id, [new ChecklistAnswer(5, null, "complete")]));
        await j.DoAsync(o => new AnswerChecklist(o, "marc", j.Id, [new ChecklistAnswer(5, null, "something-missing")]));
        var answer = Assert.Single((await j.LoadAsync()).Answers);
        Assert.Equal(("something-missing", "marc", 2), (answer.Choice, answer.Actor, answer.Number));
        var rows = await world.ReadAsync(db => db.Set<AuditEntry>().AsNoTracking().Where(e => e.Object == $"migration/{j.Id}" && e.Action == Verbs.Answer).OrderBy(e => e.Seq).ToListAsync());
        Assert.Equal([("lise", "5=complete;"), ("marc", "5=something-missing;")], rows.Select(r => (r.Actor, r.Reason)));
    }

    [Fact]
    public async Task A_red_check_holds_the_plan_until_it_is_made_again_and_green_or_a_person_accepts_it()
    {
        using var j = await VerifiedAsync();
        await j.AnswerChecklistAsync();
        var item = await j.ItemAsync(Info);
        var full = true;
        j.Otherwise = c => c is SurveyMailbox s && s.ItemId == item.Id
            ? [j.Entered(s.ItemId, s.Target is not null, attempt: s.Attempt) with { Facts = [new Fact("bytes", "900"), new Fact("target-quota-bytes", full ? "100" : "5000")], Prediction = new Prediction(10, 900, 4, [], j.Now) }]
            : null;
        await j.DoAsync(o => new RunCheck(o, "staff-a", j.Id, "mail-target-quota", item.Id));
        await j.AnswerAsync();
        var refused = await j.TryAsync(o => new ApprovePlan(o, "staff-a", j.Id));
        Assert.Contains("check:mail-target-quota", refused!.Detail, StringComparison.Ordinal);
        Assert.Equal("Open", j.Left.OfType<TaskAdvanced>().Last(t => t.Code == "check:mail-target-quota").State);

        Assert.Equal("not-found", (await j.TryAsync(o => new RunCheck(o, "staff-a", j.Id, "nothing", null)))?.Code);
        full = false;
        await j.DoAsync(o => new RunCheck(o, "staff-a", j.Id, "mail-target-quota", null));
        await j.AnswerAsync();
        Assert.Equal("Withdrawn", j.Left.OfType<TaskAdvanced>().Last(t => t.Code == "check:mail-target-quota").State);
        await j.DoAsync(o => new ApprovePlan(o, "staff-a", j.Id));
        var foretold = (await j.LoadAsync()).Foretold;
        Assert.Equal((10L, 900L, 4d, false), (foretold!.Things, foretold.Bytes, foretold.MostSeconds!.Value, foretold.Complete));
    }

    [Fact]
    public async Task A_service_that_was_billed_and_not_found_is_asked_about_and_holds_the_plan_until_somebody_says_what_it_is()
    {
        using var j = await VerifiedAsync();
        await j.AnswerChecklistAsync();
        await j.DoAsync(o => new ImportInventory(o, "staff-a", "invoice", [new KnownService(j.Reference, ItemKind.Mailbox, Info), new KnownService(j.Reference, ItemKind.MailingList, "")]));
        Assert.Equal(2, j.Left.OfType<InventoryImported>().Single().Services.Count);
        var refused = await j.TryAsync(o => new ApprovePlan(o, "staff-a", j.Id));
        Assert.Contains("rule 6 (unanswered, member)", refused!.Detail, StringComparison.Ordinal);

        await j.DoAsync(o => new AnswerChecklist(o, "member", j.Id, [new ChecklistAnswer(6, null, "look-again")]));
        Assert.Equal("Open", j.Left.OfType<TaskAdvanced>().Last(t => t.Code == "billed-not-found").State);
        await j.DoAsync(o => new ImportInventory(o, "staff-a", "invoice", [new KnownService(j.Reference, ItemKind.Mailbox, Info)]));
        Assert.Equal("Withdrawn", j.Left.OfType<TaskAdvanced>().Last(t => t.Code == "billed-not-found").State);
        await j.DoAsync(o => new ApprovePlan(o, "staff-a", j.Id));
        Assert.Equal("invalid", (await j.TryAsync(o => new ImportInventory(o, "staff-a", "In voice", [new KnownService(j.Reference, ItemKind.Mailbox, Info)])))?.Code);
    }

    [Fact]
    public async Task Three_reminders_and_a_call_without_answer_lead_to_Declined()
    {
        using var j = await VerifiedAsync();
        Assert.Equal("member", j.Left.OfType<MigrationAdvanced>().Last().WaitingFor);
        await j.AdvanceAsync(TimeSpan.FromDays(30));
        var m = await j.LoadAsync();
        Assert.Equal(3, m.Reminders);
        var call = Assert.Single(m.Tasks, t => t.Code == "call-member");
        Assert.Equal("invalid", (await j.TryAsync(o => new CloseTask(o, "staff-a", j.Id, call.Id, "called three times", "perhaps")))?.Code);
        await j.DoAsync(o => new CloseTask(o, "staff-a", j.Id, call.Id, "called on three days", "no-answer"));
        m = await j.LoadAsync();
        Assert.Equal(MigrationState.Declined, m.State);
        Assert.Contains("3 reminders and a call without answer. called on three days", m.EndReason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_member_who_takes_the_call_stays_in_the_story()
    {
        using var j = await VerifiedAsync();
        await j.AdvanceAsync(TimeSpan.FromDays(30));
        var call = (await j.LoadAsync()).Tasks.Single(t => t.Code == "call-member");
        await j.DoAsync(o => new CloseTask(o, "staff-a", j.Id, call.Id, "they answer this week"));
        Assert.Equal(MigrationState.Preparing, await j.StateAsync());
        await j.AnswerChecklistAsync();
        await j.DoAsync(o => new ApprovePlan(o, "staff-a", j.Id));
    }

    [Fact]
    public async Task The_cut_over_waits_for_two_verified_contacts_one_by_its_code_one_by_a_call()
    {
        using var j = await Journey.BeginAsync(world).ToAsync(MigrationState.Preparing);
        await j.EnterCredentialsAsync(answer: false);
        await j.AnswerChecklistAsync(closeTasks: false);
        await j.DoAsync(o => new ApprovePlan(o, "staff-a", j.Id));
        await j.DoAsync(o => new StartCopy(o, "staff-a", j.Id));
        await j.AnswerAsync();
        Assert.Contains("check:contacts-verified", (await j.TryAsync(o => new ApproveCutOver(o, "staff-a", j.Id, j.Now, j.Now.AddDays(1))))!.Detail, StringComparison.Ordinal);
        Assert.Equal("not-found", (await j.TryAsync(o => new SendContactCode(o, "member", j.Id, true)))?.Code);

        await j.TellAsync(new RegisterMember(Guid.NewGuid(), "staff-a", j.MemberId, j.Reference, "Asbl", "fr", $"{j.MemberId:N}@asbl.example", $"{j.MemberId:N}@elsewhere.example"));
        await j.DoAsync(o => new SendContactCode(o, "member", j.Id, true));
        var letter = (await j.LoadAsync()).Notices.Single(n => n.Template == "contact-code");
        Assert.EndsWith("@elsewhere.example", letter.Recipient, StringComparison.Ordinal);
        var code = letter.Subject.Split(' ')[^1];
        await j.DoAsync(o => new ConfirmContact(o, "member", j.Id, true, Members.MigrationStepsContacts.Fingerprint(j.Id, "wrong"), ""));
        Assert.Null(j.Left.OfType<MemberRegistered>().Last().SecondVerifiedAt);
        await j.DoAsync(o => new ConfirmContact(o, "member", j.Id, true, Members.MigrationStepsContacts.Fingerprint(j.Id, code), ""));
        Assert.Equal("invalid", (await j.TryAsync(o => new ConfirmContact(o, "staff-a", j.Id, false, "", "called")))?.Code);
        await j.DoAsync(o => new ConfirmContact(o, "staff-a", j.Id, false, "", "called the treasurer"));
        var told = j.Left.OfType<MemberRegistered>().Last();
        Assert.True(told.ContactVerifiedAt is not null && told.SecondVerifiedAt is not null);
        await j.ApproveWindowAsync();
    }

    private async Task<Journey> VerifiedAsync()
    {
        var j = await Journey.BeginAsync(world).ToAsync(MigrationState.Preparing);
        await j.EnterCredentialsAsync(answer: false);
        return j;
    }

    private static async Task AnswerAllButTasksAsync(Journey j) => await j.AnswerChecklistAsync(closeTasks: false);
}
