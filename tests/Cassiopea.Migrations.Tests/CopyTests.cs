using Cassiopea.Contracts;

namespace Cassiopea.Migrations.Tests;

/// <summary>First copies, deltas, what stops an item, and what holds a whole migration.</summary>
[Trait("Category", "Servers")]
public sealed class CopyTests(World world)
{
    [Fact]
    public async Task An_item_that_is_refused_parks_alone_and_the_others_go_on()
    {
        using var j = await Journey.BeginAsync(world).ToAsync(MigrationState.Copying);
        var item = await j.ItemAsync("info@asbl.example");
        j.Otherwise = c => c is TransferMailbox t && t.ItemId == item.Id ? [j.Failed(t.ItemId, t.Pass, FailureKind.Refused, FailureCode.OverQuota)] : null;
        await j.AnswerAsync();
        Assert.Equal(MigrationState.CatchingUp, await j.StateAsync());
        Assert.Equal((ItemState.NeedsStaff, FailureCode.OverQuota), ((await j.ItemAsync(item.Name)).State, (await j.ItemAsync(item.Name)).Failure?.Code));
        Assert.Equal("not-ready", (await j.TryAsync(o => new ApproveCutOver(o, "staff-a", j.Id, j.Now, j.Now.AddDays(1))))?.Code);

        j.Otherwise = _ => null;
        await j.DoAsync(o => new RetryItem(o, "staff-a", j.Id, item.Id));
        await j.AnswerAsync();
        Assert.Equal((ItemState.InSync, 2), ((await j.ItemAsync(item.Name)).State, (await j.ItemAsync(item.Name)).Pass));
    }

    [Fact]
    public async Task A_password_that_stops_working_waits_for_the_member_and_resumes_by_itself()
    {
        using var j = await Journey.BeginAsync(world).ToAsync(MigrationState.Copying);
        var item = await j.ItemAsync("info@asbl.example");
        j.Otherwise = c => c is TransferMailbox t && t.ItemId == item.Id ? [j.Failed(t.ItemId, t.Pass, FailureKind.Refused, FailureCode.AuthenticationFailed)] : null;
        await j.AnswerAsync();
        Assert.Equal(ItemState.CredentialsNeeded, (await j.ItemAsync(item.Name)).State);
        Assert.Equal("member", j.Left.OfType<MigrationAdvanced>().Last().WaitingFor);

        j.Otherwise = _ => null;
        await j.TellAsync(new CredentialStored(item.Source!.CredentialId, j.MemberId, 2, j.Now));
        await j.AnswerAsync();
        Assert.Equal(ItemState.InSync, (await j.ItemAsync(item.Name)).State);
        Assert.Equal(MigrationState.CatchingUp, await j.StateAsync());
    }

    [Fact]
    public async Task The_migration_stops_for_staff_only_when_nothing_else_advances_and_goes_on_when_something_does()
    {
        using var j = await Journey.BeginAsync(world).ToAsync(MigrationState.NeedsStaff);
        var told = j.Left.OfType<MigrationAdvanced>().Last();
        Assert.Equal("staff", told.WaitingFor);
        Assert.Contains(FailureCode.OverQuota, told.WaitingText, StringComparison.Ordinal);

        var item = await j.ItemAsync("info@asbl.example");
        await j.DoAsync(o => new RetryItem(o, "staff-a", j.Id, item.Id));
        Assert.Equal(MigrationState.Copying, await j.StateAsync());
        await j.AnswerAsync();
        Assert.Equal(MigrationState.CatchingUp, await j.StateAsync());
    }

    [Fact]
    public async Task Resume_after_a_stop_for_staff_tries_every_parked_item_again()
    {
        using var j = await Journey.BeginAsync(world).ToAsync(MigrationState.NeedsStaff);
        await j.DoAsync(o => new ResumeMigration(o, "staff-a", j.Id));
        await j.AnswerAsync();
        Assert.Equal(MigrationState.CatchingUp, await j.StateAsync());
        Assert.All((await j.LoadAsync()).Items, i => Assert.Equal(ItemState.InSync, i.State));
    }

    [Fact]
    public async Task What_passes_is_tried_again_by_the_clock_and_then_given_to_staff()
    {
        using var j = await Journey.BeginAsync(world).ToAsync(MigrationState.Copying);
        j.Otherwise = c => c is TransferMailbox t ? [j.Failed(t.ItemId, t.Pass, FailureKind.Passing, FailureCode.Unreachable)] : null;
        await j.AnswerAsync();
        Assert.All((await j.LoadAsync()).Items, i => Assert.Equal((ItemState.Copying, 1), (i.State, i.Pass)));
        await j.AdvanceAsync(TimeSpan.FromHours(4));
        Assert.Equal(MigrationState.NeedsStaff, await j.StateAsync());
        Assert.All((await j.LoadAsync()).Items, i => Assert.Equal((ItemState.NeedsStaff, 6), (i.State, i.Pass)));
    }

    [Fact]
    public async Task A_poor_comparison_parks_the_item()
    {
        using var j = await Journey.BeginAsync(world).ToAsync(MigrationState.Copying);
        j.Otherwise = c => c is VerifyMailbox v ? [j.Verified(v.ItemId, v.Pass, Grade.Poor, [Difference("INBOX;1;1")])] : null;
        await j.AnswerAsync();
        Assert.Equal(MigrationState.NeedsStaff, await j.StateAsync());
        Assert.All((await j.LoadAsync()).Items, i => Assert.Equal(FailureCode.ItemMissing, i.Failure?.Code));
    }

