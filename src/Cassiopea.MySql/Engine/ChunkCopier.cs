using System.Globalization;
using Cassiopea.MySql.Schema;
using Cassiopea.Transfer;

namespace Cassiopea.MySql.Engine;

/// <summary>Brings chunks over, each in one transaction: what was in the chunk at the target goes, what is in it at the source comes.</summary>
internal sealed class ChunkCopier(CopyRun run)
{
    /// <summary>Copies one chunk, or finds that it is equal. Killed at any instant and done again, it leaves the same rows.</summary>
    public async Task RunAsync(TableWork work, int number, MySqlConnection source, MySqlConnection target, bool again, CancellationToken token)
    {
        // a delta that was interrupted looks again: the source may have changed since
        if (run.Journal.Passes == 0 && work.Journal.Done.TryGetValue(number, out var done))
        {
            lock (work)
            {
                work.AlreadyThere += done;
                work.ChunksSeen++;
            }

            run.WasThere(work, done);
            return;
        }

        var range = work.Chunks[number];
        var clear = !work.Fresh || again;
        var look = !work.Fresh && !again && !(run.Resumed && run.Journal.Passes == 0 && work.Journal.Made);
        if (look && await IsEqualAsync(work, number, range, source, target, token)) return;
        await DropTriggersAsync(work, target, token);
        await SendAsync(work, number, range, source, target, clear, token);
    }

    private async Task<bool> IsEqualAsync(TableWork work, int number, ChunkRange range, MySqlConnection source, MySqlConnection target, CancellationToken token)
    {
        var there = RowHash.OfAsync(source, work.Table, work.Table.Quoted, range, token);
        var here = RowHash.OfAsync(target, work.Table, work.TargetQuoted, range, token);
        await Task.WhenAll(there, here);
        var (wanted, got) = (await there, await here);
        if (wanted != got)
        {
            if (!work.Journal.Made && got.Rows > 0 && !run.Options.AcceptedFindings.Contains(FindingCode.TableExists))
            {
                throw new MySqlException(
                    TransferSide.Target, TransferFailureKind.Refused, TransferCode.ItemRefused,
                    "The table was at the target before and holds other rows. Nothing was written to it.", usable: true);
            }

            lock (work) work.DeletedAtSource += Math.Max(0, got.Rows - wanted.Rows);
            return false;
        }

        lock (work)
        {
            work.AlreadyThere += wanted.Rows;
            work.ChunksSeen++;
        }

        run.Journal.Done(work.Journal, number, wanted.Rows);
        run.WasThere(work, wanted.Rows);
        return true;
    }

    /// <summary>A trigger of the target must not run for rows that the source's trigger has seen already; the last step makes it again.</summary>
    private async Task DropTriggersAsync(TableWork work, MySqlConnection target, CancellationToken token)
    {
        if (work.Fresh || work.TriggersDropped) return;
        work.TriggersDropped = true;
        foreach (var trigger in run.Target.Objects.Where(o => o.Kind == ObjectKind.Trigger && o.Table == work.Target))
            await target.ExecuteAsync($"DROP TRIGGER IF EXISTS {MySqlConnection.Name(trigger.Name)}", token);
    }

