using Cassiopea.Ftp.Journal;
using Cassiopea.Transfer;

namespace Cassiopea.Ftp.Site;

/// <summary>What all workers of one run share.</summary>
internal sealed class SiteRun(SiteAccount source, SiteAccount target, SiteCopyOptions options, SiteJournal? journal, TimeProvider time) : IDisposable
{
    private const int MostListed = 10_000;
    private readonly Lock _lock = new();
    private readonly List<ReportException> _exceptions = [];
    private readonly List<string> _excluded = [];
    private readonly List<string> _deleted = [];
    private readonly List<SitePath> _extraFiles = [];
    private readonly List<SitePath> _extraDirectories = [];
    private readonly List<(SitePath Path, int Mode)> _modes = [];
    private readonly CancellationTokenSource _stop = new();
    private long _lastProgress;
    private long _sourceItems, _copied, _there, _refused, _excludedCount, _altered, _directories, _bytes, _roundTrips, _extra, _unlisted;
    private int _opened, _active;

    public SiteAccount Source { get; } = source;

    public SiteAccount Target { get; } = target;

    public SiteCopyOptions Options { get; } = options;

    /// <summary>Null in a verification.</summary>
    public SiteJournal? Journal { get; } = journal;

    public TimeProvider Time { get; } = time;

    public WorkQueue Queue { get; } = new();

    public Excludes Excludes { get; } = new(options.Excludes);

    public Throttle Throttle { get; } = new(options.BytesPerSecond, time);

    public TransferProgress Progress { get; } = new(time);

    public ManifestLines? Manifest { get; } = options.Manifest is null ? null : new();

    /// <summary>Fires when the run has failed: the other workers stop.</summary>
    public CancellationToken Stopped => _stop.Token;

    public TransferFailure? Failure { get; private set; }

    public long LastSuccess { get; private set; } = TimeProvider.System.GetTimestamp();

    public IReadOnlyList<ReportException> Exceptions => _exceptions;

    public long ExceptionCount { get; private set; }

    public IReadOnlyList<string> ExcludedPaths => _excluded;

    public IReadOnlyList<string> DeletedPaths => _deleted;

    public IReadOnlyList<SitePath> ExtraFiles => _extraFiles;

    public IReadOnlyList<SitePath> ExtraDirectories => _extraDirectories;

    public IReadOnlyList<(SitePath Path, int Mode)> Modes => _modes;

    public long Directories => Interlocked.Read(ref _directories);

    public long Bytes => Interlocked.Read(ref _bytes);

    public long RoundTrips => Interlocked.Read(ref _roundTrips);

    public long Extra => Interlocked.Read(ref _extra);

    /// <summary>Directories of the source that could not be listed.</summary>
    public long Unlisted => Interlocked.Read(ref _unlisted);

    public int Active => Volatile.Read(ref _active);

    /// <summary>True when a login succeeded in this run: a refusal is then about the number of sessions.</summary>
    public bool LoggedIn => Volatile.Read(ref _opened) > 0;

    public TransferCounts Counts
    {
        get
        {
            lock (_lock)
            {
                var remaining = _sourceItems - _copied - _there - _refused - _excludedCount;
                return new(_sourceItems, _copied, _there, _refused, _excludedCount, remaining, _altered, Journal is { } journal && _unlisted == 0 && Failure is null ? journal.Unseen : 0);
            }
        }
    }

    public void Enter() => Interlocked.Increment(ref _active);

    /// <summary>A worker wants to end for good; false when it is the last.</summary>
    public bool TryLeave()
    {
        lock (_lock)
        {
            if (_active <= 1) return false;
            _active--;
            return true;
        }
    }

    public void Opened() => Interlocked.Increment(ref _opened);

    public void CountRoundTrips(long count) => Interlocked.Add(ref _roundTrips, count);

    public void FoundDirectory() => Interlocked.Increment(ref _directories);