    [Fact]
    public async Task A_delta_runs_every_day_under_a_new_number()
    {
        using var j = await Journey.BeginAsync(world).ToAsync(MigrationState.CatchingUp);
        var item = await j.ItemAsync("info@asbl.example");
        await j.AdvanceAsync(TimeSpan.FromDays(3.5));
        Assert.Equal([1, 2, 3, 4], j.Left.OfType<TransferMailbox>().Where(t => t.ItemId == item.Id).Select(t => t.Pass));
        Assert.All(j.Left.OfType<TransferMailbox>(), t => Assert.Equal(Bucket.Bulk, t.Bucket));
        Assert.All((await j.LoadAsync()).Items, i => Assert.Equal(ItemState.InSync, i.State));
    }

    [Fact]
    public async Task A_pause_stops_jobs_and_begins_nothing_and_resume_takes_up_where_it_was()
    {
        using var j = await Journey.BeginAsync(world).ToAsync(MigrationState.Paused);
        Assert.Single(j.Left.OfType<MigrationPaused>());
        var pass = j.Asked.OfType<TransferMailbox>().First();
        await j.TellAsync(j.Transferred(pass.ItemId, pass.Pass));
        Assert.Empty(j.Left.OfType<VerifyMailbox>());
        await j.AdvanceAsync(TimeSpan.FromDays(10), answer: false);

        await j.DoAsync(o => new ResumeMigration(o, "staff-a", j.Id));
        Assert.Single(j.Left.OfType<MigrationResumed>());
        Assert.Equal(MigrationState.Copying, await j.StateAsync());
        Assert.Single(j.Left.OfType<VerifyMailbox>());
        await j.AnswerAsync();
        Assert.Equal(MigrationState.CatchingUp, await j.StateAsync());
    }

    [Fact]
    public async Task A_pause_while_payment_is_awaited_returns_to_awaiting_payment_and_payment_to_the_copy()
    {
        using var j = await Journey.BeginAsync(world).ToAsync(MigrationState.Copying);
        await j.InvoicesAsync(InvoiceStatus.Due);
        await j.DoAsync(o => new PauseMigration(o, "staff-a", j.Id, "holidays"));
        Assert.DoesNotContain(Verbs.Decline, j.Left.OfType<MigrationAdvanced>().Last().Allowed);
        await j.DoAsync(o => new ResumeMigration(o, "staff-a", j.Id));
        Assert.Equal(MigrationState.AwaitingPayment, await j.StateAsync());
        await j.InvoicesAsync(InvoiceStatus.Clear);
        Assert.Equal(MigrationState.Copying, await j.StateAsync());
    }

    [Fact]
    public async Task A_cancelled_migration_ends_its_work_and_its_credentials_and_refuses_everything()
    {
        using var j = await Journey.BeginAsync(world).ToAsync(MigrationState.CatchingUp);
        Assert.Equal("invalid", (await j.TryAsync(o => new CancelMigration(o, "staff-a", j.Id, "no")))?.Code);
        await j.DoAsync(o => new CancelMigration(o, "staff-a", j.Id, "the member stays with us"));
        Assert.Equal(MigrationState.Cancelled, Assert.Single(j.Left.OfType<MigrationEnded>()).State);
        Assert.Single(j.Left.OfType<CredentialGrantsEnded>());
        await j.AnswerAsync();
        Assert.NotNull((await j.LoadAsync()).ErasedAt);

        var refused = await j.TryAsync(o => new ResumeMigration(o, "staff-a", j.Id));
        Assert.Equal("transition-not-allowed", refused?.Code);
        Assert.Empty(refused!.Allowed);

        // and the member may begin again
        await j.TellAsync(new RequestMigration(Guid.NewGuid(), "staff-a", Guid.CreateVersion7(), j.MemberId));
        Assert.IsType<CommandAccepted>(j.Left.Last(m => m is CommandAccepted or CommandRefused));
    }

    [Fact]
    public async Task A_declined_member_s_credentials_are_erased_after_the_retention()
    {
        using var j = await Journey.BeginAsync(world).ToAsync(MigrationState.Declined);
        Assert.Empty(j.Left.OfType<EraseCredentials>());
        await j.AdvanceAsync(TimeSpan.FromDays(91));
        Assert.Single(j.Left.OfType<EraseCredentials>());
        Assert.NotNull((await j.LoadAsync()).ErasedAt);
    }

    [Fact]
    public async Task An_item_declared_during_the_copy_joins_it()
    {
        using var j = await Journey.BeginAsync(world).ToAsync(MigrationState.CatchingUp);
        var (source, target) = (j.End("imap", "old.example", "late"), j.End("imap", "new.example", "late"));
        await j.TellAsync(new CredentialStored(source.CredentialId, j.MemberId, 1, j.Now));
        await j.TellAsync(new CredentialStored(target.CredentialId, j.MemberId, 1, j.Now));
        await j.DoAsync(o => new DeclareItem(o, "staff-a", j.Id, Guid.CreateVersion7(), ItemKind.Mailbox, "late@asbl.example", source, target));
        await j.AnswerAsync();
        Assert.Equal(ItemState.InSync, (await j.ItemAsync("late@asbl.example")).State);
    }

    internal static ItemException Difference(string item) =>
        new(item, new Failure(FailureSide.Target, FailureKind.Refused, FailureCode.TooBig, "larger than the target takes"), "Fetch it by hand.");
}
