using Cassiopea.Contracts;

namespace Cassiopea.Migrations.Tests;

/// <summary>The window, two people, the switch, the way back.</summary>
[Trait("Category", "Servers")]
public sealed class CutOverTests(World world)
{
    private static FoundItem Domain => new(ItemKind.Domain, "asbl.example", null, null, null);

    [Fact]
    public async Task The_cut_over_begins_when_its_window_opens_and_uses_its_own_slots()
    {
        using var j = await Journey.BeginAsync(world).ToAsync(MigrationState.CatchingUp);
        var opens = j.Now + TimeSpan.FromHours(5);
        await j.DoAsync(o => new ApproveCutOver(o, "staff-a", j.Id, opens, opens.AddHours(4)));
        Assert.Equal(MigrationState.CatchingUp, await j.StateAsync());
        Assert.Equal(opens, j.Left.OfType<MigrationAdvanced>().Last().NextDueAt!.Value, TimeSpan.FromMilliseconds(1));
        Assert.Contains(j.Left.OfType<NoticeSent>(), n => n.Template == "cut-over-planned");

        await j.AdvanceAsync(TimeSpan.FromHours(5.1), answer: false);
        Assert.Equal(MigrationState.CuttingOver, await j.StateAsync());
        Assert.Equal(2, j.Left.OfType<TransferMailbox>().Count(t => t.Bucket == Bucket.CutOver));
        await j.AnswerAsync();
        Assert.Equal(MigrationState.Watching, await j.StateAsync());
        Assert.All((await j.LoadAsync()).Items, i => Assert.Equal(ItemState.CutOver, i.State));
    }

    [Fact]
    [Trait("Requirement", "sec-S25")]
    public async Task Where_DNS_changes_two_people_approve_the_same_window()
    {
        using var j = await Journey.BeginAsync(world);
        j.Found.Add(Domain);
        await j.ToAsync(MigrationState.CatchingUp);
        var (opens, closes) = (j.Now, j.Now.AddDays(1));
        await j.DoAsync(o => new ApproveCutOver(o, "staff-a", j.Id, opens, closes));
        Assert.Equal("four-eyes", (await j.TryAsync(o => new ApproveCutOver(o, "staff-a", j.Id, opens, closes)))?.Code);
        Assert.Contains("second person", j.Left.OfType<MigrationAdvanced>().Last().WaitingText, StringComparison.Ordinal);

        // another window is another proposal: the first person's yes was for the first one
        await j.DoAsync(o => new ApproveCutOver(o, "staff-b", j.Id, opens, closes.AddDays(1)));
        Assert.False((await j.LoadAsync()).WindowApproved);
        await j.DoAsync(o => new ApproveCutOver(o, "staff-a", j.Id, opens, closes.AddDays(1)));
        Assert.True((await j.LoadAsync()).WindowApproved);
        Assert.Equal(MigrationState.CatchingUp, await j.StateAsync());
        Assert.Empty(j.Left.OfType<LowerTtl>());
        await j.DoAsync(o => new ConsentToSwitch(o, "member", j.Id, "by letter of 2 March"));
        Assert.Single(j.Left.OfType<LowerTtl>());
    }

    [Fact]
    [Trait("Requirement", "sec-S25")]
    public async Task A_window_is_the_same_however_finely_it_is_timed_and_the_second_person_may_take_the_proposed_one()
    {
        using var j = await Journey.BeginAsync(world);
        j.Found.Add(Domain);
        await j.ToAsync(MigrationState.CatchingUp);
        var (opens, closes) = (j.Now.AddTicks(7), j.Now.AddDays(1).AddTicks(3));
        await j.DoAsync(o => new ApproveCutOver(o, "staff-a", j.Id, opens, closes));
        Assert.Equal("four-eyes", (await j.TryAsync(o => new ApproveCutOver(o, "staff-a", j.Id, j.Now.AddSeconds(9), j.Now.AddHours(4), AsProposed: true)))?.Code);
        await j.DoAsync(o => new ApproveCutOver(o, "staff-b", j.Id, j.Now.AddSeconds(9), j.Now.AddHours(4), AsProposed: true));
        var m = await j.LoadAsync();
        Assert.True(m.WindowApproved);
        Assert.Equal(2, m.Approvals.Count(a => a.WindowRound == m.WindowRound && a.ClosesAt == m.WindowClosesAt));
    }

