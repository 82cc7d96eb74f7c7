using Cassiopea.Contracts;
using Cassiopea.Migrations.Dossiers;

namespace Cassiopea.Migrations.Tests;

/// <summary>What people decide about one mailbox: its strategy, the last fetch by POP3, the archive.</summary>
[Trait("Category", "Servers")]
public sealed class ArrangementTests(World world)
{
    private const string Info = "info@asbl.example";

    [Fact]
    public async Task The_older_part_goes_to_an_archive_that_must_be_verified_before_the_cut_over()
    {
        using var j = await Journey.BeginAsync(world).ToAsync(MigrationState.Preparing);
        var item = (await j.ItemAsync(Info)).Id;
        var since = j.Now.AddYears(-1);
        Assert.Equal("invalid", (await j.TryAsync(o => new ChooseStrategy(o, "member", j.Id, item, MailboxStrategy.ArchiveOlder, null)))?.Code);
        await j.DoAsync(o => new ChooseStrategy(o, "member", j.Id, item, MailboxStrategy.ArchiveOlder, since));
        await j.ToAsync(MigrationState.Preparing, MigrationState.CatchingUp);
        Assert.All(j.Left.OfType<TransferMailbox>(), t => Assert.Equal(t.ItemId == item ? since : null, t.OnlineSince));
        Assert.Equal(since, j.Left.OfType<VerifyMailbox>().Single(v => v.ItemId == item).OnlineSince);
        Assert.DoesNotContain(Verbs.CutOver, j.Left.OfType<MigrationAdvanced>().Last().Allowed);
        Assert.Contains("archive is not verified", (await j.TryAsync(o => new ApproveCutOver(o, "staff-a", j.Id, j.Now, j.Now.AddHours(4))))!.Detail, StringComparison.Ordinal);

        await j.TellAsync(j.Archived(item, 1, before: since));
        Assert.Contains(Verbs.CutOver, j.Left.OfType<MigrationAdvanced>().Last().Allowed);
        Assert.Equal(since, j.Left.OfType<ItemAdvanced>().Last(i => i.ItemId == item).Arrangement!.Archive!.Before);
    }

    [Fact]
    public async Task Starting_empty_is_an_archive_of_all_that_came_before_the_choice()
    {
        using var j = await Journey.BeginAsync(world).ToAsync(MigrationState.Preparing);
        var item = (await j.ItemAsync(Info)).Id;
        await j.DoAsync(o => new ChooseStrategy(o, "member", j.Id, item, MailboxStrategy.StartEmpty, null));
        Assert.Equal(j.Now, (await j.ItemAsync(Info)).OnlineSince!.Value, TimeSpan.FromSeconds(1));
        await j.ToAsync(MigrationState.Preparing, MigrationState.Copying);
        Assert.Equal("transition-not-allowed", (await j.TryAsync(o => new ChooseStrategy(o, "member", j.Id, item, MailboxStrategy.MoveAll, null)))?.Code);
    }

    [Fact]
    public async Task A_dropped_mailbox_needs_no_new_place_and_is_archived_in_each_pass()
    {
        using var j = await Journey.BeginAsync(world).ToAsync(MigrationState.Preparing);
        var item = await j.ItemAsync(Info);
        await j.DoAsync(o => new ChooseStrategy(o, "member", j.Id, item.Id, MailboxStrategy.Drop, null));
        await j.TellAsync(new CredentialStored(item.Source!.CredentialId, j.MemberId, 1, j.Now));
        await j.AnswerAsync();
        Assert.Equal(ItemState.Verified, (await j.ItemAsync(Info)).State);

        j.Otherwise = c => c is ArchiveMailbox a ? [j.Archived(a.ItemId, a.Pass, equal: false)] : null;
        await j.ToAsync(MigrationState.Preparing, MigrationState.Copying);
        await j.AnswerAsync();
        Assert.Equal((ItemState.NeedsStaff, FailureCode.ItemAltered), ((await j.ItemAsync(Info)).State, (await j.ItemAsync(Info)).Failure!.Code));

        j.Otherwise = _ => null;
        await j.DoAsync(o => new RetryItem(o, "staff-a", j.Id, item.Id));
        await j.AnswerAsync();
        await j.ApproveWindowAsync();
        await j.AnswerAsync();
        await j.AdvanceAsync(TimeSpan.FromDays(3));
        await j.DoAsync(o => new HandOver(o, "staff-a", j.Id));
        Assert.DoesNotContain(j.Left.OfType<TransferMailbox>(), t => t.ItemId == item.Id);
        var dossier = j.Left.OfType<DossierDelivered>().Single();
        Assert.Contains("Archivée, non déménagée", dossier.Html, StringComparison.Ordinal);
        Assert.Contains(new string('c', 64), dossier.Json, StringComparison.Ordinal);
        Assert.Equal(ItemState.Done, (await j.ItemAsync(Info)).State);
    }

