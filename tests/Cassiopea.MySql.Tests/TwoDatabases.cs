using Cassiopea.Lab;
using Cassiopea.Lab.Servers;
using Cassiopea.MySql.Engine;

namespace Cassiopea.MySql.Tests;

/// <summary>A database at an old-style server and an empty one at a strict server, with accounts that have rights on them only.</summary>
internal sealed class TwoDatabases(MariaDbServer old, MariaDbAccount from, MariaDbServer @new, MariaDbAccount to)
{
    public MariaDbServer Old => old;

    public MariaDbServer New => @new;

    public MariaDbAccount From => from;

    public MariaDbAccount To => to;

    public MySqlAccount Source { get; set; } = Account(old.Port, from);

    public MySqlAccount Target { get; set; } = Account(@new.Port, to);

    public string Journal { get; } = LabRoot.NewFolder("journal");

    public static async Task<TwoDatabases> StartAsync(string seed, MariaDbServer? target = null, string rights = "all privileges")
    {
        var (old, @new) = (await MariaDbServer.SharedOldAsync(), target ?? await MariaDbServer.SharedNewAsync());
        var from = await old.CreateDatabaseAsync();
        if (seed.Length > 0) await old.RunAsync(seed, from.Database);
        await old.RunAsync($"grant select on mysql.proc to '{from.User}'@'%';");
        return new(old, from, @new, await @new.CreateDatabaseAsync(rights: rights));
    }

    public static MySqlAccount Account(int port, MariaDbAccount account) =>
        MySqlAccount.WithPassword(new("127.0.0.1", port, MySqlTls.None, account.User, account.Database), account.Password);

    public Task<DatabaseCopyResult> CopyAsync(DatabaseCopyOptions? options = null) =>
        new DatabaseCopy(TimeProvider.System).RunAsync(Source, Target, Journal, options ?? new(), default);

    public Task<DatabaseVerificationResult> VerifyAsync(DatabaseCopyOptions? options = null) =>
        new DatabaseVerification(TimeProvider.System).RunAsync(Source, Target, null, options ?? new(), default);

    /// <summary>Views, routines, triggers and events at the target.</summary>
    public Task<IReadOnlyList<string>> ObjectsAsync() => NewAsync($"""
        select table_name from information_schema.views where table_schema='{to.Database}' union all select routine_name from information_schema.routines where routine_schema='{to.Database}'
        union all select trigger_name from information_schema.triggers where trigger_schema='{to.Database}' union all select event_name from information_schema.events where event_schema='{to.Database}';
        """);

    /// <summary>Tables whose checksums, as the servers compute them, differ; names as at the source.</summary>
    public async Task<IReadOnlyList<string>> DifferencesAsync(Func<string, string>? renamed = null)
    {
        var (wanted, got) = (await old.ChecksumsAsync(from.Database), await @new.ChecksumsAsync(to.Database));
        return [.. wanted.Where(w => !got.TryGetValue(renamed?.Invoke(w.Key) ?? w.Key, out var sum) || sum != w.Value).Select(w => w.Key)];
    }

    public Task<IReadOnlyList<string>> OldAsync(string sql) => old.RunAsync(sql, from.Database);

    public Task<IReadOnlyList<string>> NewAsync(string sql) => @new.RunAsync(sql, to.Database);
}