    [Fact]
    public async Task DNS_changes_last_when_old_TTLs_are_over_and_every_other_item_had_its_last_pass()
    {
        using var j = await Journey.BeginAsync(world);
        j.Found.Add(Domain);
        await j.ToAsync(MigrationState.CuttingOver);
        Assert.Empty(j.Left.OfType<CutOverZone>());
        await j.AnswerAsync();
        var order = j.Left.Where(m => m is VerifyMailbox or CutOverZone).ToList();
        Assert.IsType<CutOverZone>(order[^1]);
        Assert.Equal(MigrationState.Watching, await j.StateAsync());
        Assert.Equal(64, j.Left.OfType<CutOverZone>().Single().PlanSha256.Length);
    }

    [Fact]
    public async Task A_failure_before_the_switch_goes_back_to_catching_up_and_needs_a_new_window()
    {
        using var j = await Journey.BeginAsync(world).ToAsync(MigrationState.CuttingOver);
        var item = await j.ItemAsync("info@asbl.example");
        j.Otherwise = c => c is TransferMailbox t && t.ItemId == item.Id ? [j.Failed(t.ItemId, t.Pass, FailureKind.Broken, FailureCode.ProtocolBroken)] : null;
        await j.AnswerAsync();
        var m = await j.LoadAsync();
        Assert.Equal((MigrationState.CatchingUp, false), (m.State, m.WindowApproved));
        Assert.Equal([ItemState.InSync, ItemState.NeedsStaff], m.Items.OrderBy(i => i.Name, StringComparer.Ordinal).Select(i => i.State));

        j.Otherwise = _ => null;
        await j.DoAsync(o => new RetryItem(o, "staff-a", j.Id, item.Id));
        await j.AnswerAsync();
        await j.ApproveWindowAsync();
        await j.AnswerAsync();
        Assert.Equal(MigrationState.Watching, await j.StateAsync());
    }

    [Fact]
    public async Task A_window_that_closes_too_early_is_given_back()
    {
        using var j = await Journey.BeginAsync(world).ToAsync(MigrationState.CuttingOver);
        await j.AdvanceAsync(TimeSpan.FromDays(2.1), answer: false);
        Assert.Equal(MigrationState.CatchingUp, await j.StateAsync());
        await j.AnswerAsync();
        Assert.All((await j.LoadAsync()).Items, i => Assert.Equal(ItemState.InSync, i.State));
    }

    [Fact]
    public async Task A_failure_after_DNS_was_asked_rolls_everything_back()
    {
        using var j = await Journey.BeginAsync(world);
        j.Found.Add(Domain);
        await j.ToAsync(MigrationState.CuttingOver);
        var broken = new Failure(FailureSide.Target, FailureKind.Broken, FailureCode.ProtocolBroken, "not visible at one parent");
        j.Otherwise = c => c switch
        {
            CutOverZone z => [new ZoneRefused(j.Id, z.ItemId, "cut-over-zone", broken)],
            RollBackZone => [],
            _ => null,
        };
        await j.AnswerAsync();
        Assert.Equal(MigrationState.RollingBack, await j.StateAsync());
        await j.TellAsync(new ZoneRolledBack(j.Id, (await j.ItemAsync("asbl.example")).Id, j.Now, "It was signed before and is not now."));
        Assert.Equal(MigrationState.RolledBack, await j.StateAsync());
        Assert.Contains("A domain is not as before: It was signed", j.Left.OfType<MigrationAdvanced>().Last().WaitingText, StringComparison.Ordinal);
        Assert.All((await j.LoadAsync()).Items, i => Assert.Equal(ItemState.InSync, i.State));

        j.Otherwise = _ => null;
        await j.DoAsync(o => new ResumeMigration(o, "staff-a", j.Id));
        await j.ApproveWindowAsync();
        await j.AnswerAsync();
        Assert.Equal(MigrationState.Watching, await j.StateAsync());
    }