    [Fact]
    public async Task A_mailbox_read_by_POP3_waits_for_the_last_fetch_and_says_what_that_means()
    {
        using var j = await Journey.BeginAsync(world, "en");
        j.Found.RemoveAll(_ => true);
        j.Found.Add(j.Mailbox(Info) with { Facts = [new Fact("protocol-seen", "pop3"), new Fact("protocol-seen", "imap")] });
        await j.ToAsync(MigrationState.CatchingUp);
        var letter = (await j.LoadAsync()).Notices.First(n => n.Template == "survey-done");
        Assert.Contains("Read by POP3: your messages are on your own machine. It is normal that almost nothing is moved", letter.Body, StringComparison.Ordinal);
        var told = j.Left.OfType<MigrationAdvanced>().Last();
        Assert.Equal("member", told.WaitingFor);
        Assert.Contains("POP3", told.WaitingText, StringComparison.Ordinal);
        Assert.Contains("last fetch is not confirmed", (await j.TryAsync(o => new ApproveCutOver(o, "staff-a", j.Id, j.Now, j.Now.AddHours(4))))!.Detail, StringComparison.Ordinal);

        foreach (var item in (await j.LoadAsync()).Items)
            await j.DoAsync(o => new ConfirmLastFetch(o, "member", j.Id, item.Id));
        await j.ApproveWindowAsync();
        var planned = (await j.LoadAsync()).Notices.Single(n => n.Template == "cut-over-planned");
        Assert.Contains("may download messages again", planned.Body, StringComparison.Ordinal);
        Assert.Contains("a deletion is synchronised", planned.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_member_who_leaves_alone_gets_everything_archived_and_nothing_moved()
    {
        using var j = await Journey.BeginAsync(world).ToAsync(MigrationState.Preparing);
        var items = (await j.LoadAsync()).Items;
        foreach (var item in items)
            await j.TellAsync(new CredentialStored(item.Source!.CredentialId, j.MemberId, 1, j.Now));
        await j.AnswerAsync();
        await j.DoAsync(o => new DeclineMigration(o, "staff-a", j.Id, "three reminders and a call without answer"));
        Assert.Equal(items.Select(i => i.Id).Order(), j.Left.OfType<ArchiveMailbox>().Select(a => a.ItemId).Order());
        Assert.Empty(j.Left.OfType<MigrationEnded>());

        var away = items[0].Id;
        j.Otherwise = c => c is ArchiveMailbox { Pass: 1 } a && a.ItemId == away ? [j.Failed(away, 1, FailureKind.Passing, FailureCode.Unreachable)] : null;
        await j.AnswerAsync();
        Assert.Equal("system", j.Left.OfType<MigrationAdvanced>().Last().WaitingFor);
        await j.AdvanceAsync(TimeSpan.FromHours(1));
        Assert.All((await j.LoadAsync()).Items, i => Assert.True(i.Archive?.Equal));
        Assert.Equal(3, j.Left.OfType<ArchiveMailbox>().Count());

        await j.AdvanceAsync(TimeSpan.FromDays(91));
        Assert.Equal(MigrationState.Declined, Assert.Single(j.Left.OfType<MigrationEnded>()).State);
        Assert.Empty(j.Left.OfType<TransferMailbox>());
        await j.TellAsync(new WorkErased(j.Id, "mail", 2, 14, 20_000, 30, j.Now));
        await j.TellAsync(new WorkErased(j.Id, "mail", 2, 0, 0, 0, j.Now));
        var receipt = Assert.Single((await j.LoadAsync()).WorkReceipts);
        Assert.True(ErasureReceipt.Verify(receipt.Json, receipt.Signature, receipt.PublicKeyPem));
        Assert.Contains("\"files\":14", receipt.Json, StringComparison.Ordinal);
    }
}
