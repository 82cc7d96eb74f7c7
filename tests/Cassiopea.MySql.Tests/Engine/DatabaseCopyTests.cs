using Cassiopea.Lab.Seed;
using Cassiopea.Lab.Servers;
using Cassiopea.MySql.Engine;
using Cassiopea.Transfer;

namespace Cassiopea.MySql.Tests.Engine;

[Trait("Category", "Servers")]
public sealed class DatabaseCopyTests
{
    private const string Rows = "select fl+0e0, hex(b64), hex(ge), da, dt, ts, hex(vb), hex(tx) from all_types order by id; select * from m_mid; select * from b_price; select vat(100);";

    [Theory]
    [Trait("Requirement", "D1")]
    [Trait("Requirement", "D2")]
    [Trait("Requirement", "D6")]
    [InlineData(WriteMethod.Auto)]
    [InlineData(WriteMethod.Insert)]
    public async Task D1_D2_every_object_and_type_arrives_with_the_same_checksum(WriteMethod method)
    {
        var two = await TwoDatabases.StartAsync(DatabaseSeed.Difficult);
        var result = await two.CopyAsync(new() { Method = method });
        Complete(result);
        Assert.Empty(await two.DifferencesAsync());
        Assert.Equal(DatabaseSeed.DifficultTables, result.Tables.Count);
        Assert.Equal(DatabaseSeed.DifficultObjects, (await two.ObjectsAsync()).Count);
        Assert.Equal(await two.OldAsync(Rows), await two.NewAsync(Rows));
        Assert.Contains(result.Changes, c => c.Item == "view orphan" && c.Text.Contains("`ghost`@`gone.example.org`", StringComparison.Ordinal));
        Assert.Contains(result.Changes, c => c.Item == "event clean" && c.Text.Contains("disabled", StringComparison.Ordinal));
        Assert.All(await two.NewAsync($"select distinct definer from information_schema.views where table_schema='{two.To.Database}';"), definer => Assert.Equal(two.To.User + "@%", definer));
        Complete(await two.VerifyAsync());
    }

    [Fact]
    [Trait("Requirement", "D4")]
    public async Task D4_innodb_is_read_as_of_one_instant_and_a_lock_is_measured_per_myisam_table()
    {
        var two = await TwoDatabases.StartAsync(DatabaseSeed.Rows("fast", 2000) + DatabaseSeed.Rows("slow", 2000, "MyISAM"));
        var result = await two.CopyAsync(new() { ChunkRows = 500, ChunkBytes = 64 << 10 });
        Complete(result);
        Assert.True(result.OneSnapshot);
        Assert.InRange(result.SnapshotLockSeconds, 0.000001, 2);
        Assert.Equal(0, result.Tables.Single(t => t.Source == "fast").LockSeconds);
        Assert.True(result.Tables.Single(t => t.Source == "slow").LockSeconds > 0);
        Assert.True(result.Tables.All(t => t.Chunks >= 4), string.Join(", ", result.Tables.Select(t => t.Chunks)));
        Assert.Empty(await two.DifferencesAsync());
    }

    [Fact]
    [Trait("Requirement", "D4")]
    [Trait("Requirement", "D6")]
    public async Task D6_a_read_only_account_without_the_right_to_lock_is_enough()
    {
        var two = await TwoDatabases.StartAsync(DatabaseSeed.Rows("fast", 500) + DatabaseSeed.Rows("slow", 500, "MyISAM"));
        two.Source = TwoDatabases.Account(two.Old.Port, await two.Old.CreateAccountAsync(two.From.Database, "select"));
        var result = await two.CopyAsync();
        Complete(result);
        Assert.False(result.OneSnapshot);
        Assert.Contains(result.Exceptions, e => e.Item == "slow" && e.Text.StartsWith("Read without a lock", StringComparison.Ordinal));
        Assert.Contains(result.Findings, f => f.Code == FindingCode.SourceRightMissing && f.Action.Contains($"GRANT SELECT, LOCK TABLES, SHOW VIEW, TRIGGER, EVENT ON `{two.From.Database}`.*", StringComparison.Ordinal));
        Assert.Empty(await two.DifferencesAsync());
    }