    [Fact]
    public async Task DNS_that_cannot_be_restored_stops_for_staff_and_resume_asks_again()
    {
        using var j = await Journey.BeginAsync(world).ToAsync(MigrationState.RollingBack);
        var domain = await j.ItemAsync("asbl.example");
        await j.TellAsync(new ZoneRefused(j.Id, domain.Id, "roll-back-zone", new Failure(FailureSide.Source, FailureKind.Refused, FailureCode.PermissionDenied, "no")));
        Assert.Equal(MigrationState.NeedsStaff, await j.StateAsync());
        j.Asked.Clear();
        await j.DoAsync(o => new ResumeMigration(o, "staff-a", j.Id));
        Assert.Equal(MigrationState.RollingBack, await j.StateAsync());
        await j.AnswerAsync();
        Assert.Equal(MigrationState.RolledBack, await j.StateAsync());
        await j.DoAsync(o => new CancelMigration(o, "staff-a", j.Id, "the member moves alone"));
    }

    [Fact]
    public async Task Without_DNS_a_roll_back_is_done_at_once()
    {
        using var j = await Journey.BeginAsync(world).ToAsync(MigrationState.Watching);
        await j.DoAsync(o => new RollBackMigration(o, "staff-a", j.Id, "the new provider is down"));
        Assert.Equal(MigrationState.RolledBack, await j.StateAsync());
    }

    [Fact]
    public async Task A_list_is_frozen_before_its_last_pass()
    {
        using var j = await Journey.BeginAsync(world);
        j.Found.Clear();
        j.Found.Add(new FoundItem(ItemKind.MailingList, "membres@listes.example", j.End("sympa", "old.example", "membres"), null, null));
        await j.ToAsync(MigrationState.CuttingOver);
        var order = j.Left.Where(m => m is FreezeMailingList or TransferMailingList { Bucket: Bucket.CutOver }).ToList();
        Assert.IsType<FreezeMailingList>(Assert.Single(order));
        await j.AnswerAsync();
        Assert.Equal(MigrationState.Watching, await j.StateAsync());
        Assert.Single(j.Left.OfType<TransferMailingList>(), t => t is { Bucket: Bucket.CutOver, Live: false });
        Assert.Single(j.Left.OfType<TransferMailingList>(), t => t is { Bucket: Bucket.CutOver, Live: true }); // forwards the old addresses
    }

    [Fact]
    public async Task A_list_that_cannot_be_frozen_gives_the_window_back_and_gets_its_own_rules()
    {
        using var j = await Journey.BeginAsync(world);
        j.Found.Clear();
        j.Found.Add(new FoundItem(ItemKind.MailingList, "membres@listes.example", j.End("sympa", "old.example", "membres"), null, null));
        await j.ToAsync(MigrationState.CuttingOver);
        j.Otherwise = c => c is FreezeMailingList f ? [j.Failed(f.ItemId, 0, FailureKind.Refused, FailureCode.PermissionDenied)] : null;
        await j.AnswerAsync();
        var list = Assert.Single((await j.LoadAsync()).Items);
        Assert.Equal(ItemState.NeedsStaff, list.State);
        Assert.Null(list.FreezeAskedAt);
        Assert.NotEqual(MigrationState.CuttingOver, await j.StateAsync());
        Assert.Single(j.Left.OfType<UnfreezeMailingList>());
    }

    [Fact]
    public async Task A_window_must_lie_ahead()
    {
        using var j = await Journey.BeginAsync(world).ToAsync(MigrationState.CatchingUp);
        Assert.Equal("invalid", (await j.TryAsync(o => new ApproveCutOver(o, "staff-a", j.Id, j.Now.AddDays(2), j.Now.AddDays(1))))?.Code);
        Assert.Equal("invalid", (await j.TryAsync(o => new ApproveCutOver(o, "staff-a", j.Id, j.Now.AddDays(-2), j.Now.AddDays(-1))))?.Code);
    }
}
