using Cassiopea.MySql.Journal;
using Cassiopea.Transfer;

namespace Cassiopea.MySql.Engine;

/// <summary>
/// Copies one database, or what changed in it since the last run with the same journal. The source is only ever read. Rows stream from
/// server to server, never through a file. Killed at any instant and run again, it ends with the same rows.
/// </summary>
/// <param name="time">The clock of dates and rates.</param>
public sealed class DatabaseCopy(TimeProvider time)
{
    /// <summary>Runs until everything is there, or a refusal stops it, or patience is at its end, or it is cancelled; cancelling leaves the journal correct.</summary>
    /// <param name="source">The old database.</param>
    /// <param name="target">The new database, which exists; no right beyond it is needed.</param>
    /// <param name="journalDirectory">Where the journal is or is to be: one directory per pair of databases, held by one run at a time.</param>
    /// <param name="options">How.</param>
    /// <param name="token">Cancels.</param>
    /// <returns>What became of every table and object; failures of servers are in it, not thrown.</returns>
    /// <exception cref="TransferException">The journal cannot be opened.</exception>
    public async Task<DatabaseCopyResult> RunAsync(MySqlAccount source, MySqlAccount target, string journalDirectory, DatabaseCopyOptions options, CancellationToken token)
    {
        if (options.Connections is < 1 or > 8) throw new ArgumentOutOfRangeException(nameof(options), options.Connections, "Connections must be from 1 to 8.");
        using var journal = DatabaseJournal.Open(journalDirectory, Key(source), Key(target));
        using var sessions = new Sessions(source, target, options);
        var attempt = new CopyAttempt(sessions, journal, options, time);
        var (startedAt, start) = (time.GetUtcNow(), time.GetTimestamp());
        TransferFailure? failure = null;
        try
        {
            await attempt.RunAsync(token);
        }
        catch (TransferException stopped)
        {
            failure = stopped.Failure;
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            failure = new(TransferSide.Us, TransferFailureKind.Passing, TransferCode.ConnectionLost, "Cancelled; run again to resume.");
        }
        finally
        {
            await attempt.CloseAsync();
        }

        return Result(attempt.Run, failure, sessions.RoundTrips, startedAt, time.GetElapsedTime(start).TotalSeconds);
    }

    internal static string Key(MySqlAccount account) => $"{account.Endpoint.Login}@{account.Endpoint.Host}:{account.Endpoint.Port}/{account.Endpoint.Database}";

    private DatabaseCopyResult Result(CopyRun? run, TransferFailure? failure, long roundTrips, DateTimeOffset startedAt, double seconds)
    {
        if (run is null)
            return new(Outcome(failure, null, null), failure, new(0, 0, 0, 0, 0, 0, 0, 0), 0, startedAt, time.GetUtcNow(), seconds, roundTrips, [], 0, [], [], [], false, 0, WriteMethod.Auto);
        run.Tell(last: true);
        var tables = run.Tables.ConvertAll(static work => work.ToResult());
        var excluded = run.Source.Tables.Where(t => run.Tables.TrueForAll(w => w.Table != t)).Sum(static t => t.EstimatedRows);
        var counts = tables.Select(static table => table.Counts).Append(run.Objects.ToCounts()).Append(new(excluded, 0, 0, 0, excluded, 0, 0, 0)).Aggregate(Sum);
        return new(
            Outcome(failure, run, counts), failure, counts, tables.Sum(static table => table.Bytes), startedAt, time.GetUtcNow(), seconds, roundTrips, run.Exceptions, run.ExceptionCount,
            tables, run.Findings, run.Changes, run.OneSnapshot, run.SnapshotLockSeconds, run.Method);
    }

    private static TransferCounts Sum(TransferCounts one, TransferCounts other) => new(
        one.Source + other.Source, one.Copied + other.Copied, one.AlreadyThere + other.AlreadyThere, one.Refused + other.Refused, one.Excluded + other.Excluded,
        one.Remaining + other.Remaining, one.Altered + other.Altered, one.DeletedAtSource + other.DeletedAtSource);

    private static TransferOutcome Outcome(TransferFailure? failure, CopyRun? run, TransferCounts? counts) => failure switch
    {
        { Kind: TransferFailureKind.Passing } => TransferOutcome.Interrupted,
        { Kind: TransferFailureKind.Refused } => TransferOutcome.Stopped,
        { Side: TransferSide.Us } => TransferOutcome.Failed,
        not null => TransferOutcome.Stopped,
        null when run is null || run.Options.DryRun => TransferOutcome.Complete,
        null => counts!.Refused + counts.Altered + counts.Remaining + run.Unequal == 0 ? TransferOutcome.Complete : TransferOutcome.Exceptions,
    };
}
