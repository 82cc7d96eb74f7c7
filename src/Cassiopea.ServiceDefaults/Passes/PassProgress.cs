using System.Text.Json;
using Cassiopea.Contracts;
using Cassiopea.Transfer;
using Microsoft.Extensions.Logging;

namespace Cassiopea.ServiceDefaults.Passes;

/// <summary>What earlier attempts of a pass have proven; the exact place, thing by thing, is in the engine's journal.</summary>
/// <param name="Done">Things proven at the target.</param>
/// <param name="Copied">Of them, those that this pass copied.</param>
/// <param name="BytesCopied">Their bytes.</param>
/// <param name="Seconds">Time spent by the earlier attempts.</param>
public sealed record PassCheckpoint(long Done, long Copied, long BytesCopied, double Seconds)
{
    /// <summary>As the job keeps it; zeros at its first attempt.</summary>
    /// <param name="run">The job.</param>
    public static PassCheckpoint Of(JobRun run) =>
        run.Checkpoint is { } json ? JsonSerializer.Deserialize<PassCheckpoint>(json, JsonSerializerOptions.Web)! : new PassCheckpoint(0, 0, 0, 0);
}

/// <summary>Tells how far a pass is while the engine works, and keeps what it has proven; a pass that gets further counts as no failed try.</summary>
/// <param name="run">The job.</param>
/// <param name="time">The clock.</param>
/// <param name="every">How often.</param>
/// <param name="log">Told when the database is away.</param>
public sealed partial class PassProgress(JobRun run, TimeProvider time, TimeSpan every, ILogger log)
{
    private readonly long _startedAt = TimeProvider.System.GetTimestamp();
    private ProgressSnapshot? _latest;
    private ProgressSnapshot? _told;

    /// <summary>What earlier attempts copied: the engine counts it as already there.</summary>
    public PassCheckpoint Before { get; } = PassCheckpoint.Of(run);

    /// <summary>Time of the pass, all attempts together.</summary>
    public double Seconds => Before.Seconds + TimeProvider.System.GetElapsedTime(_startedAt).TotalSeconds;

    /// <summary>For the engine, from any thread.</summary>
    /// <param name="snapshot">How far it is.</param>
    public void Take(ProgressSnapshot snapshot) => Volatile.Write(ref _latest, snapshot);

    /// <summary>Runs the engine and tells of it; when telling finds that the job is held by another worker, the engine is stopped first.</summary>
    /// <param name="engine">The engine's run.</param>
    /// <param name="token">Ends both.</param>
    public async Task<T> WatchAsync<T>(Func<CancellationToken, Task<T>> engine, CancellationToken token)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(token);
        var working = engine(stop.Token);
        try
        {
            while (await Task.WhenAny(working, Task.Delay(every, TimeProvider.System, token)) != working && !token.IsCancellationRequested)
                await TellAsync(token);
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            // the engine stops too, and answers with what it has done
        }
        catch
        {
            await stop.CancelAsync();
            await Task.WhenAny(working);
            throw;
        }

        return await working;
    }

    /// <summary>Keeps what an attempt that stopped has proven.</summary>
    /// <param name="stopped">Its counts.</param>
    /// <param name="bytes">Bytes that it copied.</param>
    /// <param name="token">Ends it.</param>
    public Task KeepAsync(Transfer.TransferCounts stopped, long bytes, CancellationToken token) =>
        KeepAsync(stopped.Copied + stopped.AlreadyThere, stopped.Copied, bytes, token);

    /// <summary>The answer of a pass that ran to its end: what earlier attempts copied is there already for the engine, but belongs to this pass.</summary>
    /// <param name="counts">The engine's, of the last attempt.</param>
    /// <param name="bytes">Bytes that the last attempt copied.</param>
    /// <param name="exceptions">All of them; the answer carries as many as an event may.</param>
    public ItemTransferred Transferred(Transfer.TransferCounts counts, long bytes, IReadOnlyList<ItemException> exceptions)
    {
        var told = PassFailures.Of(counts);
        var moved = Math.Min(Before.Copied, told.AlreadyThere);
        return new(
            run.MigrationId, run.ItemId, run.Pass, told with { Copied = told.Copied + moved, AlreadyThere = told.AlreadyThere - moved },
            Before.BytesCopied + bytes, Seconds, [.. exceptions.Take(PassException.MostInEvent)], time.GetUtcNow());
    }

    private async Task TellAsync(CancellationToken token)
    {
        if (Volatile.Read(ref _latest) is not { } now || ReferenceEquals(now, _told))
            return;
        try
        {
            await KeepAsync(now, token);
            await run.ReportAsync(Advanced(now), token);
            _told = now;
        }
        catch (Exception e) when (!token.IsCancellationRequested && Retrying.DatabaseAway(e))
        {
            NotTold(log, run.Kind, run.ItemId, run.Pass, e.Message); // the heartbeat decides how long the job may go on without its database
        }
    }

    private Task KeepAsync(ProgressSnapshot now, CancellationToken token) => KeepAsync(now.Items, now.ItemsCopied, now.BytesCopied, token);

    private async Task KeepAsync(long done, long copied, long bytesCopied, CancellationToken token)
    {
        if (done <= PassCheckpoint.Of(run).Done)
            return;
        var proven = new PassCheckpoint(done, Before.Copied + copied, Before.BytesCopied + bytesCopied, Seconds);
        await run.SaveCheckpointAsync(JsonSerializer.Serialize(proven, JsonSerializerOptions.Web), token);
    }

    private ItemTransferAdvanced Advanced(ProgressSnapshot now) => new(
        run.MigrationId, run.ItemId, run.Pass, now.Items, now.ItemsTotal, now.Bytes, now.BytesTotal, (long)now.BytesPerSecond, now.Remaining, time.GetUtcNow());

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Job} of {Item}, pass {Pass}, goes on; its progress could not be kept: {Problem}")]
    private static partial void NotTold(ILogger log, string job, Guid item, int pass, string problem);
}
