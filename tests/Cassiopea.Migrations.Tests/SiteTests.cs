using Cassiopea.Contracts;

namespace Cassiopea.Migrations.Tests;

/// <summary>A site and its database are one move.</summary>
[Trait("Category", "Servers")]
public sealed class SiteTests(World world)
{
    [Fact]
    [Trait("Requirement", "W12")]
    public async Task W12_a_site_is_told_its_database_after_both_last_deltas_and_before_DNS()
    {
        using var j = await BeginAsync();
        await j.ToAsync(MigrationState.CuttingOver);
        Assert.Empty(j.Left.OfType<ConfigureSite>());
        await j.AnswerAsync();
        Assert.Equal(MigrationState.Watching, await j.StateAsync());

        var (site, database) = (await j.ItemAsync("www.asbl.example"), await j.ItemAsync("asbl_spip"));
        var asked = Assert.Single(j.Left.OfType<ConfigureSite>());
        Assert.Equal((site.Id, site.Pass, "www.asbl.example"), (asked.ItemId, asked.Pass, asked.Site));
        var moved = Assert.Single(asked.Databases);
        Assert.Equal((database.Id, "asbl_spip", "asbl_spip"), (moved.ItemId, moved.Source.Path, moved.Target.Path));
        var order = j.Left.Where(m => m is VerifySite or VerifyDatabase or ConfigureSite or CutOverZone).ToList();
        Assert.IsType<ConfigureSite>(order[^2]);
        Assert.IsType<CutOverZone>(order[^1]);
        Assert.Contains(j.Left.OfType<CredentialGranted>(), g => g.CredentialId == database.Target!.CredentialId && g.ItemId == site.Id && g.Service == "web-hosting");
    }

    [Fact]
    [Trait("Requirement", "W12")]
    public async Task W12_a_site_that_does_not_run_at_the_new_place_is_not_switched()
    {
        using var j = await BeginAsync();
        await j.ToAsync(MigrationState.CuttingOver);
        j.Otherwise = c => c is ConfigureSite s
            ? [new SiteConfigured(j.Id, s.ItemId, s.Pass, 1, 5, 0, [], new Failure(FailureSide.Target, FailureKind.Refused, FailureCode.ItemAltered, "5 pages differ."), j.Now)]
            : null;
        await j.AnswerAsync();
        Assert.Equal(MigrationState.CatchingUp, await j.StateAsync());
        Assert.Empty(j.Left.OfType<CutOverZone>());
        var site = await j.ItemAsync("www.asbl.example");
        Assert.Equal((ItemState.NeedsStaff, FailureCode.ItemAltered), (site.State, site.Failure!.Code));

        j.Otherwise = _ => null;
        await j.DoAsync(o => new RetryItem(o, "staff-a", j.Id, site.Id));
        await j.AnswerAsync();
        await j.ApproveWindowAsync();
        await j.AnswerAsync();
        Assert.Equal(MigrationState.Watching, await j.StateAsync());
        Assert.Equal(2, j.Left.OfType<ConfigureSite>().Count());
    }

    [Fact]
    [Trait("Requirement", "W6")]
    public async Task W6_once_visitors_are_at_the_new_place_writes_at_the_old_one_are_only_reported()
    {
        using var j = await BeginAsync();
        await j.ToAsync(MigrationState.Watching);
        Assert.DoesNotContain(j.Left.OfType<TransferSite>(), t => t.ReportOnly);
        await j.AdvanceAsync(TimeSpan.FromDays(2));
        Assert.Contains(j.Left.OfType<TransferSite>(), t => t.ReportOnly);
        Assert.Single(j.Left.OfType<ConfigureSite>());
    }

    private async Task<Journey> BeginAsync()
    {
        var j = await Journey.BeginAsync(world);
        j.Found.Add(new FoundItem(ItemKind.Site, "www.asbl.example", j.End("ftp", "old.example", "asbl"), null, null));
        j.Found.Add(new FoundItem(ItemKind.Database, "asbl_spip", j.End("mysql", "sql.old.example", "asbl"), null, null));
        j.Found.Add(new FoundItem(ItemKind.Domain, "asbl.example", null, null, null));
        return j;
    }
}
