using Cassiopea.Contracts;

namespace Cassiopea.Migrations.Tests;

/// <summary>What people decide about a database, what is done at the new place after the last delta, the second account at the old server.</summary>
[Trait("Category", "Servers")]
public sealed class DatabaseTests(World world)
{
    private const string Database = "asbl_spip";
    private const string Reason = "as the member asked by letter";
    private static readonly DatabaseChoices Choices = new(["row-too-large"], ["spip_articles.titre"], ["spip_visites"], "spip_", "asbl_", Archive: true, [new("/var/www/old", "/srv/asbl")]);

    [Fact]
    [Trait("Requirement", "D3")]
    [Trait("Requirement", "D9")]
    public async Task What_was_decided_goes_with_every_pass_and_is_done_once_after_the_last_delta_before_the_site_and_DNS()
    {
        using var j = await BeginAsync(MigrationState.Preparing);
        var db = (await j.ItemAsync(Database)).Id;
        await j.EnterCredentialsAsync();
        await j.DoAsync(o => new DecideDatabase(o, "staff-a", j.Id, db, Choices, Reason));
        await j.AnswerAsync();
        Assert.Equal(Choices.RepairedColumns, j.Left.OfType<SurveyDatabase>().Last().Choices!.RepairedColumns);
        await j.DoAsync(o => new ApprovePlan(o, "staff-a", j.Id));
        await j.DoAsync(o => new StartCopy(o, "staff-a", j.Id));
        await j.AnswerAsync();
        Assert.All(j.Left.OfType<TransferDatabase>(), t => Assert.Equal("asbl_", t.Choices!.NewPrefix));
        Assert.All(j.Left.OfType<VerifyDatabase>(), t => Assert.Equal(["spip_visites"], t.Choices!.ExcludedTables));
        Assert.True(Assert.Single(j.Left.OfType<ReplaceInDatabase>()).DryRun); // the count comes before anybody approves a window
        Assert.Equal(4, (await j.ItemAsync(Database)).Replaced!.Places);
        Assert.Empty(j.Left.OfType<RepairCharsets>());

        await j.ApproveWindowAsync();
        await j.AnswerAsync();
        Assert.Equal(MigrationState.Watching, await j.StateAsync());
        var order = j.Left.SkipWhile(m => m is not VerifyDatabase { Bucket: Bucket.CutOver }).Where(m => m is RepairCharsets or ReplaceInDatabase or ConfigureSite or CutOverZone).Select(m => m.GetType().Name);
        Assert.Equal([nameof(RepairCharsets), nameof(ReplaceInDatabase), nameof(ConfigureSite), nameof(CutOverZone)], order);
        Assert.Equal(["asbl_articles.titre"], Assert.Single(j.Left.OfType<RepairCharsets>()).Columns); // its table has another name there
        var item = await j.ItemAsync(Database);
        Assert.Equal((item.LastDeltaPass, item.LastDeltaPass, item.LastDeltaPass), (item.RepairedPass, item.ReplacedPass, item.ArchivedPass));
        Assert.Single(j.Left.OfType<ArchiveDatabase>());
        await j.AdvanceAsync(TimeSpan.FromDays(2));
        Assert.Single(j.Left.OfType<RepairCharsets>());
        Assert.Equal(2, j.Left.OfType<ReplaceInDatabase>().Count());
    }

    [Fact]
    [Trait("Requirement", "W12")]
    public async Task W12_paths_that_a_site_changes_are_changed_in_its_database_too_before_the_site_is_configured()
    {
        using var j = await BeginAsync(MigrationState.CatchingUp);
        var db = (await j.ItemAsync(Database)).Id;
        Assert.Empty(j.Left.OfType<ReplaceInDatabase>());
        var site = (await j.ItemAsync("www.asbl.example")).Id;
        await j.DoAsync(o => new MapPaths(o, "staff-a", j.Id, site, [new PathMapping("/disk1/asbl/www", "/srv/asbl")]));
        await j.AnswerAsync();
        var counted = Assert.Single(j.Left.OfType<ReplaceInDatabase>());
        Assert.Equal((db, true, "/disk1/asbl/www", "/srv/asbl"), (counted.ItemId, counted.DryRun, counted.Replacements[0].From, counted.Replacements[0].To));
        await j.ApproveWindowAsync();
        await j.AnswerAsync();
        Assert.Equal(MigrationState.Watching, await j.StateAsync());
        var order = j.Left.Where(m => m is ReplaceInDatabase { DryRun: false } or ConfigureSite or CutOverZone).Select(m => m.GetType().Name);
        Assert.Equal([nameof(ReplaceInDatabase), nameof(ConfigureSite), nameof(CutOverZone)], order);
    }

