using Cassiopea.Contracts;
using Cassiopea.Lab;
using Cassiopea.Lab.Seed;
using Cassiopea.MySql;
using Cassiopea.ServiceDefaults;
using Cassiopea.Transfer;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Databases.Tests;

[Trait("Category", "Servers")]
public sealed class ReadAccountTests
{
    private const string AdministratorPassword = "lab-administrator";

    [Fact]
    public async Task A_second_account_is_made_that_only_reads_the_sites_own_stays_as_it_is_and_all_of_it_is_undone()
    {
        var stage = await Stage.SetAsync();
        await using var host = stage.Host;
        var item = stage.Item;
        var site = await SiteAccountAsync(item);
        var account = stage.NewAccount();

        var added = await host.AskAsync<AddReadAccount, ReadAccountAdded>(new(item.Migration, item.Item, 1, account), e => e.Number == 1);
        Assert.Null(added.Failure);
        Assert.Equal(site, await SiteAccountAsync(item));
        await stage.WritesAreRefusedAsync(account);

        // it is all that a move needs, routines and orphans included
        item.Source = account;
        var surveyed = await host.AskAsync<SurveyDatabase, ItemSurveyed>(item.Survey(), e => e.ItemId == item.Item);
        Assert.Null(surveyed.SourceFailure);
        Assert.DoesNotContain(surveyed.Facts, f => f.Name == "rights-missing");
        var moved = await host.AskAsync<TransferDatabase, ItemTransferred>(item.Transfer(), e => e.ItemId == item.Item);
        Assert.Equal(0, moved.Counts.Refused);
        Assert.Empty(await item.DifferencesAsync());

        var removed = await host.AskAsync<RemoveReadAccount, ReadAccountRemoved>(new(item.Migration, item.Item, 1, account), e => e.Number == 1);
        Assert.Null(removed.Failure);
        Assert.Empty(await item.Old.RunAsync($"select user from mysql.user where user='{account.Login}';"));
        Assert.Equal(site, await SiteAccountAsync(item));
        var row = await host.QueryAsync(db => db.ReadAccounts.SingleAsync());
        Assert.True(row.AskedAt <= row.AddedAt && row.AddedAt <= row.RemovedAt);
        Assert.Equal(["asked", "made", "removed"], (await host.QueryAsync(db => db.Set<AuditEntry>().OrderBy(a => a.Seq).Select(a => a.Reason).ToListAsync())).Select(r => r.Split(", ")[^1]));
        Assert.Equal(0, host.Vault.OpenLeases);
    }

    [Fact]
    public async Task An_account_that_was_not_made_here_is_neither_changed_nor_removed()
    {
        var stage = await Stage.SetAsync();
        await using var host = stage.Host;
        var account = stage.NewAccount() with { Login = stage.Item.From.User }; // the site's own
        var site = await SiteAccountAsync(stage.Item);
        var added = await host.AskAsync<AddReadAccount, ReadAccountAdded>(new(stage.Item.Migration, stage.Item.Item, 1, account), e => e.Number == 1);
        Assert.Equal((FailureSide.Source, FailureCode.PermissionDenied), (added.Failure!.Side, added.Failure.Code));
        Assert.Equal(0, await host.QueryAsync(db => db.ReadAccounts.CountAsync()));
        foreach (var number in new[] { 1, 7 })
        {
            var removed = await host.AskAsync<RemoveReadAccount, ReadAccountRemoved>(new(stage.Item.Migration, stage.Item.Item, number, account), e => e.Number == number);
            Assert.Equal((FailureSide.Us, FailureCode.PermissionDenied), (removed.Failure!.Side, removed.Failure.Code));
            Assert.Equal(site, await SiteAccountAsync(stage.Item));
        }

        await host.AskAsync<MigrationEnded, WorkErased>(new MigrationEnded(stage.Item.Migration, MigrationState.Declined), e => e.MigrationId == stage.Item.Migration);
        Assert.Equal(site, await SiteAccountAsync(stage.Item));
    }

