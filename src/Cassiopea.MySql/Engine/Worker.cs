using Cassiopea.Transfer;

namespace Cassiopea.MySql.Engine;

/// <summary>One pair of connections that takes chunks until there are none; a lost connection is opened again.</summary>
internal sealed class Worker(CopyRun run, WorkQueue queue, MySqlConnection source, MySqlConnection target)
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(15);

    private readonly ChunkCopier _copier = new(run);
    private MySqlConnection? _source = source;
    private MySqlConnection? _target = target;
    private MySqlConnection? _locking;

    public async Task RunAsync(CancellationToken token)
    {
        while (queue.Take() is var (work, chunk))
        {
            token.ThrowIfCancellationRequested();
            if (work.Refusal is null) await WithPatienceAsync(work, chunk, token);
            if (!work.Exclusive) queue.Over(work);
        }
    }

    public async ValueTask CloseAsync()
    {
        await run.Sessions.CloseAsync(_source);
        await run.Sessions.CloseAsync(_target);
        await run.Sessions.CloseAsync(_locking);
        (_source, _target, _locking) = (null, null, null);
    }

    private async Task WithPatienceAsync(TableWork work, int chunk, CancellationToken token)
    {
        var (again, wait) = (false, FirstWait);
        while (true)
        {
            try
            {
                if (chunk < 0) await LockedAsync(work, again, token);
                else await _copier.RunAsync(work, chunk, await SourceAsync(token), await TargetAsync(token), again, token);
                return;
            }
            catch (MySqlException passing) when (passing.Kind == TransferFailureKind.Passing && TimeProvider.System.GetElapsedTime(run.LastSuccess) < run.Options.Patience)
            {
                await CloseAsync();
                await Task.Delay(wait, TimeProvider.System, token);
                wait = TimeSpan.FromTicks(Math.Min(wait.Ticks * 2, LongestWait.Ticks));
                again = true;
            }
            catch (MySqlException refused) when (Concerns(refused))
            {
                if (_target is { Closed: true } || _source is { Closed: true }) await CloseAsync();
                Refuse(work, refused.Failure);
                return;
            }
        }
    }

    /// <summary>True when one table is the matter and not the whole run.</summary>
    private static bool Concerns(MySqlException refused) =>
        refused.Kind == TransferFailureKind.Refused && refused.Code is TransferCode.ItemRefused or TransferCode.ItemMissing or TransferCode.TooBig or TransferCode.PermissionDenied;

    private void Refuse(TableWork work, TransferFailure failure)
    {
        lock (work) work.Refusal ??= failure;
        run.Except(work.Table.Name, failure, failure.Code == TransferCode.TooBig ? "Ask the new host for a larger max_allowed_packet, then run again." : "See what the server says of this table, then run again.");
    }

    private async Task LockedAsync(TableWork work, bool again, CancellationToken token)
    {
        var writing = await TargetAsync(token);
        _locking ??= await run.Sessions.OpenSourceAsync(token);
        var since = TimeProvider.System.GetTimestamp();
        var locked = await LockAsync(work, _locking, token);
        try
        {
            for (var chunk = 0; chunk < work.Chunks.Count; chunk++) await _copier.RunAsync(work, chunk, _locking, writing, again, token);
        }
        finally
        {
            if (locked && !_locking.Closed)
            {
                await _locking.ExecuteAsync("UNLOCK TABLES", CancellationToken.None);
                work.LockSeconds += TimeProvider.System.GetElapsedTime(since).TotalSeconds;
            }
        }
    }

    private async Task<bool> LockAsync(TableWork work, MySqlConnection locking, CancellationToken token)
    {
        try
        {
            await locking.ExecuteAsync($"LOCK TABLES {work.Table.Quoted} READ", token);
            return true;
        }
        catch (MySqlException refused) when (refused.ConnectionUsable && refused.Number > 0)
        {
            run.Note(work.Table.Name, new(TransferSide.Source, TransferFailureKind.Refused, refused.Code, $"Read without a lock: {refused.Message}"), "Nothing: the delta pass before the cut-over compares every chunk.");
            return false;
        }
    }

    private async Task<MySqlConnection> SourceAsync(CancellationToken token)
    {
        if (_source is not null) return _source;
        _source = await run.Sessions.OpenSourceAsync(token);
        await Snapshots.StartAsync(_source, token);
        run.OneSnapshot = false;
        return _source;
    }

    private async Task<MySqlConnection> TargetAsync(CancellationToken token) => _target ??= await run.Sessions.OpenTargetAsync(token);
}