    [Fact]
    [Trait("Requirement", "D6")]
    public async Task D6_a_target_that_forbids_local_infile_is_written_by_insert()
    {
        await using var strict = await MariaDbServer.StartAsync(new() { LocalInfile = false }, default);
        var two = await TwoDatabases.StartAsync(DatabaseSeed.Difficult + "\n" + DatabaseSeed.Rows("many", 20_000), strict);
        var result = await two.CopyAsync();
        Complete(result);
        Assert.Equal(WriteMethod.Insert, result.Method);
        Assert.Empty(await two.DifferencesAsync());
    }

    [Fact]
    [Trait("Requirement", "D6")]
    public async Task D6_another_prefix_is_carried_into_views_triggers_and_keys()
    {
        const string seed = """
            create table wp_a (id int primary key, n int); create table wp_b (id int primary key, a int, constraint wp_fk foreign key (a) references wp_a (id));
            insert into wp_a values (1,1),(2,2); insert into wp_b values (1,1);
            create view wp_v as select wp_a.id, 'wp_a stays' as t from wp_a join wp_b on wp_b.a = wp_a.id;
            create trigger wp_t after insert on wp_b for each row update wp_a set n = n + 1 where id = new.a;
            """;
        var two = await TwoDatabases.StartAsync(seed);
        var result = await two.CopyAsync(new() { OldPrefix = "wp_", NewPrefix = "site2_" });
        Complete(result);
        Assert.Equal(["site2_a", "site2_b", "site2_v"], await two.NewAsync("show tables;"));
        Assert.Equal(["1\twp_a stays"], await two.NewAsync("select * from site2_v;"));
        Assert.Equal(["3"], await two.NewAsync("insert into site2_b values (2,2); select n from site2_a where id=2;"));
    }

    [Fact]
    [Trait("Requirement", "D8")]
    public async Task D8_a_second_pass_sends_only_the_chunks_that_differ()
    {
        var two = await TwoDatabases.StartAsync(DatabaseSeed.Rows("posts", 5000) + "create trigger tr before insert on posts for each row set new.author = new.author + 1;\ncreate table plain (a int); insert into plain values (1),(1);");
        var options = new DatabaseCopyOptions { ChunkRows = 500, ChunkBytes = 1 << 20 };
        Complete(await two.CopyAsync(options));
        await two.OldAsync("drop trigger tr; update posts set title='changed' where id=33; delete from posts where id between 9000 and 9005; insert into posts (id, author, title) values (20000, 1, 'new'); create trigger tr before insert on posts for each row set new.author = new.author + 1; delete from plain limit 1;");
        var second = await two.CopyAsync(options);
        Complete(second);
        var posts = second.Tables.Single(t => t.Source == "posts");
        Assert.InRange(posts.ChunksSent, 2, 4);
        Assert.True(posts.Chunks >= 10);
        Assert.True(posts.Counts.AlreadyThere > posts.Counts.Copied, posts.Counts.ToString());
        Assert.True(second.Counts.DeletedAtSource >= 2, second.Counts.ToString());
        Assert.Empty(await two.DifferencesAsync());
        Assert.Single(await two.ObjectsAsync());

        var third = await two.CopyAsync(options);
        Complete(third);
        Assert.Equal((0, 0L), (third.Tables.Sum(t => t.ChunksSent), third.Bytes));
    }

