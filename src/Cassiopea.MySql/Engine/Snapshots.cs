using Cassiopea.Transfer;

namespace Cassiopea.MySql.Engine;

/// <summary>Gives all reading connections the rows as of one instant.</summary>
internal static class Snapshots
{
    /// <summary>
    /// Locks the transactional tables for reading, starts a snapshot in each connection, and unlocks: writers wait for milliseconds. Where
    /// the right to lock is missing, or a writer does not end in time, each connection has its own instant.
    /// </summary>
    public static async Task StartAsync(CopyRun run, MySqlConnection locker, IReadOnlyList<MySqlConnection> readers, CancellationToken token)
    {
        var tables = run.Source.Tables.Where(static table => table.Transactional).Select(static table => table.Quoted + " READ").ToList();
        var locked = readers.Count > 1 && tables.Count > 0 && await TryLockAsync(run, locker, tables, token);
        var since = TimeProvider.System.GetTimestamp();
        await Task.WhenAll(readers.Select(reader => StartAsync(reader, token)));
        if (locked)
        {
            await locker.ExecuteAsync("UNLOCK TABLES", token);
            run.SnapshotLockSeconds = TimeProvider.System.GetElapsedTime(since).TotalSeconds;
        }

        run.OneSnapshot = locked || readers.Count == 1 || tables.Count == 0;
    }

    /// <summary>One connection's own instant.</summary>
    public static async Task StartAsync(MySqlConnection reader, CancellationToken token)
    {
        await reader.ExecuteAsync("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ", token);
        await reader.ExecuteAsync("START TRANSACTION WITH CONSISTENT SNAPSHOT", token);
    }

    private static async Task<bool> TryLockAsync(CopyRun run, MySqlConnection locker, List<string> tables, CancellationToken token)
    {
        try
        {
            await locker.ExecuteAsync(FormattableString.Invariant($"SET lock_wait_timeout={Math.Max(1, (int)run.Options.SnapshotLock.TotalSeconds)}"), token);
            await locker.ExecuteAsync($"LOCK TABLES {string.Join(',', tables)}", token);
            return true;
        }
        catch (MySqlException refused) when (refused.ConnectionUsable && refused.Number > 0)
        {
            run.Note("snapshot", new(TransferSide.Source, TransferFailureKind.Refused, refused.Code, $"The connections read as of instants a few milliseconds apart: {refused.Message}"), "Nothing: the delta pass before the cut-over compares every chunk.");
            return false;
        }
    }
}
