using System.Security.Cryptography;
using System.Threading.Channels;
using Cassiopea.Transfer;

namespace Cassiopea.Imap.Mailbox;

/// <summary>
/// One connection to each end and what flows between them. When an end is lost the lane waits, connects again and goes on from the
/// journal; each arrival starts its patience anew.
/// </summary>
internal sealed class Lane(TransferRun run, FolderQueue queue, bool first)
{
    private const int Batches = 4;
    private readonly List<FolderWork> _taken = [];
    private readonly BatchPool _pool = new(Batches);
    private readonly HashSet<FolderWork> _suspicious = [];
    private TimeSpan _excused;
    private TimeSpan? _untilTrial;
    private int _losses;
    private long _successAtLoss = -1;

    public ImapConnection? Source { get; set; }

    public ImapConnection? Target { get; set; }

    /// <summary>A pair that is being opened already.</summary>
    public Task<EarlyPair>? Early { get; set; }

    public async Task RunAsync(CancellationToken token)
    {
        while (queue.Count > 0)
        {
            try
            {
                if (!await OpenAsync(token)) return;
                await PrepareAsync(token);
                await PumpAsync(token);
            }
            catch (TransferException passing) when (passing.Kind == TransferFailureKind.Passing)
            {
                if (_untilTrial is null && Source is not null && Target is not null) Doubt(passing.Side);
                await CloseAsync();
                PutBack();
                await WaitAsync(passing, token);
            }
        }
    }

    public async ValueTask CloseAsync()
    {
        await TakeEarlyAsync();
        await run.CloseAsync(Source);
        await run.CloseAsync(Target);
        (Source, Target) = (null, null);
    }

    /// <summary>Opens what is not open. A lane beyond the first that is not let in leaves the work to the others.</summary>
    private async Task<bool> OpenAsync(CancellationToken token)
    {
        await TakeEarlyAsync();
        try
        {
            var source = Source is null ? run.OpenSourceAsync(token) : Task.FromResult(Source);
            var target = Target is null ? run.OpenTargetAsync(token) : Task.FromResult(Target);
            try
            {
                await Task.WhenAll(source, target);
            }
            finally
            {
                if (source.IsCompletedSuccessfully) Source = await source;
                if (target.IsCompletedSuccessfully) Target = await target;
            }

            return true;
        }
        catch (ImapException) when (!first && _losses == 0)
        {
            await CloseAsync();
            return false;
        }
    }

    private async ValueTask TakeEarlyAsync()
    {
        if (Early is not { } early) return;
        Early = null;
        (Source, Target) = await early;
    }

    private async Task PrepareAsync(CancellationToken token)
    {
        while (queue.TryTakeUnprepared(out var folder))
        {
            _taken.Add(folder);
            await new FolderPreparation(run, Source!, Target!).PrepareAsync(folder, token);
            _taken.Remove(folder);
            queue.Return(folder);
        }
    }

    private async Task PumpAsync(CancellationToken token)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(token);
        var channel = Channel.CreateUnbounded<WorkItem>(new() { SingleReader = true, SingleWriter = true });
        _pool.Reset();
        var writer = new TargetWriter(run, Target!, _pool);
        var reader = new SourceReader(run, Source!, channel.Writer, _pool, _taken) { WriterIsIdle = () => writer.Idle };
        var reading = reader.RunAsync(queue, stop.Token);
        var writing = writer.RunAsync(channel.Reader, stop.Token);
        try
        {
            await writing;
            await reading;
        }
        catch (Exception failed)
        {
            await stop.CancelAsync();
            var source = await FailureOfAsync(reading);
            if (source is ImapException { Side: TransferSide.Source, Code: not TransferCode.Throttled } && reader is { Reading: { } folder, Awaited: not 0 })
                Suspect(folder, folder.SourceSuspects, reader.Awaited, reader.Trial, source.Message);
            writer.Withdraw();
            if (failed is ImapException { Side: TransferSide.Target } && writer.CountLoss() is { } lost)
                Suspect(lost.Folder, lost.Folder.TargetSuspects, lost.First, lost.Trial, failed.Message);
            token.ThrowIfCancellationRequested();
            if (failed is OperationCanceledException && source is TransferException) throw source;
            throw;
        }
        finally
        {
            Target = writer.Target;
        }

        _taken.Clear();
    }

    private static async Task<Exception?> FailureOfAsync(Task task)
    {
        await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return task.Exception?.GetBaseException();
    }

    private void Suspect(FolderWork folder, Suspects suspects, uint uid, bool trial, string how)
    {
        _suspicious.Add(folder);
        var factor = suspects.Lost(uid, trial, how);
        if (trial) _untilTrial = run.Options.TrialWait * factor;
    }

    /// <summary>An end that was entered is lost, and not in a trial: the line breaks elsewhere too.</summary>
    private void Doubt(TransferSide side)
    {
        foreach (var folder in _suspicious) (side == TransferSide.Source ? folder.SourceSuspects : folder.TargetSuspects).Restart();
    }

    private void PutBack()
    {
        foreach (var folder in _taken.Where(static folder => !folder.Finished))
        {
            folder.Prepared = false;
            queue.Return(folder);
        }

        _taken.Clear();
    }

    /// <summary>As long as the server asks, or twice as long each time, with some chance in it; gives up when patience is at its end.</summary>
    private async Task WaitAsync(TransferException passing, CancellationToken token)
    {
        if (run.LastSuccess != _successAtLoss) _losses = 0;
        (_successAtLoss, _losses) = (run.LastSuccess, _losses + 1);
        if (TimeProvider.System.GetElapsedTime(run.LastSuccess) - _excused > run.Options.Patience)
            throw new TransferException(passing.Side, passing.Kind, passing.Code, $"Gave up after {_losses} attempts: {passing.Message}", passing);
        var wait = TimeSpan.FromMilliseconds(Math.Min(60_000, 100 * Math.Pow(2, Math.Min(_losses, 12) - 1)));
        if (_untilTrial is { } trial) (wait, _untilTrial) = (passing.Code == TransferCode.Throttled ? 10 * trial : trial, null); // a busy server is busy for longer
        if (passing is ImapException { Backoff: { } asked })
        {
            wait = asked;
            _excused += asked;
        }
        else if (passing.Code == TransferCode.Throttled && wait < TimeSpan.FromSeconds(1))
        {
            wait = TimeSpan.FromSeconds(1);
        }

        wait += TimeSpan.FromMilliseconds(RandomNumberGenerator.GetInt32(0, (int)Math.Min(wait.TotalMilliseconds / 4, 10_000) + 1));
        await Task.Delay(wait, TimeProvider.System, token);
    }
}
