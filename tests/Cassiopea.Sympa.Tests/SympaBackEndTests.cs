using Cassiopea.Lab;
using Cassiopea.Lab.Seed;
using Cassiopea.Lab.Servers;
using Cassiopea.Sympa.Bundle;
using Cassiopea.Sympa.Format;
using Cassiopea.Sympa.Host;
using Cassiopea.Transfer;
using Npgsql;

namespace Cassiopea.Sympa.Tests;

/// <summary>Sympas that keep their tables in PostgreSQL and in MariaDB: exclusions go from one to the other by Sympa's own modules.</summary>
[Trait("Category", "Servers")]
public sealed class SympaBackEndTests
{
    private static readonly ListAddress Old = new("asso-infos", "lists.oldhost.test"), New = new("asso-infos", "lists.newhost.test");
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Requirement", "lists-8")]
    public async Task Exclusions_move_from_a_Sympa_on_MariaDB_to_one_on_PostgreSQL_and_no_password_is_needed()
    {
        var mariadb = await MariaDbServer.SharedNewAsync();
        var account = await mariadb.CreateDatabaseAsync(token: Token);
        var postgres = await PostgresServer.SharedAsync();
        var connection = new NpgsqlConnectionStringBuilder(await postgres.CreateDatabaseAsync(token: Token));
        await using var old = await SympaServer.StartAsync(Old.Robot, new SympaBackEnd("MySQL", mariadb.Port, account.Database, account.User, account.Password), Token);
        await using var fresh = await SympaServer.StartAsync(New.Robot, new SympaBackEnd("PostgreSQL", postgres.Port, connection.Database!, connection.Username!, "trust"), Token);
        await old.AddListAsync(Old.Name, ListSeed.Config(old.Robot), ListSeed.Members(12), ListSeed.Owners, ListSeed.Editors, Token);
        const string gone = "d'ailleurs@skynet.example";
        await mariadb.RunAsync($"insert into exclusion_table (list_exclusion, robot_exclusion, family_exclusion, user_exclusion, date_exclusion) values ('{Old.Name}','{Old.Robot}','','{gone.Replace("'", "''", StringComparison.Ordinal)}',1)", account.Database, Token);
        var source = await SympaHost.OpenAsync(SympaShell.Local(TransferSide.Source, SympaServer.Account), old.Configuration, old.Library, Token);
        var target = await SympaHost.OpenAsync(SympaShell.Local(TransferSide.Target, SympaServer.Account), fresh.Configuration, fresh.Library, Token);
        var bundle = new ListBundle(Path.Combine(LabRoot.NewFolder("bundle"), "1"));

        await new ListExport(TimeProvider.System).RunAsync(source, Old, bundle.Folder, Token);
        var result = await new ListImport(TimeProvider.System).RunAsync(bundle, target, New, LabRoot.NewFolder("journal"), new(), Token);

        Assert.Equal([gone], bundle.Exclusions());
        Assert.Empty(result.Exceptions);
        await using var data = NpgsqlDataSource.Create(connection.ConnectionString);
        Assert.Equal(gone, await data.CreateCommand($"select user_exclusion from exclusion_table where list_exclusion = '{New.Name}'").ExecuteScalarAsync(Token));
        Assert.Equal(12L, await data.CreateCommand($"select count(*) from subscriber_table where list_subscriber = '{New.Name}'").ExecuteScalarAsync(Token));
        Assert.Empty(fresh.Sent);
    }
}
