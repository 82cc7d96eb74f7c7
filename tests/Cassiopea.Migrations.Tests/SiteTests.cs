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
    public async Task W12_paths_that_change_are_told_with_the_configuration()
    {
        using var j = await BeginAsync();
        await j.ToAsync(MigrationState.CatchingUp);
        var (site, database) = ((await j.ItemAsync("www.asbl.example")).Id, (await j.ItemAsync("asbl_spip")).Id);
        PathMapping path = new("/disk1/asbl/www", "/srv/asbl");
        Assert.Equal("invalid", (await j.TryAsync(o => new MapPaths(o, "staff-a", j.Id, database, [path])))?.Code);
        Assert.Equal("invalid", (await j.TryAsync(o => new MapPaths(o, "staff-a", j.Id, site, [path, path])))?.Code);
        Assert.Equal("invalid", (await j.TryAsync(o => new MapPaths(o, "staff-a", j.Id, site, [new PathMapping("/", "/srv")])))?.Code);
        await j.DoAsync(o => new MapPaths(o, "staff-a", j.Id, site, [path]));
        await j.ApproveWindowAsync();
        await j.AnswerAsync();
        var asked = Assert.Single(j.Left.OfType<ConfigureSite>());
        Assert.Equal(path, Assert.Single(asked.Paths!));
        Assert.False(asked.CheckOnly);
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

    [Fact]
    [Trait("Requirement", "W11")]
    public async Task W11_a_login_found_in_a_configuration_enters_the_database_and_replaces_no_word_of_people()
    {
        using var j = await Journey.BeginAsync(world);
        j.Found.Add(new FoundItem(ItemKind.Site, "www.asbl.example", j.End("ftp", "old.example", "asbl"), null, null));
        j.Found.Add(new FoundItem(ItemKind.Database, "asbl_spip", j.End("mysql", "sql.old.example", "unknown"), null, null));
        var (spip, forum) = (Login("spip"), Login("forum"));
        j.Otherwise = c => c is SurveySite s
            ? [j.Entered(s.ItemId, s.Target is not null, attempt: s.Attempt) with { Found = [new(ItemKind.Database, "asbl_spip", spip, null, null), new(ItemKind.Database, "asbl_forum", forum, null, null)] }]
            : null;
        await j.ToAsync(MigrationState.Preparing);
        var site = await j.ItemAsync("www.asbl.example");
        await j.TellAsync(new CredentialStored(site.Source!.CredentialId, j.MemberId, 1, j.Now));
        await j.AnswerAsync();
        Assert.Equal(j.MemberId, Assert.Single(j.Left.OfType<SurveySite>()).MemberId);
        await j.TellAsync(new CredentialStored(spip.CredentialId, j.MemberId, 1, j.Now));
        await j.TellAsync(new CredentialStored(forum.CredentialId, j.MemberId, 1, j.Now));
        await j.AnswerAsync();

        // the place that the inventory knows, entered with the login that the site uses; and one that nobody knew
        var known = Assert.Single(j.Left.OfType<SurveyDatabase>(), s => s.ItemId == Item.IdOf(j.Id, ItemKind.Database, "asbl_spip"));
        Assert.Equal(("sql.old.example", "spip", spip.CredentialId), (known.Source.Host, known.Source.Login, known.Source.CredentialId));
        Assert.Equal(forum, Assert.Single(j.Left.OfType<SurveyDatabase>(), s => s.ItemId != known.ItemId).Source);
        Assert.Contains(j.Left.OfType<CredentialGranted>(), g => g.CredentialId == spip.CredentialId && g.Service == "databases");

        // another login later says nothing: the vault holds one that works
        await j.TellAsync(j.Entered(site.Id, false, attempt: 9) with { Found = [new(ItemKind.Database, "asbl_spip", Login("other"), null, null)] });
        Assert.Equal("spip", (await j.ItemAsync("asbl_spip")).Source!.Login);

        Endpoint Login(string user) => j.End("mysql", "localhost", user);
    }

    [Fact]
    public async Task The_site_s_own_backup_is_guided_and_accepted_instead_of_the_database_when_it_was_read_to_its_end()
    {
        using var j = await BeginAsync();
        var backup = false;
        j.Otherwise = c => c is SurveySite s
            ? [j.Entered(s.ItemId, s.Target is not null, attempt: s.Attempt) with { Facts = backup ? [new Fact("database-access", "Backup"), new Fact("database-backup-whole", "tmp/dump/asbl.xml: 4 tables, 9 rows")] : [new Fact("database-access", "Unknown")] }]
            : null;
        await j.ToAsync(MigrationState.Preparing);
        var (site, database) = (await j.ItemAsync("www.asbl.example"), await j.ItemAsync("asbl_spip"));
        await j.TellAsync(new CredentialStored(site.Source!.CredentialId, j.MemberId, 1, j.Now));
        await j.AnswerAsync();
        var letter = Assert.Single((await j.LoadAsync()).Notices, n => n.Template == "backup-wanted");
        Assert.Contains("tmp/dump", letter.Body, StringComparison.Ordinal);
        Assert.Equal("not-ready", (await j.TryAsync(o => new AcceptBackup(o, "staff-a", j.Id, database.Id, site.Id, "nobody knows its password")))?.Code);

        backup = true;
        await j.DoAsync(o => new RetryItem(o, "staff-a", j.Id, site.Id));
        await j.AnswerAsync();
        Assert.Equal("invalid", (await j.TryAsync(o => new AcceptBackup(o, "staff-a", j.Id, site.Id, site.Id, "nobody knows its password")))?.Code);
        await j.DoAsync(o => new AcceptBackup(o, "staff-a", j.Id, database.Id, site.Id, "nobody knows its password"));
        var left = await j.ItemAsync("asbl_spip");
        Assert.Equal(ItemState.Excluded, left.State);
        Assert.Contains("tmp/dump/asbl.xml: 4 tables, 9 rows", left.ExcludedReason, StringComparison.Ordinal);
        Assert.Single((await j.LoadAsync()).Notices, n => n.Template == "backup-wanted");
    }

    [Fact]
    public async Task An_archive_of_a_site_is_made_on_request()
    {
        using var j = await BeginAsync();
        await j.ToAsync(MigrationState.Preparing);
        var (site, database) = ((await j.ItemAsync("www.asbl.example")).Id, (await j.ItemAsync("asbl_spip")).Id);
        Assert.Equal("not-ready", (await j.TryAsync(o => new RequestArchive(o, "member", j.Id, site)))?.Code);
        await j.EnterCredentialsAsync();
        Assert.Equal("invalid", (await j.TryAsync(o => new RequestArchive(o, "member", j.Id, database)))?.Code);
        await j.DoAsync(o => new RequestArchive(o, "member", j.Id, site));
        await j.AnswerAsync();
        Assert.Equal(1, Assert.Single(j.Left.OfType<ArchiveSite>()).Round);
        var item = await j.ItemAsync("www.asbl.example");
        Assert.Equal((ItemState.Verified, 7L), (item.State, item.Archive!.Messages));
        await j.DoAsync(o => new RequestArchive(o, "staff-a", j.Id, site));
        Assert.Equal(2, j.Left.OfType<ArchiveSite>().Last().Round);
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
