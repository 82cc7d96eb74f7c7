using Cassiopea.KillTest;
using Cassiopea.Lab.Servers;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Cassiopea.ServiceDefaults.Tests.Audit;

public sealed class AuditChainTests
{
    [Fact]
    public async Task Entries_are_chained_in_the_order_of_their_commits_and_verify()
    {
        await using var db = await NewContextAsync();
        for (var i = 0; i < 3; i++)
        {
            db.Audit("anne", "approve-plan", $"migration/{i}", "raison : été, 100 € \"ok\"", null, """{"state": "Ready"}""");
            db.Audit("system", "advance", $"migration/{i}", "", "{}", null);
            await db.SaveChangesAsync();
        }

        var verdict = await AuditChain.VerifyAsync(db, default);
        Assert.Equal(new AuditVerdict(true, 6, verdict.Head, ""), verdict);
        Assert.Equal([1, 2, 3, 4, 5, 6], await db.Set<AuditEntry>().OrderBy(entry => entry.Seq).Select(entry => entry.Seq).ToListAsync());
    }

    [Fact]
    public async Task Twenty_writers_at_once_make_one_chain_and_a_rolled_back_entry_leaves_no_gap()
    {
        await using var db = await NewContextAsync();
        var connectionString = db.Database.GetConnectionString()!;
        await Task.WhenAll(Enumerable.Range(0, 20).Select(async i =>
        {
            await using var own = Context(connectionString);
            await using var transaction = await own.Database.BeginTransactionAsync();
            own.Audit("anne", "act", $"thing/{i}", "");
            await own.SaveChangesAsync();
            if (i % 4 > 0) await transaction.CommitAsync();
        }));
        var verdict = await AuditChain.VerifyAsync(db, default);
        Assert.True(verdict.Intact, verdict.Problem);
        Assert.Equal(15, verdict.Entries);
    }

    [Theory]
    [InlineData("update audit_entry set reason = 'never' where seq = 2")]
    [InlineData("delete from audit_entry where seq = 3")]
    [InlineData("truncate audit_entry")]
    public async Task The_table_refuses_to_be_changed(string sql)
    {
        await using var db = await WithThreeEntriesAsync();
        var error = await Assert.ThrowsAsync<PostgresException>(() => ExecuteAsync(db, sql));
        Assert.Contains("append-only", error.MessageText, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("update audit_entry set reason = 'never' where seq = 2", "entry 2 was changed")]
    [InlineData("update audit_entry set actor = 'anna', action = 'ct' where seq = 1", "entry 1 was changed")]
    [InlineData("update audit_entry set at = at + interval '1 us' where seq = 3", "entry 3 was changed")]
    [InlineData("delete from audit_entry where seq = 2", "entry 2 is missing")]
    [InlineData("delete from audit_entry where seq = 3", "the known head is not in the chain: entries were cut off or replaced")]
    public async Task What_somebody_with_all_rights_changed_is_found(string sql, string problem)
    {
        await using var db = await WithThreeEntriesAsync();
        var head = (await AuditChain.VerifyAsync(db, default)).Head;
        await ExecuteAsync(db, "alter table audit_entry disable trigger audit_refuse");
        await ExecuteAsync(db, sql);
        var verdict = await AuditChain.VerifyAsync(db, default, head);
        Assert.Equal((false, problem), (verdict.Intact, verdict.Problem));
    }

    private static async Task ExecuteAsync(JourneyContext db, string sql)
    {
        await using var source = NpgsqlDataSource.Create(db.Database.GetConnectionString()!);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<JourneyContext> WithThreeEntriesAsync()
    {
        var db = await NewContextAsync();
        for (var i = 0; i < 3; i++) db.Audit("anne", "act", $"thing/{i}", "because");
        await db.SaveChangesAsync();
        return db;
    }

    private static async Task<JourneyContext> NewContextAsync()
    {
        var db = Context(await (await PostgresServer.SharedAsync()).CreateDatabaseAsync());
        await SchemaScripts.ApplyAsync(db, default);
        return db;
    }

    private static JourneyContext Context(string connectionString) =>
        new(new DbContextOptionsBuilder<JourneyContext>().UseNpgsql(connectionString).Options);
}
