using Cassiopea.Transfer;

namespace Cassiopea.Ftp.Site;

/// <summary>
/// One pair of sessions that takes one thing after another. What fails in passing is put back and done later, by anybody; a server that has enough of
/// us gets one worker less.
/// </summary>
internal abstract class SiteWorker(SiteRun run)
{
    private const int MostFailures = 6;
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);
    private SiteSession? _source;
    private SiteSession? _target;
    private int _pauses;

    protected SiteRun Run { get; } = run;

    protected SiteSession Source => _source!;

    protected SiteSession Target => _target!;

    /// <summary>A file that was taken already, because the file before had to know that it comes.</summary>
    protected FileWork? Next { get; set; }

    /// <summary>Works until nothing is left, the run fails, or the servers want fewer of us.</summary>
    public async Task WorkAsync(CancellationToken token)
    {
        Run.Enter();
        try
        {
            while (await TakeAsync(token) is { } work)
            {
                if (!await TryAsync(work, token)) return;
            }
        }
        finally
        {
            if (Next is { } unused) PutBack(unused);
            Next = null;
            await CloseAsync(TransferSide.Source);
            await CloseAsync(TransferSide.Target);
        }
    }

    protected abstract Task DirectoryAsync(DirectoryWork work, CancellationToken token);

    protected abstract Task FileAsync(FileWork work, CancellationToken token);

    /// <summary>Ends what waits at the target.</summary>
    protected virtual Task SettleAsync(CancellationToken token) => Task.CompletedTask;

    /// <summary>The target's session is over: what waited there is put back.</summary>
    protected virtual void Unsettled()
    {
    }

    protected void PutBack(Work work)
    {
        Run.Queue.Add(work);
        Run.Queue.Finished();
    }

    private async Task<Work?> TakeAsync(CancellationToken token)
    {
        if (Next is { } next)
        {
            Next = null;
            return next;
        }

        if (_target is not null)
        {
            try
            {
                await SettleAsync(token);
            }
            catch (SiteException lost)
            {
                await CloseAsync(lost.Side);
            }
        }

        return await Run.Queue.TakeAsync(token);
    }

    private async Task<bool> TryAsync(Work work, CancellationToken token)
    {
        var opened = false;
        try
        {
            await OpenAsync(token);
            opened = true;
            if (work is DirectoryWork directory)
            {
                await DirectoryAsync(directory, token);
                Run.Queue.Finished();
            }
            else
            {
                await FileAsync((FileWork)work, token);
            }

            _pauses = 0;
            return true;
        }
        catch (SiteException failed)
        {
            return await FailedAsync(work, failed, opened, token);
        }
    }

    private async Task OpenAsync(CancellationToken token)
    {
        var opening = _source is null ? SiteSession.OpenAsync(Run.Source, TransferSide.Source, Run.Options.Session, token) : null;
        try
        {
            if (_target is null)
            {
                _target = await SiteSession.OpenAsync(Run.Target, TransferSide.Target, Run.Options.Session, token);
            }
        }
        finally
        {
            if (opening is not null) _source = await opening;
        }

        Run.Opened();
    }

    private async Task<bool> FailedAsync(Work work, SiteException failed, bool opened, CancellationToken token)
    {
        if (!failed.SessionUsable) await CloseAsync(failed.Side);
        var crowded = failed.Code == TransferCode.Throttled || (failed.Code == TransferCode.AuthenticationFailed && Run.LoggedIn);
        if (Stops(failed, opened) && !crowded)
        {
            PutBack(work);
            Run.Fail(failed.Failure);
            return false;
        }

        if (opened && ++work.Failures >= MostFailures || (failed.SessionUsable && failed.Kind != TransferFailureKind.Passing))
        {
            Refuse(work, failed.Failure);
            return true;
        }

        PutBack(work);
        if (failed.Kind == TransferFailureKind.Refused && !crowded) return true;
        _pauses++;
        if (crowded && (!failed.SessionUsable || _pauses > 2) && Run.TryLeave()) return false;
        if (Run.Time.GetElapsedTime(Run.LastSuccess) > Run.Options.Patience)
        {
            Run.Fail(failed.Failure with { Kind = TransferFailureKind.Passing });
            return false;
        }

        var pause = Run.Options.Backoff * Math.Pow(2, Math.Min(10, _pauses - 1));
        await Task.Delay(pause < LongestPause ? pause : LongestPause, Run.Time, token);
        return true;
    }

    private static bool Stops(SiteException failed, bool opened) =>
        failed.Side == TransferSide.Us
        || failed.Code is TransferCode.OverQuota or TransferCode.StorageFull or TransferCode.CertificateRefused or TransferCode.TlsNotOffered
        || (!opened && failed.Kind == TransferFailureKind.Refused);

    private void Refuse(Work work, TransferFailure failure)
    {
        var action = failure.Side == TransferSide.Source ? "Ask the old host, or copy it by hand." : "Ask the new provider, or copy it by hand.";
        if (work is FileWork file) Run.Refuse(file.Entry.Path, failure, action);
        else if (((DirectoryWork)work).Path.IsRoot) Run.NoSite(failure);
        else Run.NotListed(((DirectoryWork)work).Path, failure);
        Run.Queue.Finished();
    }

    private async Task CloseAsync(TransferSide side)
    {
        var session = side == TransferSide.Source ? _source : _target;
        if (session is null) return;
        if (side == TransferSide.Source)
        {
            _source = null;
        }
        else
        {
            _target = null;
            Unsettled();
        }

        Run.CountRoundTrips(session.RoundTrips);
        await session.DisposeAsync();
    }
}