    private async Task SendAsync(TableWork work, int number, ChunkRange range, MySqlConnection source, MySqlConnection target, bool clear, CancellationToken token)
    {
        var select = $"SELECT {string.Join(',', work.Table.Stored.Select(static column => column.Selected))} FROM {work.Table.Quoted}{range.Where(work.Table.Key)}";
        var transaction = clear || run.Method == WriteMethod.Insert;
        if (transaction) await target.ExecuteAsync("START TRANSACTION", token);
        if (clear) await target.ExecuteAsync($"DELETE FROM {work.TargetQuoted}{range.Where(work.Table.Key)}", token);
        var sent = run.Method == WriteMethod.Insert
            ? await InsertAsync(work, select, source, target, token)
            : await LoadAsync(work, select, source, target, token);
        var warned = sent.Warnings > 0 ? await WarningsAsync(target, token) : "";
        if (transaction) await target.ExecuteAsync("COMMIT", token);

        var missing = sent.Rows - sent.Stored;
        lock (work)
        {
            work.Copied += sent.Stored;
            work.RefusedRows += missing;
            work.Bytes += sent.Bytes;
            work.ChunksSent++;
            work.ChunksSeen++;
        }

        if (missing > 0)
        {
            run.Except(work.Table.Name, new(TransferSide.Target, TransferFailureKind.Refused, TransferCode.ItemRefused, string.Create(CultureInfo.InvariantCulture, $"The target did not store {missing} of {sent.Rows} rows. {warned}")), "Look at the rows that collide at the target.");
        }
        else if (sent.Warnings > 0 && work.Table.Stored.Count > 0)
        {
            await CompareAsync(work, range, source, target, warned, token);
        }

        if (missing == 0) run.Journal.Done(work.Journal, number, sent.Stored);
        run.Arrived(work, sent.Stored, sent.Bytes);
    }

    private async Task<Sent> LoadAsync(TableWork work, string select, MySqlConnection source, MySqlConnection target, CancellationToken token)
    {
        await target.BeginLoadAsync(LoadSink.Statement(work.Table, work.TargetQuoted, !run.Target.Server.IsMariaDb), token);
        try
        {
            var sink = new LoadSink(target, work.Table.Stored.Count, run.Throttle);
            await source.StreamAsync(select, sink, token);
            await sink.FinishAsync(token);
            var ok = await target.EndLoadAsync(token);
            return new(sink.Rows, ok.Affected, sink.Bytes, ok.Warnings);
        }
        catch (MySqlException unreadable) when (unreadable.Side == TransferSide.Source)
        {
            target.Close(); // a load without its end is not stored
            throw;
        }
    }

    private async Task<Sent> InsertAsync(TableWork work, string select, MySqlConnection source, MySqlConnection target, CancellationToken token)
    {
        try
        {
            var sink = new InsertSink(target, work.Table, work.TargetQuoted, run.Target.Server, run.Throttle);
            await source.StreamAsync(select, sink, token);
            await sink.FinishAsync(token);
            return new(sink.Rows, sink.Stored, sink.Bytes, sink.Warnings);
        }
        catch (MySqlException refused) when (!target.Closed)
        {
            if (refused.Side == TransferSide.Source) target.Close();
            else await target.ExecuteAsync("ROLLBACK", token);
            throw;
        }
    }

    /// <summary>The server's first words on what it changed, without values.</summary>
    private static async Task<string> WarningsAsync(MySqlConnection target, CancellationToken token)
    {
        var rows = (await target.QueryAsync("SHOW WARNINGS LIMIT 3", token)).Rows;
        return string.Join("; ", rows.Select(static row => new Wire.ServerError((int)MySqlResult.Number(row[1]), MySqlResult.Text(row[2]) ?? "").ToException(TransferSide.Target, "It says").Message));
    }

    /// <summary>Many warnings change nothing (a zero date that stays one): the servers' own hashes tell.</summary>
    private async Task CompareAsync(TableWork work, ChunkRange range, MySqlConnection source, MySqlConnection target, string warned, CancellationToken token)
    {
        var wanted = await RowHash.OfAsync(source, work.Table, work.Table.Quoted, range, token);
        var got = await RowHash.OfAsync(target, work.Table, work.TargetQuoted, range, token);
        if (wanted == got) return;
        lock (work) work.Altered++;
        run.Except(work.Table.Name, new(TransferSide.Target, TransferFailureKind.Refused, TransferCode.ItemAltered, "The target changed values of a chunk. " + warned), "Compare the column's type and character set at both ends.");
    }

    private readonly record struct Sent(long Rows, long Stored, long Bytes, int Warnings);
}
