using Cassiopea.Transfer;

namespace Cassiopea.Ftp.Site;

/// <summary>Starts the workers of a run, waits for them, and says how it ended.</summary>
internal static class SiteRunner
{
    public static async Task<SiteCopyResult> RunAsync(SiteRun run, Func<SiteWorker> worker, Func<SiteRun, CancellationToken, Task> finish, CancellationToken token)
    {
        if (run.Options.Connections is < 1 or > 32) throw new ArgumentOutOfRangeException(nameof(run), run.Options.Connections, "Connections must be from 1 to 32.");
        var (startedAt, start) = (run.Time.GetUtcNow(), run.Time.GetTimestamp());
        using var both = CancellationTokenSource.CreateLinkedTokenSource(token, run.Stopped);
        run.Queue.Add(new DirectoryWork(SitePath.Root, atTarget: true));
        TransferFailure? failure = null;
        try
        {
            await Task.WhenAll(Enumerable.Range(0, run.Options.Connections).Select(_ => GuardAsync(worker(), run, both.Token)));
            failure = run.Failure;
            if (failure is null) await finish(run, token);
        }
        catch (TransferException stopped)
        {
            failure = run.Failure ?? stopped.Failure;
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            failure = new(TransferSide.Us, TransferFailureKind.Passing, TransferCode.ConnectionLost, "Cancelled; run again to resume.");
        }
        catch (OperationCanceledException) when (run.Failure is not null)
        {
            failure = run.Failure;
        }

        run.Tell(last: true);
        var counts = run.Counts;
        var manifest = run.Manifest is null || failure is not null ? "" : await run.Manifest.WriteAsync(run.Options.Manifest!, token);
        return new(
            Outcome(failure, counts, run), failure, counts, run.Directories, run.Bytes, startedAt, run.Time.GetUtcNow(), run.Time.GetElapsedTime(start).TotalSeconds,
            run.RoundTrips, run.Exceptions, run.ExceptionCount, run.ExcludedPaths, run.DeletedPaths, run.Extra, run.Active, manifest);
    }

    private static async Task GuardAsync(SiteWorker worker, SiteRun run, CancellationToken token)
    {
        try
        {
            await worker.WorkAsync(token);
        }
        catch (TransferException failed)
        {
            run.Fail(failed.Failure);
            throw;
        }
        catch (Exception defect) when (defect is not OperationCanceledException)
        {
            run.Fail(new(TransferSide.Us, TransferFailureKind.Broken, TransferCode.InternalError, defect.Message));
            throw;
        }
    }

    private static TransferOutcome Outcome(TransferFailure? failure, TransferCounts counts, SiteRun run) => failure switch
    {
        { Kind: TransferFailureKind.Passing } => TransferOutcome.Interrupted,
        { Kind: TransferFailureKind.Refused } => TransferOutcome.Stopped,
        { Side: TransferSide.Us } => TransferOutcome.Failed,
        not null => TransferOutcome.Stopped,
        null when run.Journal is null => counts.Refused + counts.Remaining + run.Unlisted == 0 ? TransferOutcome.Complete : TransferOutcome.Different,
        null when run.Options.DryRun => TransferOutcome.Complete,
        null => counts.Refused + counts.Altered + counts.Remaining + run.ExceptionCount == 0 ? TransferOutcome.Complete : TransferOutcome.Exceptions,
    };
}