    [Theory]
    [InlineData(false, FailureCode.AuthenticationFailed)] // the administrators took their account away
    [InlineData(true, FailureCode.Unreachable)] // the old server is gone
    public async Task What_cannot_be_removed_at_the_end_is_told_and_holds_no_erasure_up(bool gone, string code)
    {
        var stage = await Stage.SetAsync();
        await using var host = stage.Host;
        var (item, account) = (stage.Item, stage.NewAccount());
        Assert.Null((await host.AskAsync<AddReadAccount, ReadAccountAdded>(new(item.Migration, item.Item, 1, account), e => e.Number == 1)).Failure);
        await host.AskAsync<TransferDatabase, ItemTransferred>(item.Transfer(), e => e.ItemId == item.Item);
        if (gone)
            await host.QueryAsync(db => db.ReadAccounts.ExecuteUpdateAsync(x => x.SetProperty(a => a.Port, stage.GonePort)));
        else
            await item.Old.RunAsync($"drop user '{stage.Administrator}'@'%';");
        var told = await host.AskAsync<MigrationEnded, ReadAccountRemoved>(new MigrationEnded(item.Migration, MigrationState.Cancelled), e => e.Number == 1);
        Assert.Equal((item.Item, FailureSide.Source, code), (told.ItemId, told.Failure!.Side, told.Failure.Code));
        await Eventually.TrueAsync("the rest is erased", () => host.Events.OfType<WorkErased>().Any());
        Assert.Equal(0, await host.QueryAsync(db => db.ReadAccounts.CountAsync()));
        Assert.Contains($"still there: {code}", (await host.QueryAsync(db => db.Set<AuditEntry>().OrderByDescending(a => a.Seq).Select(a => a.Reason).FirstAsync())), StringComparison.Ordinal);
        await item.Old.RunAsync($"drop user '{account.Login}'@'%';");
    }

    [Fact]
    public async Task Without_an_administrators_account_staff_are_told_to_make_it_by_hand()
    {
        await using var host = await DatabasesHost.StartAsync();
        var item = await DatabaseCase.MakeAsync(host, "create table t (id int);");
        var added = await host.AskAsync<AddReadAccount, ReadAccountAdded>(new(item.Migration, item.Item, 1, item.Source with { Login = "cass_1" }), e => e.Number == 1);
        Assert.Equal((FailureSide.Us, FailureCode.CredentialMissing), (added.Failure!.Side, added.Failure.Code));
        Assert.Contains("by hand", added.Failure.Text, StringComparison.Ordinal);
    }

    private static async Task<string> SiteAccountAsync(DatabaseCase item) => string.Join('\n', [
        .. await item.Old.RunAsync($"select priv from mysql.global_priv where user='{item.From.User}';"),
        .. await item.Old.RunAsync($"show grants for '{item.From.User}'@'%';")]);

    private sealed record Stage(DatabasesHost Host, DatabaseCase Item, string Administrator, int GonePort)
    {
        public static async Task<Stage> SetAsync()
        {
            var old = await Lab.Servers.MariaDbServer.SharedOldAsync();
            var administrator = "adm" + Guid.NewGuid().ToString("N")[..8];
            await old.RunAsync($"create user '{administrator}'@'%' identified by '{AdministratorPassword}'; grant all privileges on *.* to '{administrator}'@'%' with grant option;");
            var file = Path.GetTempFileName();
            await File.WriteAllTextAsync(file, AdministratorPassword + "\n");
            var gone = Lab.Servers.FreePort.Next();
            var host = await DatabasesHost.StartAsync(
                ("Databases:Administrators:1:Host", "127.0.0.1"), ("Databases:Administrators:1:Port", $"{gone}"),
                ("Databases:Administrators:1:Login", administrator), ("Databases:Administrators:1:PasswordFile", file),
                ("Databases:Administrators:0:Host", "127.0.0.1"), ("Databases:Administrators:0:Port", $"{old.Port}"),
                ("Databases:Administrators:0:Login", administrator), ("Databases:Administrators:0:PasswordFile", file));
            return new Stage(host, await DatabaseCase.MakeAsync(host, DatabaseSeed.Difficult), administrator, gone);
        }

        public Endpoint NewAccount() => Item.Source with { Login = "cass_" + Guid.NewGuid().ToString("N")[..11], CredentialId = Host.Vault.Store("a password with ' and é") };

        public async Task WritesAreRefusedAsync(Endpoint account)
        {
            await using var connection = await MySqlConnection.OpenAsync(
                MySqlAccount.WithPassword(new MySqlEndpoint("127.0.0.1", account.Port, MySqlTls.None, account.Login, account.Path!), Host.Vault.SecretOf(account.CredentialId)), TransferSide.Source, new(), default);
            foreach (var statement in new[] { "INSERT INTO nulls VALUES (1)", "DELETE FROM wp_options", "DROP TABLE wp_options", "CREATE TABLE own (id INT)", "SET PASSWORD FOR 'root'@'localhost' = ''" })
            {
                var refused = await Assert.ThrowsAsync<MySqlException>(() => connection.ExecuteAsync(statement, default));
                Assert.Equal(TransferCode.PermissionDenied, refused.Code);
            }
        }
    }
}