    [Theory]
    [InlineData(typeof(RepairCharsets))]
    [InlineData(typeof(ReplaceInDatabase))]
    [InlineData(typeof(ArchiveDatabase))]
    public async Task What_cannot_be_done_there_switches_nothing_and_is_done_anew_with_the_next_window(Type trouble)
    {
        var failure = new Failure(FailureSide.Target, FailureKind.Refused, FailureCode.PermissionDenied, "as told");
        using var j = await BeginAsync(MigrationState.Preparing);
        var db = (await j.ItemAsync(Database)).Id;
        await j.EnterCredentialsAsync();
        await j.DoAsync(o => new DecideDatabase(o, "staff-a", j.Id, db, Choices, Reason));
        await j.AnswerAsync();
        await j.DoAsync(o => new ApprovePlan(o, "staff-a", j.Id));
        await j.DoAsync(o => new StartCopy(o, "staff-a", j.Id));
        await j.AnswerAsync();
        j.Otherwise = c => c.GetType() != trouble ? null : c switch
        {
            RepairCharsets r => [new CharsetsRepaired(j.Id, r.ItemId, r.Pass, [], failure, j.Now)],
            ReplaceInDatabase r => [new DatabaseReplaced(j.Id, r.ItemId, r.Pass, r.DryRun, 0, 0, [], [], failure, j.Now)],
            ArchiveDatabase a => [new ItemTransferFailed(j.Id, a.ItemId, a.Pass, failure, j.Now)],
            _ => null,
        };
        await j.ApproveWindowAsync();
        await j.AnswerAsync();
        Assert.Equal(MigrationState.CatchingUp, await j.StateAsync());
        Assert.Empty(j.Left.OfType<CutOverZone>());
        Assert.Equal((ItemState.NeedsStaff, FailureCode.PermissionDenied), ((await j.ItemAsync(Database)).State, (await j.ItemAsync(Database)).Failure!.Code));

        j.Otherwise = _ => null;
        await j.DoAsync(o => new RetryItem(o, "staff-a", j.Id, db));
        await j.AnswerAsync();
        await j.ApproveWindowAsync();
        await j.AnswerAsync();
        Assert.Equal(MigrationState.Watching, await j.StateAsync());
        var item = await j.ItemAsync(Database);
        Assert.Equal((item.LastDeltaPass, item.LastDeltaPass, item.LastDeltaPass), (item.RepairedPass, item.ReplacedPass, item.ArchivedPass));
    }

    [Fact]
    public async Task A_second_account_is_asked_for_used_from_then_on_and_removed_at_the_hand_over()
    {
        using var j = await BeginAsync(MigrationState.Preparing);
        var db = (await j.ItemAsync(Database)).Id;
        var own = (await j.ItemAsync(Database)).Source!;
        var target = j.End("mysql", "new.example", Database);
        await j.DoAsync(o => new DeclareItem(o, "staff-a", j.Id, db, ItemKind.Database, Database, own, target));
        Assert.Equal(ItemState.CredentialsNeeded, (await j.ItemAsync(Database)).State);
        var credential = Guid.CreateVersion7();
        await j.DoAsync(o => new RequestReadAccount(o, "staff-a", j.Id, db, credential, Reason));
        Assert.Equal("invalid", (await j.TryAsync(o => new RequestReadAccount(o, "staff-a", j.Id, db, Guid.CreateVersion7(), Reason)))?.Code);
        var asked = Assert.Single(j.Left.OfType<AddReadAccount>());
        Assert.Equal((own.Host, own.Port, credential, Database), (asked.Account.Host, asked.Account.Port, asked.Account.CredentialId, asked.Account.Path));
        Assert.Matches("^cass_[0-9a-f]{11}$", asked.Account.Login);
        Assert.Contains(j.Left.OfType<CredentialGranted>(), g => g.CredentialId == credential && g.Service == "databases");
        await j.TellAsync(new CredentialStored(credential, j.MemberId, 1, j.Now));
        await j.TellAsync(new CredentialStored(target.CredentialId, j.MemberId, 1, j.Now));
        await j.AnswerAsync();
        Assert.Equal(asked.Account, (await j.ItemAsync(Database)).Source);
        Assert.Equal(asked.Account, j.Left.OfType<SurveyDatabase>().Last().Source);

        await EnterOthersAsync(j);
        await j.ToAsync(MigrationState.Ready, MigrationState.CatchingUp);
        await j.ApproveWindowAsync();
        await j.AnswerAsync();
        Assert.All(j.Left.OfType<TransferDatabase>(), t => Assert.Equal(asked.Account, t.Source));
        await j.AdvanceAsync(TimeSpan.FromDays(3));
        await j.AnswerChecklistAsync();
        await j.DoAsync(o => new HandOver(o, "staff-a", j.Id));
        Assert.Equal(asked.Account, Assert.Single(j.Left.OfType<RemoveReadAccount>()).Account);
        await j.AnswerAsync();
        Assert.Null((await j.ItemAsync(Database)).ReadAccount);
    }

