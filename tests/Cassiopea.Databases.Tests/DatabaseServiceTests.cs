using System.Security.Cryptography;
using Cassiopea.Contracts;
using Cassiopea.Lab.Seed;
using Cassiopea.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Databases.Tests;

[Trait("Category", "Servers")]
public sealed class DatabaseServiceTests
{
    [Fact]
    public async Task The_scripts_make_what_the_model_expects()
    {
        await using var host = await DatabasesHost.StartAsync();
        Assert.Empty(await host.QueryAsync(db => SchemaComparison.DifferencesAsync(db, default)));
    }

    [Fact]
    [Trait("Requirement", "D1")]
    [Trait("Requirement", "D2")]
    public async Task A_difficult_database_is_copied_completely_and_verified_as_equal()
    {
        await using var host = await DatabasesHost.StartAsync();
        var item = await DatabaseCase.MakeAsync(host, DatabaseSeed.Difficult);
        var moved = await host.AskAsync<TransferDatabase, ItemTransferred>(item.Transfer(), e => e.ItemId == item.Item);
        Assert.Equal(moved.Counts.Source, moved.Counts.Copied);
        Assert.Equal((0, 0), (moved.Counts.Refused, moved.Counts.Remaining));
        Assert.Empty(await item.DifferencesAsync());

        var verified = await host.AskAsync<VerifyDatabase, ItemVerified>(item.Verify(), e => e.ItemId == item.Item);
        Assert.True(verified.Equal, string.Join('\n', verified.Differences));
        Assert.Equal((Grade.Perfect, moved.Counts.Source), (verified.Grade, verified.Compared));
        var manifest = Directory.GetFiles(host.Journals, "manifest-1.tsv", SearchOption.AllDirectories).Single();
        Assert.Equal(verified.ManifestSha256, Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(manifest))));
        Assert.Equal(verified.ManifestSha256, (await host.QueryAsync(db => db.Manifests.SingleAsync())).Sha256);
        Assert.Equal(0, host.Vault.OpenLeases);
        Assert.Contains("read-source", host.Vault.Purposes);
        Assert.Contains("write-target", host.Vault.Purposes);
    }

    [Fact]
    [Trait("Requirement", "D8")]
    public async Task The_last_delta_brings_what_changed_and_later_writes_at_the_old_place_are_told_and_not_copied()
    {
        await using var host = await DatabasesHost.StartAsync();
        var item = await DatabaseCase.MakeAsync(host, DatabaseSeed.Rows("posts", 2000) + DatabaseSeed.Rows("quiet", 100) + "create event e on schedule every 1 day do delete from quiet where id<0;\n");
        await host.AskAsync<TransferDatabase, ItemTransferred>(item.Transfer(), e => e.Pass == 1);
        await item.OldAsync("update posts set title='x' where id=3;");
        var last = await host.AskAsync<TransferDatabase, ItemTransferred>(item.Transfer(2, Bucket.CutOver), e => e.Pass == 2);
        Assert.True(last.Counts.Copied > 0);
        Assert.Empty(await item.DifferencesAsync());
        Assert.Equal(["ENABLED"], await item.NewAsync("select status from information_schema.events where event_schema=database();"));

        await item.NewAsync("insert into posts (id, author, title) values (777777, 1, 'a visitor of the new place');");
        var quiet = await host.AskAsync<TransferDatabase, ItemTransferred>(item.Transfer(3, Bucket.CutOver, afterCutOver: true), e => e.Pass == 3);
        Assert.Equal((2100, 0, 2100, 0), (quiet.Counts.Source, quiet.Counts.Copied, quiet.Counts.AlreadyThere, quiet.Counts.Refused));
        Assert.Empty(quiet.Exceptions);

        await item.OldAsync("insert into posts (id, author, title) values (888888, 1, 'a visitor of the old place');");
        var written = await host.AskAsync<TransferDatabase, ItemTransferred>(item.Transfer(4, Bucket.CutOver, afterCutOver: true), e => e.Pass == 4);
        var told = Assert.Single(written.Exceptions);
        Assert.Equal(("posts", FailureSide.Source), (told.Item, told.Failure.Side));
        Assert.Contains("2000 rows then, 2001 now", told.Failure.Text, StringComparison.Ordinal);
        Assert.Equal(["777777"], await item.NewAsync("select id from posts where id>700000;"));
    }

    [Fact]
    public async Task Both_ends_are_entered_and_measured()
    {
        await using var host = await DatabasesHost.StartAsync();
        var item = await DatabaseCase.MakeAsync(host, DatabaseSeed.Difficult);
        var surveyed = await host.AskAsync<SurveyDatabase, ItemSurveyed>(item.Survey(), e => e.ItemId == item.Item);
        Assert.Null(surveyed.SourceFailure);
        Assert.Null(surveyed.TargetFailure);
        Assert.True(surveyed.TargetChecked);
        Assert.Equal($"{DatabaseSeed.DifficultTables}", surveyed.Facts.Single(f => f.Name == "tables").Value);
        Assert.Equal("latin1", surveyed.Facts.Single(f => f.Name == "charset").Value);
        Assert.Contains(surveyed.Facts, f => f.Name == "target-largest-row-bytes");
    }

    [Fact]
    public async Task A_missing_password_asks_for_a_second_account_that_only_reads()
    {
        await using var host = await DatabasesHost.StartAsync();
        var item = await DatabaseCase.MakeAsync(host, "create table t (id int);");
        item.Source = item.Source with { CredentialId = Guid.CreateVersion7() };
        var surveyed = await host.AskAsync<SurveyDatabase, ItemSurveyed>(item.Survey(), e => e.ItemId == item.Item);
        Assert.Equal((FailureSide.Source, FailureCode.CredentialMissing), (surveyed.SourceFailure!.Side, surveyed.SourceFailure.Code));
        Assert.Contains($"GRANT SELECT, LOCK TABLES, SHOW VIEW, TRIGGER, EVENT ON `{item.Database}`", surveyed.SourceFailure.Text, StringComparison.Ordinal);
        Assert.InRange(surveyed.SourceFailure.Text.Length, 1, 500);

        await host.SendAsync(item.Transfer());
        var failed = await host.WaitAsync<ItemTransferFailed>(e => e.ItemId == item.Item);
        Assert.Equal(FailureCode.CredentialMissing, failed.Failure.Code);
    }

    [Fact]
    public async Task Wrong_passwords_inner_addresses_and_other_protocols_are_refused_with_their_codes()
    {
        await using var host = await DatabasesHost.StartAsync(("AllowedTestNetworks", "127.0.0.1/32"));
        var item = await DatabaseCase.MakeAsync(host, "create table t (id int);");
        var right = item.Source;
        (item.Source, item.Target) = (right with { Host = "10.0.0.1" }, item.Target with { Protocol = "ftp" });
        var surveyed = await host.AskAsync<SurveyDatabase, ItemSurveyed>(item.Survey(), e => e.ItemId == item.Item);
        Assert.Equal((FailureCode.AddressRefused, FailureCode.NotSurveyed), (surveyed.SourceFailure!.Code, surveyed.TargetFailure!.Code));

        (item.Source, item.Target) = (right, item.Target with { Protocol = "mysql" });
        host.Vault.Store("wrong", item.Target.CredentialId);
        await host.SendAsync(item.Transfer());
        var failed = await host.WaitAsync<ItemTransferFailed>(e => e.ItemId == item.Item);
        Assert.Equal((FailureSide.Target, FailureKind.Refused, FailureCode.AuthenticationFailed), (failed.Failure.Side, failed.Failure.Kind, failed.Failure.Code));
    }

    [Fact]
    [Trait("Requirement", "D7")]
    public async Task A_stopped_service_goes_on_from_the_journal()
    {
        await using var host = await DatabasesHost.StartAsync(("Databases:BytesPerSecond", "500000"), ("Databases:Connections", "1"));
        var seed = string.Concat(Enumerable.Range(0, 8).Select(n => DatabaseSeed.Rows($"t{n}", 2000)));
        var item = await DatabaseCase.MakeAsync(host, seed);
        await host.SendAsync(item.Transfer());
        await host.WaitAsync<ItemTransferAdvanced>(e => e.ItemId == item.Item && e.Done > 0);
        await host.StopAsync();
        await host.StartAgainAsync();
        var moved = await host.WaitAsync<ItemTransferred>(e => e.ItemId == item.Item);
        Assert.Equal((16_000, 16_000, 0), (moved.Counts.Source, moved.Counts.Copied, moved.Counts.AlreadyThere));
        Assert.Empty(await item.DifferencesAsync());
    }

    [Fact]
    public async Task Databases_are_found_in_the_inventory_or_not_surveyed()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "member;database;host;port;tls;login;bytes;last_used\nM0042;asbl_site;db.old.example.org;3306;none;;120000;2026-01-31\nM0043;other;db.old.example.org;3306;none;u;;\n");
        await using var host = await DatabasesHost.StartAsync(("Databases:InventoryFile", file));
        var (member, nobody) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        var found = await host.AskAsync<FindDatabases, ServiceSurveyed>(new FindDatabases(member, "M0042", []), e => e.MigrationId == member);
        var item = Assert.Single(found.Items);
        Assert.Equal(("asbl_site", "mysql", "asbl_site", 120000), (item.Name, item.Source!.Protocol, item.Source.Path, item.Bytes));
        var nothing = await host.AskAsync<FindDatabases, ServiceSurveyed>(new FindDatabases(nobody, "M0099", []), e => e.MigrationId == nobody);
        Assert.Equal(SurveyOutcome.Nothing, nothing.Outcome);

        await using var blind = await DatabasesHost.StartAsync();
        var answer = await blind.AskAsync<FindDatabases, ServiceSurveyed>(new FindDatabases(member, "M0042", []), e => e.MigrationId == member);
        Assert.Equal((SurveyOutcome.NotSurveyed, FailureCode.NotSurveyed), (answer.Outcome, answer.Failure!.Code));
        File.Delete(file);
    }

    [Fact]
    public async Task What_was_kept_of_a_migration_goes_when_it_ends()
    {
        await using var host = await DatabasesHost.StartAsync();
        var item = await DatabaseCase.MakeAsync(host, DatabaseSeed.Rows("posts", 50));
        await host.AskAsync<TransferDatabase, ItemTransferred>(item.Transfer(1, Bucket.CutOver), e => e.ItemId == item.Item);
        await host.AskAsync<VerifyDatabase, ItemVerified>(item.Verify(1, Bucket.CutOver), e => e.ItemId == item.Item);
        var erased = await host.AskAsync<MigrationEnded, WorkErased>(new MigrationEnded(item.Migration, MigrationState.Completed), e => e.MigrationId == item.Migration);
        Assert.Equal(("databases", 1, 3L), (erased.Service, erased.Items, erased.Files));
        Assert.True(erased.Rows >= 2);
        Assert.Empty(Directory.GetFiles(host.Journals, "*", SearchOption.AllDirectories));
        Assert.Equal(0, await host.QueryAsync(db => db.LastDeltas.CountAsync()));
    }
}
