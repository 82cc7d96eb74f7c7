using Cassiopea.Contracts;
using Cassiopea.MySql;
using Cassiopea.MySql.Engine;
using Cassiopea.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Cassiopea.Databases;

/// <summary>
/// Copies one database, or what has changed since the last pass. Killed at any moment it goes on from the engine's journal. After the
/// cut-over it only looks: visitors write to the new place by then.
/// </summary>
internal class TransferDatabaseJob(
    DatabasesContext db, ItemPass pass, DatabaseEngine engine, DatabaseFiles files, IOptions<JobOptions> jobs, TimeProvider time, ILogger<TransferDatabaseJob> log) : IJob
{
    public const string Kind = "transfer-database";

    public Task RunAsync(JobRun run, CancellationToken token)
    {
        var command = run.Args<TransferDatabase>();
        return pass.RunAsync(
            run, command.Source, command.Target, DatabaseEnds.Rules,
            (source, target, stop) => command.AfterCutOver
                ? WatchAsync(run, command.Choices, DatabaseEnds.AccountOf(source), stop)
                : TransferAsync(run, command, DatabaseEnds.AccountOf(source), DatabaseEnds.AccountOf(target), stop),
            token);
    }

    private async Task TransferAsync(JobRun run, TransferDatabase command, MySqlAccount source, MySqlAccount target, CancellationToken token)
    {
        PassProgress progress = new(run, time, jobs.Value.ReportEvery, log);
        var last = command.Bucket == Bucket.CutOver;
        var settings = engine.Copy(command.Choices) with { EnableEvents = last, Progress = progress.Take, ProgressEvery = jobs.Value.ReportEvery / 2 };
        var journal = files.JournalOf(run.ItemId, command.Source, command.Target);
        var result = await progress.WatchAsync(stop => new DatabaseCopy(time).RunAsync(source, target, journal, settings, stop), token);
        if (result.Failure is { } failure)
        {
            await progress.KeepAsync(result.Counts, result.Bytes, CancellationToken.None);
            token.ThrowIfCancellationRequested();
            throw new PassFailureException(PassFailures.Of(failure));
        }

        // nobody writes to the new place before the cut-over: it holds what the old one held at the pass's instant
        var held = last ? await DatabaseFingerprint.OfAsync(target, Transfer.TransferSide.Target, settings, token) : [];
        var exceptions = result.Exceptions.Select(PassFailures.Of).ToList();
        var outcome = progress.Transferred(result.Counts, result.Bytes, exceptions);
        await run.CompleteAsync<DatabasesContext>(rows => KeepAsync(rows, outcome, exceptions, held, token), [outcome], token);
        DatabasesMeters.Transferred(result.Counts.Copied, result.Bytes);
        log.Transferred(run.ItemId, run.Pass, outcome.Counts.Source, outcome.Counts.Copied, outcome.Counts.AlreadyThere, outcome.Counts.Refused, outcome.Bytes, outcome.Seconds);
    }

    /// <summary>Compares the old place with what it held at the last delta, and tells the tables that somebody has written to since.</summary>
    private async Task WatchAsync(JobRun run, DatabaseChoices? choices, MySqlAccount source, CancellationToken token)
    {
        var start = TimeProvider.System.GetTimestamp();
        var before = await db.LastDeltas.AsNoTracking().Where(x => x.ItemId == run.ItemId).ToDictionaryAsync(x => x.TableName, StringComparer.Ordinal, token);
        var now = await DatabaseFingerprint.OfAsync(source, Transfer.TransferSide.Source, engine.Copy(choices), token);
        var exceptions = Written(before, now, choices).ToList();
        var rows = now.Sum(static table => table.Rows);
        var written = Math.Min(rows, exceptions.Count);
        ItemTransferred outcome = new(
            run.MigrationId, run.ItemId, run.Pass, new(rows, 0, rows - written, written, 0, 0, 0, 0), 0, TimeProvider.System.GetElapsedTime(start).TotalSeconds,
            [.. exceptions.Take(PassException.MostInEvent)], time.GetUtcNow());
        await run.CompleteAsync<DatabasesContext>(kept => PassException.KeepAsync(kept, run.ItemId, run.Pass, PassStep.Transfer, exceptions, token), [outcome], token);
        log.Watched(run.ItemId, run.Pass, now.Count, exceptions.Count);
    }

    private static IEnumerable<ItemException> Written(Dictionary<string, LastDelta> before, IReadOnlyList<TableFingerprint> now, DatabaseChoices? choices)
    {
        foreach (var table in now)
        {
            if (before.TryGetValue(AtTarget(table.Name, choices), out var held) && held.Hash == table.Hash && held.Rows == table.Rows)
                continue;
            var text = held is null
                ? FormattableString.Invariant($"The table was made at the old place after the last delta, with {table.Rows} rows.")
                : FormattableString.Invariant($"Written at the old place after the last delta: {held.Rows} rows then, {table.Rows} now.");
            yield return new ItemException(
                table.Name, new Failure(FailureSide.Source, FailureKind.Refused, FailureCode.ItemMissing, text),
                "Find who still writes there, and have the member decide whether it is entered again at the new place: nothing is copied over what visitors wrote there.");
        }
    }

    /// <summary>A table's name at the new place.</summary>
    private static string AtTarget(string name, DatabaseChoices? choices) =>
        choices is { OldPrefix: var old, NewPrefix: var @new } && old != @new && name.StartsWith(old, StringComparison.Ordinal) ? @new + name[old.Length..] : name;

    private async Task KeepAsync(DatabasesContext rows, ItemTransferred outcome, List<ItemException> exceptions, IReadOnlyList<TableFingerprint> held, CancellationToken token)
    {
        await PassException.KeepAsync(rows, outcome.ItemId, outcome.Pass, PassStep.Transfer, exceptions, token);
        await rows.LastDeltas.Where(x => x.ItemId == outcome.ItemId).ExecuteDeleteAsync(token);
        rows.LastDeltas.AddRange(held.Select(table => new LastDelta { ItemId = outcome.ItemId, Pass = outcome.Pass, TableName = table.Name, Rows = table.Rows, Hash = table.Hash, AsOf = outcome.AsOf }));
    }
}

/// <summary>The same for the passes of a cut-over, with workers of its own.</summary>
internal sealed class CutOverTransferJob(
    DatabasesContext db, ItemPass pass, DatabaseEngine engine, DatabaseFiles files, IOptions<JobOptions> jobs, TimeProvider time, ILogger<TransferDatabaseJob> log)
    : TransferDatabaseJob(db, pass, engine, files, jobs, time, log)
{
    public new const string Kind = "cut-over-transfer-database";
}