    [Fact]
    [Trait("Requirement", "D8")]
    public async Task D8_a_table_that_was_refused_keeps_no_other_from_being_brought_up_to_date()
    {
        var two = await TwoDatabases.StartAsync("create table a (id int primary key, n int); insert into a values (1,1); create table b (id int primary key); insert into b values (1);");
        await two.NewAsync("create table b (other varchar(10));");
        var first = await two.CopyAsync();
        Assert.Equal(TransferOutcome.Exceptions, first.Outcome);
        Assert.True(first.Counts.AddUp, first.Counts.ToString());
        await two.OldAsync("update a set n=2;");
        Assert.Equal(TransferOutcome.Exceptions, (await two.CopyAsync()).Outcome);
        Assert.Equal(["2"], await two.NewAsync("select n from a;"));
        await two.NewAsync("drop table b;");
        Complete(await two.CopyAsync());
    }

    [Fact]
    [Trait("Requirement", "D8")]
    public async Task D8_a_table_whose_columns_changed_is_made_anew()
    {
        var two = await TwoDatabases.StartAsync("create table t (id int primary key); insert into t values (1);");
        Complete(await two.CopyAsync());
        await two.OldAsync("alter table t add column n varchar(10) default 'x'; create table u (id int); drop table if exists v;");
        var second = await two.CopyAsync();
        Complete(second);
        Assert.Contains(second.Changes, c => c.Item == "t");
        Assert.Equal(["1\tx"], await two.NewAsync("select * from t;"));
    }

    [Fact]
    [Trait("Requirement", "D7")]
    public async Task D7_a_lost_journal_writes_nothing_twice_and_foreign_rows_are_left_alone()
    {
        var two = await TwoDatabases.StartAsync(DatabaseSeed.Rows("posts", 1000));
        Complete(await two.CopyAsync());
        Directory.Delete(two.Journal, recursive: true);
        var again = await two.CopyAsync();
        Complete(again);
        Assert.Equal(0, again.Bytes);

        Directory.Delete(two.Journal, recursive: true);
        await two.NewAsync("insert into posts (id, author, title) values (999999, 1, 'of the new host');");
        var refused = await two.CopyAsync();
        Assert.Equal(TransferOutcome.Exceptions, refused.Outcome);
        Assert.True(refused.Counts.AddUp);
        Assert.Equal(["1"], await two.NewAsync("select count(*) from posts where id=999999;"));
    }

    [Fact]
    [Trait("Requirement", "D6")]
    public async Task A_wrong_password_a_missing_database_and_a_missing_right_are_told_apart()
    {
        var two = await TwoDatabases.StartAsync("create table t (id int primary key);");
        var right = two.Target;
        two.Target = MySqlAccount.WithPassword(right.Endpoint, "wrong");
        Assert.Equal(TransferCode.AuthenticationFailed, (await two.CopyAsync()).Failure?.Code);
        two.Target = right with { Endpoint = right.Endpoint with { Database = "nowhere" } };
        Assert.Equal(TransferCode.PermissionDenied, (await new DatabaseCopy(TimeProvider.System).RunAsync(two.Source, two.Target, two.Journal + "2", new(), default)).Failure?.Code);
        two.Target = TwoDatabases.Account(two.New.Port, await two.New.CreateAccountAsync(two.To.Database, "select"));
        var lacking = await new DatabaseCopy(TimeProvider.System).RunAsync(two.Source, two.Target, two.Journal + "3", new(), default);
        Assert.Equal((TransferOutcome.Stopped, TransferCode.PermissionDenied), (lacking.Outcome, lacking.Failure?.Code));
        Assert.Contains("CREATE", lacking.Failure!.Text, StringComparison.Ordinal);
    }

    private static void Complete(DatabaseCopyResult result)
    {
        Assert.True(result.Failure is null, result.Failure?.ToString());
        Assert.True(result.Counts.AddUp, result.Counts.ToString());
        Assert.True(result.Outcome == TransferOutcome.Complete, string.Join('\n', result.Exceptions));
    }

    private static void Complete(DatabaseVerificationResult result) => Assert.True(result.Equal, string.Join('\n', result.Differences));
}