    [Fact]
    [Trait("Requirement", "D9")]
    public async Task D9_another_decision_is_counted_anew_and_a_late_answer_to_the_earlier_one_is_not_shown()
    {
        using var j = await BeginAsync(MigrationState.CatchingUp);
        var db = (await j.ItemAsync(Database)).Id;
        await j.DoAsync(o => new DecideDatabase(o, "staff-a", j.Id, db, new([], [], [], Replacements: [new("/var/www/old", "/srv/one")]), Reason));
        await j.AnswerAsync();
        var first = Assert.Single(j.Left.OfType<ReplaceInDatabase>());
        await j.DoAsync(o => new DecideDatabase(o, "staff-a", j.Id, db, new([], [], [], Replacements: [new("/var/www/old", "/srv/two")]), Reason));
        var second = j.Left.OfType<ReplaceInDatabase>().Last();
        Assert.Equal((true, "/srv/two"), (second.DryRun, second.Replacements[0].To));
        Assert.NotEqual(first.Pass, second.Pass); // the service works on each number once
        await j.TellAsync(new DatabaseReplaced(j.Id, db, first.Pass, DryRun: true, 70, 77, [], [], null, j.Now));
        Assert.Null((await j.ItemAsync(Database)).Replaced);
        await j.AnswerAsync();
        Assert.Equal((second.Pass, 4), ((await j.ItemAsync(Database)).Replaced!.Pass, (await j.ItemAsync(Database)).Replaced!.Places));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Neither_the_plan_nor_the_first_copy_goes_on_before_a_second_account_is_answered(bool inCopy)
    {
        using var j = await BeginAsync(inCopy ? MigrationState.CatchingUp : MigrationState.Preparing);
        if (!inCopy)
        {
            await j.EnterCredentialsAsync();
            await j.AnswerAsync();
        }

        var (source, target) = (j.End("mysql", "sql.old.example", "second"), j.End("mysql", "new.example", "second"));
        await j.DoAsync(o => new DeclareItem(o, "staff-a", j.Id, Guid.CreateVersion7(), ItemKind.Database, "second", source, target));
        var db = (await j.ItemAsync("second")).Id;
        foreach (var end in new[] { source, target })
            await j.TellAsync(new CredentialStored(end.CredentialId, j.MemberId, 1, j.Now));
        j.Otherwise = c => c is AddReadAccount ? [] : null; // takes its time
        var credential = Guid.CreateVersion7();
        await j.TellAsync(new CredentialStored(credential, j.MemberId, 1, j.Now));
        await j.DoAsync(o => new RequestReadAccount(o, "staff-a", j.Id, db, credential, Reason));
        await j.AnswerAsync();
        await j.AdvanceAsync(TimeSpan.FromHours(7));
        Assert.Equal((ItemState.Verified, 0, source), ((await j.ItemAsync("second")).State, (await j.ItemAsync("second")).Pass, (await j.ItemAsync("second")).Source));
        if (!inCopy)
        {
            var refused = await j.TryAsync(o => new ApprovePlan(o, "staff-a", j.Id));
            Assert.Equal("not-ready", refused?.Code);
            Assert.Contains("A second account", refused!.Detail, StringComparison.Ordinal);
        }

        var asked = Assert.Single(j.Left.OfType<AddReadAccount>());
        await j.TellAsync(new ReadAccountAdded(j.Id, db, asked.Number, asked.Account, null, j.Now));
        await j.AnswerAsync();
        await j.TellAsync(new ReadAccountAdded(j.Id, db, asked.Number, asked.Account with { Login = "other" }, null, j.Now)); // comes twice
        if (!inCopy)
        {
            await j.AnswerChecklistAsync();
            await j.ToAsync(MigrationState.Ready, MigrationState.CatchingUp);
        }

        await j.AdvanceAsync(TimeSpan.FromHours(7));
        Assert.All(j.Left.OfType<TransferDatabase>().Where(t => t.ItemId == db), t => Assert.Equal(asked.Account, t.Source));
        Assert.True((await j.ItemAsync("second")).VerifiedPass > 0);
    }

    [Fact]
    public async Task A_second_account_that_stays_at_the_old_server_is_told_to_staff_until_it_is_gone()
    {
        var failure = new Failure(FailureSide.Source, FailureKind.Refused, FailureCode.PermissionDenied, "the administrators took their account away");
        using var j = await BeginAsync(MigrationState.Preparing);
        var db = (await j.ItemAsync(Database)).Id;
        await j.EnterCredentialsAsync();
        var credential = Guid.CreateVersion7();
        await j.TellAsync(new CredentialStored(credential, j.MemberId, 1, j.Now));
        await j.DoAsync(o => new RequestReadAccount(o, "staff-a", j.Id, db, credential, Reason));
        await j.AnswerAsync();
        await j.ToAsync(MigrationState.Ready, MigrationState.CatchingUp);
        await j.ApproveWindowAsync();
        await j.AnswerAsync();
        await j.AdvanceAsync(TimeSpan.FromDays(3));
        j.Otherwise = c => c is RemoveReadAccount r ? [new ReadAccountRemoved(j.Id, r.ItemId, r.Number, failure, j.Now)] : null;
        await j.DoAsync(o => new HandOver(o, "staff-a", j.Id));
        await j.AnswerAsync();
        var item = await j.ItemAsync(Database);
        Assert.Equal((failure, item.ReadAccount), (item.ReadAccountFailure, j.Left.OfType<ItemAdvanced>().Last(a => a.ItemId == db).Arrangement!.ReadAccount));
        var told = j.Left.OfType<MigrationAdvanced>().Last();
        Assert.Equal((MigrationState.HandedOver, "staff"), (told.To, told.WaitingFor));
        Assert.Contains("1 second accounts are still at the old server", told.WaitingText, StringComparison.Ordinal);

        await j.TellAsync(new ReadAccountRemoved(j.Id, db, item.ReadAccountNumber, null, j.Now));
        item = await j.ItemAsync(Database);
        Assert.Equal((null, null), (item.ReadAccountFailure, item.ReadAccount));
        Assert.DoesNotContain("second accounts", j.Left.OfType<MigrationAdvanced>().Last().WaitingText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_account_that_cannot_be_made_waits_for_staff_who_may_ask_again()
    {
        using var j = await BeginAsync(MigrationState.Preparing);
        var db = (await j.ItemAsync(Database)).Id;
        j.Otherwise = c => c is AddReadAccount a ? [new ReadAccountAdded(j.Id, a.ItemId, a.Number, a.Account, new Failure(FailureSide.Us, FailureKind.Refused, FailureCode.CredentialMissing, "no administrator"), j.Now)] : null;
        await j.DoAsync(o => new RequestReadAccount(o, "staff-a", j.Id, db, Guid.CreateVersion7(), Reason));
        await j.AnswerAsync();
        var item = await j.ItemAsync(Database);
        Assert.Equal((ItemState.CredentialsNeeded, null, "asbl", "no administrator"), (item.State, item.ReadAccount, item.Source!.Login, item.Failure!.Text));
        j.Otherwise = _ => null;
        await j.DoAsync(o => new RequestReadAccount(o, "staff-a", j.Id, db, Guid.CreateVersion7(), Reason));
        Assert.Equal(2, j.Left.OfType<AddReadAccount>().Last().Number);
    }

    [Fact]
    public async Task A_database_that_is_only_archived_needs_no_new_place()
    {
        using var j = await BeginAsync(MigrationState.Preparing);
        var db = (await j.ItemAsync(Database)).Id;
        await j.EnterCredentialsAsync();
        await j.DoAsync(o => new ChooseStrategy(o, "member", j.Id, db, MailboxStrategy.Drop, null));
        Assert.Equal("invalid", (await j.TryAsync(o => new ChooseStrategy(o, "member", j.Id, db, MailboxStrategy.StartEmpty, null)))?.Code);
        await j.AnswerAsync();
        await j.ToAsync(MigrationState.Ready, MigrationState.CatchingUp);
        await j.ApproveWindowAsync();
        await j.AnswerAsync();
        Assert.Equal(MigrationState.Watching, await j.StateAsync());
        Assert.Empty(j.Left.OfType<TransferDatabase>());
        Assert.NotEmpty(j.Left.OfType<ArchiveDatabase>());
        Assert.True((await j.ItemAsync(Database)).Archive!.Equal);
    }

    [Fact]
    public async Task A_database_that_the_host_moved_is_compared_by_us_and_never_written()
    {
        using var j = await BeginAsync(MigrationState.Preparing);
        var db = (await j.ItemAsync(Database)).Id;
        await j.EnterCredentialsAsync();
        await j.DoAsync(o => new EntrustItem(o, "staff-a", j.Id, db, "Host", "The secretary agreed by letter of 2 March.", j.Now.AddDays(20)));
        await j.ToAsync(MigrationState.Ready, MigrationState.Copying);
        await j.AnswerAsync();
        j.Otherwise = c => c is VerifyDatabase v ? [j.Verified(v.ItemId, v.Pass, Grade.Poor, [CopyTests.Difference("spip_articles;7")])] : null;
        await j.DoAsync(o => new ReportMoved(o, "provider", j.Id, db, "dump and load"));
        await j.AnswerAsync();
        Assert.Equal(ItemState.NeedsStaff, (await j.ItemAsync(Database)).State); // the host's word is no proof
        j.Otherwise = _ => null;
        await j.DoAsync(o => new ReportMoved(o, "provider", j.Id, db, "the rest too"));
        await j.AnswerAsync();
        Assert.Equal("invalid", (await j.TryAsync(o => new DecideDatabase(o, "staff-a", j.Id, db, Choices, Reason)))?.Code);
        await j.ApproveWindowAsync();
        await j.AnswerAsync();
        Assert.Equal(MigrationState.Watching, await j.StateAsync());
        Assert.Empty(j.Left.OfType<TransferDatabase>());
        Assert.Empty(j.Left.OfType<RepairCharsets>());
        Assert.Equal(3, j.Left.OfType<VerifyDatabase>().Count());
    }

    [Fact]
    public async Task What_makes_no_sense_is_refused()
    {
        using var j = await BeginAsync(MigrationState.CatchingUp);
        var db = (await j.ItemAsync(Database)).Id;
        var mailbox = (await j.ItemAsync("info@asbl.example")).Id;
        Assert.Equal("invalid", (await j.TryAsync(o => new DecideDatabase(o, "staff-a", j.Id, mailbox, Choices, Reason)))?.Code);
        Assert.Equal("invalid", (await j.TryAsync(o => new DecideDatabase(o, "staff-a", j.Id, db, Choices, "short")))?.Code);
        Assert.Equal("transition-not-allowed", (await j.TryAsync(o => new DecideDatabase(o, "staff-a", j.Id, db, Choices, Reason)))?.Code); // another prefix than what was copied
        var late = new DatabaseChoices([], ["spip_articles.titre"], []);
        await j.DoAsync(o => new DecideDatabase(o, "staff-a", j.Id, db, late, Reason));
        Assert.Equal("invalid", (await j.TryAsync(o => new DecideDatabase(o, "staff-a", j.Id, db, late with { RepairedColumns = ["titre"] }, Reason)))?.Code);
        Assert.Equal("transition-not-allowed", (await j.TryAsync(o => new RequestReadAccount(o, "staff-a", j.Id, db, Guid.CreateVersion7(), Reason)))?.Code);
        Assert.Equal("not-found", (await j.TryAsync(o => new DecideDatabase(o, "staff-a", j.Id, Guid.CreateVersion7(), late, Reason)))?.Code);
    }

    private static async Task EnterOthersAsync(Journey j)
    {
        foreach (var item in (await j.LoadAsync()).Items.Where(i => i.Kind is not (ItemKind.Domain or ItemKind.Database)))
        {
            var target = j.End(item.Source!.Protocol, "new.example", item.Name);
            await j.DoAsync(o => new DeclareItem(o, "member", j.Id, item.Id, item.Kind, item.Name, item.Source, target));
            await j.TellAsync(new CredentialStored(item.Source.CredentialId, j.MemberId, 1, j.Now));
            await j.TellAsync(new CredentialStored(target.CredentialId, j.MemberId, 1, j.Now));
        }

        await j.AnswerAsync();
        await j.AnswerChecklistAsync();
    }

    private async Task<Journey> BeginAsync(MigrationState state)
    {
        var j = await Journey.BeginAsync(world);
        j.Found.Add(new FoundItem(ItemKind.Site, "www.asbl.example", j.End("ftp", "old.example", "asbl"), null, null));
        j.Found.Add(new FoundItem(ItemKind.Database, Database, j.End("mysql", "sql.old.example", "asbl"), null, null));
        j.Found.Add(new FoundItem(ItemKind.Domain, "asbl.example", null, null, null));
        await j.ToAsync(state);
        return j;
    }
}
