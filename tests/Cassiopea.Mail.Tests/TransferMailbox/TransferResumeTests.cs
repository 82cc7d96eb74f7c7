using Cassiopea.Contracts;
using Cassiopea.Lab;
using Cassiopea.Lab.Seed;
using Cassiopea.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Mail.Tests;

[Trait("Category", "Servers")]
public sealed class TransferResumeTests
{
    [Fact]
    [Trait("Requirement", "mail-R12")]
    public async Task A_service_stopped_in_the_middle_goes_on_by_itself_and_the_mailbox_is_exact()
    {
        await using var host = await MailHost.StartAsync(("Mail:BytesPerSecond", "1500000"));
        var mailbox = await MailboxCase.MakeAsync(host, MailSets.Ordinary("ordinary", 600, 21));
        await host.SendAsync(mailbox.Transfer());
        for (var stop = 1; stop <= 2; stop++)
        {
            var seen = host.Events.OfType<ItemTransferAdvanced>().Select(e => e.Done).DefaultIfEmpty().Max();
            await Eventually.TrueAsync("it advances", () => host.Events.OfType<ItemTransferAdvanced>().Any(e => e.Done > seen && e.Done > 0));
            await host.StopAsync();
            await host.StartAgainAsync();
        }

        var moved = await host.WaitAsync<ItemTransferred>(e => e.ItemId == mailbox.Item);
        Assert.Equal((mailbox.Messages, 0, 0), (moved.Counts.Source, moved.Counts.Refused, moved.Counts.Remaining));
        Assert.Equal(mailbox.Messages, moved.Counts.Copied + moved.Counts.AlreadyThere);
        Assert.True(moved.Counts.Copied > mailbox.Messages / 2, $"copied {moved.Counts.Copied}: what earlier attempts copied belongs to the pass");
        Assert.Empty(await mailbox.DifferencesAsync());
        Assert.Single(host.Events.OfType<ItemTransferred>());
        Assert.Empty(host.Events.OfType<ItemTransferFailed>());
    }

    [Fact]
    [Trait("Requirement", "rel-F21")]
    public async Task A_paused_migration_stops_its_pass_and_goes_on_when_resumed()
    {
        await using var host = await MailHost.StartAsync(("Mail:BytesPerSecond", "1500000"));
        var mailbox = await MailboxCase.MakeAsync(host, MailSets.Ordinary("ordinary", 500, 22));
        await host.SendAsync(mailbox.Transfer());
        await Eventually.TrueAsync("it advances", () => host.Events.OfType<ItemTransferAdvanced>().Any(e => e.Done > 0));

        await host.SendAsync(new MigrationPaused(mailbox.Migration));
        await Eventually.TrueAsync("it stops", () => host.QueryAsync(db => db.Set<Job>().AnyAsync(j => j.State == JobState.Queued && j.Attempts == 0)), TimeSpan.FromSeconds(10));
        Assert.Equal(0, host.Vault.OpenLeases);
        Assert.Empty(host.Events.OfType<ItemTransferred>());

        await host.SendAsync(new MigrationResumed(mailbox.Migration));
        var moved = await host.WaitAsync<ItemTransferred>(e => e.ItemId == mailbox.Item);
        Assert.Equal(mailbox.Messages, moved.Counts.Copied + moved.Counts.AlreadyThere);
        Assert.Empty(await mailbox.DifferencesAsync());
    }

    [Fact]
    public async Task A_migration_that_ended_cancels_its_pass_and_leaves_the_source_alone()
    {
        await using var host = await MailHost.StartAsync(("Mail:BytesPerSecond", "1000000"));
        var mailbox = await MailboxCase.MakeAsync(host, MailSets.Ordinary("ordinary", 500, 23));
        await host.SendAsync(mailbox.Transfer());
        await Eventually.TrueAsync("it advances", () => host.Events.OfType<ItemTransferAdvanced>().Any(e => e.Done > 0));
        await host.SendAsync(new MigrationEnded(mailbox.Migration, MigrationState.Cancelled));
        await Eventually.TrueAsync("it is cancelled", () => host.QueryAsync(db => db.Set<Job>().AnyAsync(j => j.State == JobState.Cancelled)), TimeSpan.FromSeconds(10));
        Assert.Empty(host.Events.OfType<ItemTransferred>());
        Assert.Empty(host.Events.OfType<ItemTransferFailed>());
    }
}
