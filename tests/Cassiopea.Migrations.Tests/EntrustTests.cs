using Cassiopea.Contracts;

namespace Cassiopea.Migrations.Tests;

/// <summary>Items that the new host's own people move; our verification decides.</summary>
[Trait("Category", "Servers")]
public sealed class EntrustTests(World world)
{
    private const string Info = "info@asbl.example";
    private const string Consent = "The secretary agreed by letter of 2 March.";

    [Fact]
    public async Task The_new_host_moves_it_and_our_verification_decides()
    {
        using var j = await Journey.BeginAsync(world).ToAsync(MigrationState.Preparing);
        await j.EnterCredentialsAsync();
        var item = await j.ItemAsync(Info);
        var due = j.Now.AddDays(20);
        Assert.Equal("invalid", (await j.TryAsync(o => new EntrustItem(o, "staff-a", j.Id, item.Id, "Nouvel hôte", "yes", due)))?.Code);
        await j.DoAsync(o => new EntrustItem(o, "staff-a", j.Id, item.Id, "Nouvel hôte", Consent, due));
        var grant = j.Left.OfType<CredentialGranted>().Last();
        Assert.Equal(("gateway", item.Source!.CredentialId, due), (grant.Service, grant.CredentialId, grant.Until));

        await j.DoAsync(o => new ApprovePlan(o, "staff-a", j.Id));
        await j.DoAsync(o => new StartCopy(o, "staff-a", j.Id));
        await j.AnswerAsync();
        Assert.DoesNotContain(j.Left.OfType<TransferMailbox>(), t => t.ItemId == item.Id);
        Assert.Equal("provider", j.Left.OfType<MigrationAdvanced>().Last().WaitingFor);
        Assert.Single((await j.LoadAsync()).Notices, n => n.Template == "host-move");

        j.Otherwise = c => c is VerifyMailbox v && v.ItemId == item.Id ? [j.Verified(v.ItemId, v.Pass, Grade.Poor, [CopyTests.Difference("INBOX;1;7")])] : null;
        await j.DoAsync(o => new ReportMoved(o, "provider", j.Id, item.Id, "imapsync, all folders"));
        await j.AnswerAsync();
        Assert.Equal(ItemState.NeedsStaff, (await j.ItemAsync(Info)).State);
        Assert.Equal(MigrationState.CatchingUp, await j.StateAsync());

        j.Otherwise = _ => null;
        await j.DoAsync(o => new ReportMoved(o, "provider", j.Id, item.Id, "the missing ones too"));
        Assert.True(j.Left.OfType<CredentialGranted>().Last(g => g.Service == "gateway").Until <= j.Now);
        await j.AnswerAsync();
        Assert.Equal(ItemState.InSync, (await j.ItemAsync(Info)).State);
        Assert.Equal(2, j.Left.OfType<VerifyMailbox>().Count(v => v.ItemId == item.Id));
        Assert.DoesNotContain(j.Left.OfType<TransferMailbox>(), t => t.ItemId == item.Id);

        // what is found equal gets our passes for what still arrives
        await j.ApproveWindowAsync();
        await j.AnswerAsync();
        Assert.Equal(MigrationState.Watching, await j.StateAsync());
        Assert.Single(j.Left.OfType<TransferMailbox>(), t => t.ItemId == item.Id && t.Bucket == Bucket.CutOver);
        await j.AdvanceAsync(TimeSpan.FromDays(3));
        await j.DoAsync(o => new HandOver(o, "staff-a", j.Id));
        Assert.Contains("Nouvel hôte, avec votre accord : " + Consent, j.Left.OfType<DossierDelivered>().Single().Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_late_host_is_reminded_then_staff_decide()
    {
        using var j = await Journey.BeginAsync(world).ToAsync(MigrationState.CatchingUp);
        var item = (await j.ItemAsync(Info)).Id;
        await j.DoAsync(o => new EntrustItem(o, "member", j.Id, item, "Host", Consent, j.Now.AddDays(10)));
        await j.AdvanceAsync(TimeSpan.FromDays(4));
        Assert.Equal(2, (await j.LoadAsync()).Notices.Count(n => n.Template == "host-move"));
        await j.AdvanceAsync(TimeSpan.FromDays(7));
        Assert.Equal(3, (await j.LoadAsync()).Notices.Count(n => n.Template == "host-move"));
        Assert.Equal((ItemState.NeedsStaff, FailureCode.TimedOut), ((await j.ItemAsync(Info)).State, (await j.ItemAsync(Info)).Failure!.Code));
        Assert.Equal("invalid", (await j.TryAsync(o => new RetryItem(o, "staff-a", j.Id, item)))?.Code);

        await j.DoAsync(o => new EntrustItem(o, "member", j.Id, item, "Host", Consent, j.Now.AddDays(3)));
        Assert.True((await j.ItemAsync(Info)).WaitsForHost);
        var passes = j.Left.OfType<TransferMailbox>().Count(t => t.ItemId == item);
        await j.DoAsync(o => new TakeBackItem(o, "staff-a", j.Id, item, "the new host has no time"));
        await j.AnswerAsync();
        Assert.Equal(passes + 1, j.Left.OfType<TransferMailbox>().Count(t => t.ItemId == item));
        Assert.Equal(ItemState.InSync, (await j.ItemAsync(Info)).State);
    }

    [Fact]
    public async Task A_site_that_the_host_moved_is_compared_and_never_written_by_us()
    {
        using var j = await Journey.BeginAsync(world);
        j.Found.Add(new FoundItem(ItemKind.Site, "www.asbl.example", j.End("ftp", "old.example", "site"), null, null));
        await j.ToAsync(MigrationState.Preparing);
        await j.EnterCredentialsAsync();
        var item = (await j.ItemAsync("www.asbl.example")).Id;
        await j.DoAsync(o => new EntrustItem(o, "staff-a", j.Id, item, "Host", Consent, j.Now.AddDays(20)));
        await j.ToAsync(MigrationState.Ready, MigrationState.Copying);
        await j.AnswerAsync();
        await j.DoAsync(o => new ReportMoved(o, "provider", j.Id, item, ""));
        await j.AnswerAsync();
        await j.AdvanceAsync(TimeSpan.FromDays(2));
        await j.ApproveWindowAsync();
        await j.AnswerAsync();
        Assert.Equal(MigrationState.Watching, await j.StateAsync());
        await j.AdvanceAsync(TimeSpan.FromDays(3));
        await j.DoAsync(o => new HandOver(o, "staff-a", j.Id));
        Assert.NotEmpty(j.Left.OfType<TransferSite>());
        Assert.All(j.Left.OfType<TransferSite>(), t => Assert.True(t.ReportOnly));
        Assert.Equal([false, true], j.Left.OfType<VerifySite>().Select(v => v.Remember));
        Assert.True(Assert.Single(j.Left.OfType<ConfigureSite>()).CheckOnly);
    }

    [Fact]
    public async Task What_makes_no_sense_is_refused()
    {
        using var j = await Journey.BeginAsync(world).ToAsync(MigrationState.CatchingUp);
        var item = (await j.ItemAsync(Info)).Id;
        Assert.Equal("transition-not-allowed", (await j.TryAsync(o => new ReportMoved(o, "provider", j.Id, item, "")))?.Code);
        Assert.Equal("transition-not-allowed", (await j.TryAsync(o => new TakeBackItem(o, "staff-a", j.Id, item, "changed our minds")))?.Code);
        Assert.Equal("invalid", (await j.TryAsync(o => new EntrustItem(o, "staff-a", j.Id, item, "Host", Consent, j.Now.AddDays(-1))))?.Code);
        Assert.Equal("not-found", (await j.TryAsync(o => new EntrustItem(o, "staff-a", j.Id, Guid.NewGuid(), "Host", Consent, j.Now.AddDays(1))))?.Code);
        await j.DoAsync(o => new EntrustItem(o, "staff-a", j.Id, item, "Host", Consent, j.Now.AddDays(1)));
        var other = (await j.ItemAsync("contact@asbl.example")).Id;
        Assert.Equal("invalid", (await j.TryAsync(o => new ReportMoved(o, "provider", j.Id, other, "")))?.Code);
    }
}
