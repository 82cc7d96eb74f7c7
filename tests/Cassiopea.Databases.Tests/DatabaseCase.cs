using Cassiopea.Contracts;
using Cassiopea.Lab.Servers;
using Cassiopea.MySql;
using Cassiopea.ServiceTesting;

namespace Cassiopea.Databases.Tests;

/// <summary>One database at the old host and its empty place at the new one, with the messages that move it.</summary>
internal sealed class DatabaseCase(MariaDbServer old, MariaDbAccount from, MariaDbServer @new, MariaDbAccount to, VaultStandIn vault)
{
    public Guid Migration { get; } = Guid.CreateVersion7();

    public Guid Item { get; } = Guid.CreateVersion7();

    public Endpoint Source { get; set; } = EndpointOf(old, from, vault);

    public Endpoint Target { get; set; } = EndpointOf(@new, to, vault);

    public string Database => from.Database;

    public MariaDbServer Old => old;

    public MariaDbServer New => @new;

    public MariaDbAccount From => from;

    public MariaDbAccount To => to;

    public DatabaseChoices? Choices { get; set; }

    public static Task<DatabaseCase> MakeAsync(DatabasesHost host, string seed, MariaDbServer? target = null) => MakeAsync(host.Vault, seed, target);

    public static async Task<DatabaseCase> MakeAsync(VaultStandIn vault, string seed, MariaDbServer? target = null)
    {
        var (old, @new) = (await MariaDbServer.SharedOldAsync(), target ?? await MariaDbServer.SharedNewAsync());
        var from = await old.CreateDatabaseAsync();
        await old.RunAsync(seed, from.Database);
        await old.RunAsync($"grant select on mysql.proc to '{from.User}'@'%';");
        return new DatabaseCase(old, from, @new, await @new.CreateDatabaseAsync(), vault);
    }

    public SurveyDatabase Survey(int attempt = 1) => new(Migration, Item, attempt, Source, Target, Choices);

    public TransferDatabase Transfer(int pass = 1, Bucket bucket = Bucket.Bulk, bool afterCutOver = false) => new(Migration, Item, pass, bucket, Source, Target, afterCutOver, Choices);

    public VerifyDatabase Verify(int pass = 1, Bucket bucket = Bucket.Bulk) => new(Migration, Item, pass, bucket, Source, Target, Choices);

    public Task<IReadOnlyList<string>> OldAsync(string sql) => old.RunAsync(sql, from.Database);

    public Task<IReadOnlyList<string>> NewAsync(string sql) => @new.RunAsync(sql, to.Database);

    /// <summary>Tables whose checksums, as the servers compute them, differ.</summary>
    public async Task<IReadOnlyList<string>> DifferencesAsync()
    {
        var (wanted, got) = (await old.ChecksumsAsync(from.Database), await @new.ChecksumsAsync(to.Database));
        return [.. wanted.Where(w => !got.TryGetValue(w.Key, out var sum) || sum != w.Value).Select(w => w.Key)];
    }

    public static MySqlAccount AccountOf(MariaDbServer server, MariaDbAccount account) =>
        MySqlAccount.WithPassword(new MySqlEndpoint("127.0.0.1", server.Port, MySqlTls.None, account.User, account.Database), account.Password);

    private static Endpoint EndpointOf(MariaDbServer server, MariaDbAccount account, VaultStandIn vault) =>
        new(Guid.CreateVersion7(), "mysql", "127.0.0.1", server.Port, TlsPolicy.None, account.User, vault.Store(account.Password), Path: account.Database);
}
