using Cassiopea.Contracts;

namespace Cassiopea.Migrations.Tests;

/// <summary>An old list that was frozen for a switch that was not gets its own rules back, whatever happens.</summary>
[Trait("Category", "Servers")]
[Trait("Requirement", "lists-29")]
public sealed class UnfreezeTests(World world)
{
    private const string List = "membres@listes.example";

    [Fact]
    public async Task A_list_that_cannot_be_given_back_waits_for_staff_and_a_retry_asks_again()
    {
        using var j = await FrozenAsync();
        j.Otherwise = c => c is UnfreezeMailingList u ? [j.Failed(u.ItemId, 0, FailureKind.Passing, FailureCode.Unreachable)] : null;
        await j.AdvanceAsync(TimeSpan.FromDays(2.1), answer: false); // the window closes
        await j.AnswerAsync();
        var list = await j.ItemAsync(List);
        Assert.Equal((ItemState.NeedsStaff, FailureCode.Unreachable), (list.State, list.Failure!.Code));
        Assert.Contains("own rules", list.Failure.Text, StringComparison.Ordinal);
        Assert.NotNull(list.FrozenAt);
        Assert.DoesNotContain("cutover", j.Left.OfType<MigrationAdvanced>().Last().Allowed);

        var asked = j.Left.OfType<UnfreezeMailingList>().Select(u => u.Round).ToList();
        await j.DoAsync(o => new RetryItem(o, "staff-a", j.Id, list.Id));
        Assert.Equal(asked.Count + 1, j.Left.OfType<UnfreezeMailingList>().Select(u => u.Round).Distinct().Count()); // each asking is a job of its own
        await j.AnswerAsync();
        Assert.Equal(FailureCode.Unreachable, (await j.ItemAsync(List)).Failure?.Code); // and its failure is no less told
    }

    [Fact]
    public async Task What_was_mended_is_given_back_and_switched_in_another_window()
    {
        using var j = await FrozenAsync();
        j.Otherwise = c => c is UnfreezeMailingList u ? [j.Failed(u.ItemId, 0, FailureKind.Refused, FailureCode.PermissionDenied)] : null;
        await j.AdvanceAsync(TimeSpan.FromDays(2.1), answer: false);
        await j.AnswerAsync();
        Assert.Equal(ItemState.NeedsStaff, (await j.ItemAsync(List)).State);
        j.Otherwise = _ => null;
        var item = (await j.ItemAsync(List)).Id;
        await j.DoAsync(o => new RetryItem(o, "staff-a", j.Id, item));
        await j.AnswerAsync();
        Assert.Null((await j.ItemAsync(List)).FrozenAt);
        Assert.Equal(MigrationState.CatchingUp, await j.StateAsync());
        await j.ApproveWindowAsync();
        await j.AnswerAsync();
        Assert.Equal(MigrationState.Watching, await j.StateAsync());
    }

    [Fact]
    public async Task A_freeze_that_nobody_answered_is_given_back_as_well_and_its_failure_is_not_lost()
    {
        using var j = await BeginAsync();
        await j.ToAsync(MigrationState.CuttingOver);
        j.Asked.Clear();
        j.Otherwise = c => c is UnfreezeMailingList u ? [j.Failed(u.ItemId, 0, FailureKind.Broken, FailureCode.ProtocolBroken)] : null;
        await j.AdvanceAsync(TimeSpan.FromDays(2.1));
        Assert.Equal(ItemState.NeedsStaff, (await j.ItemAsync(List)).State);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_cancel_gives_frozen_lists_back_and_ends_only_then(bool paused)
    {
        using var j = await FrozenAsync();
        if (paused)
            await j.DoAsync(o => new PauseMigration(o, "staff-a", j.Id, "the new host does not answer"));
        j.Left.Clear();
        await j.DoAsync(o => new CancelMigration(o, "staff-b", j.Id, "the member stays with us"));
        Assert.Equal(MigrationState.Paused, await j.StateAsync());
        Assert.Single(j.Left.OfType<UnfreezeMailingList>());
        Assert.Equal(paused, j.Left.OfType<MigrationResumed>().Any()); // jobs of a paused migration do not run
        Assert.Empty(j.Left.OfType<MigrationEnded>());
        Assert.Contains("own rules", j.Left.OfType<MigrationAdvanced>().Last().WaitingText, StringComparison.Ordinal);

        await j.TellAsync(new MailingListUnfrozen(j.Id, (await j.ItemAsync(List)).Id, j.Now));
        var m = await j.LoadAsync();
        Assert.Equal(MigrationState.Cancelled, m.State);
        Assert.Equal("Cancelled by staff-b: the member stays with us", m.EndReason);
        Assert.Single(j.Left.OfType<MigrationEnded>());
    }

    [Fact]
    public async Task A_cancel_whose_list_cannot_be_given_back_is_told_can_be_given_again_and_can_be_taken_back()
    {
        using var j = await FrozenAsync();
        j.Asked.Clear();
        await j.DoAsync(o => new CancelMigration(o, "staff-a", j.Id, "the member stays with us"));
        var item = (await j.ItemAsync(List)).Id;
        await j.TellAsync(j.Failed(item, 0, FailureKind.Passing, FailureCode.Unreachable));
        Assert.Equal(MigrationState.Paused, await j.StateAsync());
        Assert.Equal("staff", j.Left.OfType<MigrationAdvanced>().Last().WaitingFor);
        await j.DoAsync(o => new CancelMigration(o, "staff-a", j.Id, "the member stays with us"));
        Assert.Equal(2, j.Left.OfType<UnfreezeMailingList>().Select(u => u.Round).Distinct().Count());

        await j.TellAsync(j.Failed(item, 0, FailureKind.Passing, FailureCode.Unreachable));
        await j.DoAsync(o => new ResumeMigration(o, "staff-a", j.Id));
        await j.DoAsync(o => new ExcludeItem(o, "staff-a", j.Id, item, "the old host burnt down, nobody writes there"));
        await j.DoAsync(o => new CancelMigration(o, "staff-a", j.Id, "the member stays with us"));
        Assert.Equal(MigrationState.Cancelled, await j.StateAsync());
    }

    [Fact]
    public async Task A_list_that_is_being_given_back_is_not_excluded_meanwhile()
    {
        using var j = await FrozenAsync();
        await j.AdvanceAsync(TimeSpan.FromDays(2.1), answer: false);
        var item = await j.ItemAsync(List);
        Assert.True(item.IsUnfreezing);
        var refused = await j.TryAsync(o => new ExcludeItem(o, "staff-a", j.Id, item.Id, "the member keeps it where it is"));
        Assert.Contains("own rules", refused!.Detail, StringComparison.Ordinal);
        await j.AnswerAsync();
        await j.DoAsync(o => new ExcludeItem(o, "staff-a", j.Id, item.Id, "the member keeps it where it is"));
    }

    private async Task<Journey> BeginAsync()
    {
        var j = await Journey.BeginAsync(world);
        j.Found.Add(new FoundItem(ItemKind.MailingList, List, j.End("sympa", "old.example", "membres"), null, null));
        return j;
    }

    /// <summary>In its window, with the list frozen and its last pass not answered.</summary>
    private async Task<Journey> FrozenAsync()
    {
        var j = await BeginAsync();
        await j.ToAsync(MigrationState.CuttingOver);
        j.Asked.RemoveAll(c => c is FreezeMailingList);
        await j.TellAsync(new MailingListFrozen(j.Id, (await j.ItemAsync(List)).Id, j.Now));
        Assert.NotNull((await j.ItemAsync(List)).FrozenAt);
        return j;
    }
}