    public void Found(long bytes)
    {
        lock (_lock) _sourceItems++;
        Progress.Expect(1, Math.Max(0, bytes));
    }

    public void AlreadyThere(long bytes)
    {
        lock (_lock) _there++;
        Progress.AlreadyThere(1, Math.Max(0, bytes));
        Tell(last: false);
    }

    public void Copied(long bytes, bool altered)
    {
        lock (_lock)
        {
            _copied++;
            if (altered) _altered++;
        }

        Arrived(1, 0);
    }

    /// <summary>Something has moved: it counts for the rate and for patience.</summary>
    public void Arrived(long items, long bytes)
    {
        LastSuccess = TimeProvider.System.GetTimestamp();
        Interlocked.Add(ref _bytes, bytes);
        Progress.Advance(items, bytes);
        Tell(last: false);
    }

    public void Exclude(SitePath path, bool isDirectory)
    {
        Found(0);
        lock (_lock)
        {
            _excludedCount++;
            if (_excluded.Count < MostListed) _excluded.Add(path + (isDirectory ? "/" : ""));
        }
    }

    public void Refuse(SitePath path, TransferFailure failure, string action)
    {
        lock (_lock) _refused++;
        Except(path.ToString(), failure, action);
    }

    /// <summary>A directory of the source that cannot be listed, or not be made at the target: nobody counts what is in it.</summary>
    public void NotListed(SitePath path, TransferFailure failure, string? action = null)
    {
        Interlocked.Increment(ref _unlisted);
        Except($"{path}/", failure, action ?? (failure.Side == TransferSide.Target ? "Give the folder another name at the source, or make it at the new provider by hand." : "Ask the old host for what is in this folder."));
    }

    /// <summary>The folder of the site itself cannot be listed: there is nothing to copy or to compare, which is no empty site.</summary>
    public void NoSite(TransferFailure failure)
    {
        var (end, host) = failure.Side == TransferSide.Target ? (Target, "new provider") : (Source, "old host");
        Fail(failure with { Text = $"The folder of the site, {end.Endpoint.Url}, cannot be listed. {failure.Text} Check the path, or ask the {host} to let this login read it." });
    }

    public void Except(string item, TransferFailure failure, string action)
    {
        lock (_lock)
        {
            ExceptionCount++;
            if (_exceptions.Count < MostListed)
                _exceptions.Add(new(item.Length > 300 ? item[..300] : item, failure.Side, failure.Kind, failure.Code, failure.Text, action));
        }
    }

    public void FoundExtra(SiteEntry entry)
    {
        if (entry.Kind != SiteEntryKind.Directory) Interlocked.Increment(ref _extra);
        if (!Options.DeleteExtra) return;
        lock (_lock) (entry.Kind == SiteEntryKind.Directory ? _extraDirectories : _extraFiles).Add(entry.Path);
    }

    public void Deleted(SitePath path, bool isDirectory)
    {
        lock (_lock)
        {
            if (_deleted.Count < MostListed) _deleted.Add(path + (isDirectory ? "/" : ""));
        }
    }

    public void RememberMode(SitePath directory, int mode)
    {
        lock (_lock) _modes.Add((directory, mode));
    }

    public void Fail(TransferFailure failure)
    {
        lock (_lock) Failure ??= failure;
        Queue.Close();
        _stop.Cancel();
    }

    /// <summary>Says how far it is, when somebody listens and the last time is long enough ago.</summary>
    public void Tell(bool last)
    {
        if (Options.Progress is not { } listener) return;
        var now = Time.GetTimestamp();
        var before = Volatile.Read(ref _lastProgress);
        if (!last && before != 0 && Time.GetElapsedTime(before, now) < Options.ProgressEvery) return;
        if (Interlocked.CompareExchange(ref _lastProgress, now, before) == before || last) listener(Progress.Snapshot());
    }

    public void Dispose() => _stop.Dispose();
}
