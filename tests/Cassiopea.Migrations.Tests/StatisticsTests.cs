using Cassiopea.Contracts;

namespace Cassiopea.Migrations.Tests;

/// <summary>Visit statistics are delivered before the switch, unless nobody wants them.</summary>
[Trait("Category", "Servers")]
public sealed class StatisticsTests(World world)
{
    private const string Site = "www.asbl.example";
    private static readonly Failure NotFound = new(FailureSide.Source, FailureKind.Refused, FailureCode.ItemMissing, "No statistics were found.");

    [Fact]
    [Trait("Requirement", "W13")]
    public async Task W13_statistics_are_saved_with_the_first_copy_and_once_more_between_the_last_delta_and_DNS()
    {
        using var j = await BeginAsync();
        await j.ToAsync(MigrationState.Preparing);
        await j.EnterCredentialsAsync();
        var letter = Assert.Single((await j.LoadAsync()).Notices, n => n.Template == "statistics-asked");
        Assert.Contains("pouvoir subsidiant", letter.Body, StringComparison.Ordinal);
        Assert.Contains(Site, letter.Body, StringComparison.Ordinal);
        Assert.Empty(j.Left.OfType<SaveStatistics>());

        await j.ToAsync(MigrationState.Preparing, MigrationState.CatchingUp);
        var first = Assert.Single(j.Left.OfType<SaveStatistics>());
        Assert.Equal((1, false, Site, ""), (first.Round, first.Last, first.Site, first.Page));

        await j.ApproveWindowAsync();
        await j.AnswerAsync();
        Assert.Equal(MigrationState.Watching, await j.StateAsync());
        var last = j.Left.OfType<SaveStatistics>().Last();
        Assert.Equal((2, true), (last.Round, last.Last));
        var order = j.Left.Where(m => m is VerifySite || m is SaveStatistics { Last: true } || m is CutOverZone).ToList();
        Assert.IsType<SaveStatistics>(order[^2]);
        Assert.IsType<CutOverZone>(order[^1]);
        var site = await j.ItemAsync(Site);
        Assert.True(site.Statistics!.Last);
        Assert.Equal("2012-12", j.Left.OfType<ItemAdvanced>().Last(a => a.ItemId == site.Id).Arrangement!.Statistics!.Saved!.To);
        Assert.Equal(2, (await j.LoadAsync()).Notices.Count(n => n.Template == "statistics-delivered" && n.Body.Contains("décembre 2012", StringComparison.Ordinal)));
    }

    [Fact]
    [Trait("Requirement", "W13")]
    public async Task W13_statistics_that_are_not_found_hold_the_cut_over_until_the_member_says_no_or_where()
    {
        using var j = await BeginAsync();
        j.Otherwise = c => c is SaveStatistics { Page: "" } s ? [new StatisticsSaved(j.Id, s.ItemId, s.Round, s.Last, null, NotFound, j.Now)] : null;
        await j.ToAsync(MigrationState.CatchingUp);
        var told = j.Left.OfType<MigrationAdvanced>().Last();
        Assert.Equal("member", told.WaitingFor);
        Assert.Contains("subsidising authority", told.WaitingText, StringComparison.Ordinal);
        Assert.DoesNotContain("cutover", told.Allowed);
        var refused = await j.TryAsync(o => new ApproveCutOver(o, "staff-a", j.Id, j.Now, j.Now.AddDays(1)));
        Assert.Equal("not-ready", refused!.Code);
        Assert.Contains("subsidising authority", refused.Detail, StringComparison.Ordinal);

        // they are needed, but nobody says where: staff look
        var site = (await j.ItemAsync(Site)).Id;
        await j.DoAsync(o => new AnswerStatistics(o, "member", j.Id, site, true));
        await j.AnswerAsync();
        Assert.Equal("staff", j.Left.OfType<MigrationAdvanced>().Last().WaitingFor);

        await j.DoAsync(o => new AnswerStatistics(o, "staff-a", j.Id, site, true, "/usage/"));
        await j.AnswerAsync();
        Assert.Equal("/usage/", j.Left.OfType<SaveStatistics>().Last().Page);
        Assert.Contains("cutover", j.Left.OfType<MigrationAdvanced>().Last().Allowed);
    }

    [Fact]
    [Trait("Requirement", "W13")]
    public async Task W13_a_try_that_still_runs_when_another_page_is_named_does_not_stop_the_new_one()
    {
        using var j = await BeginAsync();
        j.Otherwise = c => c is SaveStatistics ? [] : null;
        await j.ToAsync(MigrationState.CatchingUp);
        var running = Assert.Single(j.Left.OfType<SaveStatistics>());
        await j.DoAsync(o => new AnswerStatistics(o, "staff-a", j.Id, running.ItemId, true, "/usage/"));
        Assert.Equal((running.Round + 1, "/usage/"), (j.Left.OfType<SaveStatistics>().Last().Round, j.Left.OfType<SaveStatistics>().Last().Page));
        await j.TellAsync(new StatisticsSaved(j.Id, running.ItemId, running.Round, running.Last, null, NotFound, j.Now));
        Assert.Null((await j.ItemAsync(Site)).Statistics!.Failure);
        await j.TellAsync(j.Saved(j.Left.OfType<SaveStatistics>().Last()));
        Assert.NotNull((await j.ItemAsync(Site)).Statistics!.Saved);
    }

    [Fact]
    [Trait("Requirement", "W13")]
    public async Task W13_a_no_lets_the_cut_over_go_on_without_them()
    {
        using var j = await BeginAsync();
        await j.ToAsync(MigrationState.Preparing);
        var site = (await j.ItemAsync(Site)).Id;
        await j.DoAsync(o => new AnswerStatistics(o, "member", j.Id, site, false));
        await j.EnterCredentialsAsync();
        await j.ToAsync(MigrationState.Preparing, MigrationState.CatchingUp);
        await j.ApproveWindowAsync();
        await j.AnswerAsync();
        Assert.Equal(MigrationState.Watching, await j.StateAsync());
        Assert.Empty(j.Left.OfType<SaveStatistics>());
        Assert.Equal((false, "member"), ((await j.ItemAsync(Site)).Statistics!.Wanted, (await j.ItemAsync(Site)).Statistics!.AnsweredBy));
    }

    [Fact]
    [Trait("Requirement", "W13")]
    public async Task W13_the_last_ones_failing_gives_the_window_back_and_the_next_cut_over_takes_them_again()
    {
        using var j = await BeginAsync();
        await j.ToAsync(MigrationState.CuttingOver);
        j.Otherwise = c => c is SaveStatistics { Last: true } s ? [new StatisticsSaved(j.Id, s.ItemId, s.Round, s.Last, null, NotFound, j.Now)] : null;
        await j.AnswerAsync();
        Assert.Equal(MigrationState.CatchingUp, await j.StateAsync());
        Assert.Empty(j.Left.OfType<CutOverZone>());
        var site = await j.ItemAsync(Site);
        Assert.Equal((ItemState.NeedsStaff, FailureCode.ItemMissing), (site.State, site.Failure!.Code));

        j.Otherwise = _ => null;
        await j.DoAsync(o => new RetryItem(o, "staff-a", j.Id, site.Id));
        await j.AnswerAsync();
        await j.ApproveWindowAsync();
        await j.AnswerAsync();
        Assert.Equal(MigrationState.Watching, await j.StateAsync());
        Assert.Equal(2, j.Left.OfType<SaveStatistics>().Count(s => s.Last));
    }

    [Fact]
    public async Task What_makes_no_sense_is_refused_and_an_old_round_says_nothing()
    {
        using var j = await BeginAsync();
        await j.ToAsync(MigrationState.CatchingUp);
        var (site, mailbox) = ((await j.ItemAsync(Site)).Id, (await j.ItemAsync("info@asbl.example")).Id);
        Assert.Equal("invalid", (await j.TryAsync(o => new AnswerStatistics(o, "member", j.Id, mailbox, true)))?.Code);
        Assert.Equal("invalid", (await j.TryAsync(o => new AnswerStatistics(o, "member", j.Id, site, true, "http://elsewhere.example/")))?.Code);
        Assert.Equal("invalid", (await j.TryAsync(o => new AnswerStatistics(o, "member", j.Id, site, true, "//elsewhere.example/")))?.Code);
        await j.TellAsync(new StatisticsSaved(j.Id, site, 1, true, null, NotFound, j.Now));
        Assert.Null((await j.ItemAsync(Site)).Statistics!.Failure);
    }

    private async Task<Journey> BeginAsync()
    {
        var j = await Journey.BeginAsync(world);
        j.Found.Add(new FoundItem(ItemKind.Site, Site, j.End("ftp", "old.example", "asbl"), null, null));
        j.Found.Add(new FoundItem(ItemKind.Domain, "asbl.example", null, null, null));
        return j;
    }
}
