using Cassiopea.MySql.Journal;
using Cassiopea.MySql.Schema;
using Cassiopea.Transfer;

namespace Cassiopea.MySql.Engine;

/// <summary>What all workers of one run share.</summary>
internal sealed class CopyRun(DatabaseCopyOptions options, Sessions sessions, TargetNames names, DatabaseJournal journal, TimeProvider time)
{
    private const int MostExceptions = 10_000;
    private readonly Lock _lock = new();
    private readonly List<ReportException> _exceptions = [];
    private readonly List<DatabaseChange> _changes = [];
    private long _lastProgress;

    public DatabaseCopyOptions Options { get; } = options;

    public Sessions Sessions { get; } = sessions;

    public TargetNames Names { get; } = names;

    public DatabaseJournal Journal { get; } = journal;

    public TransferProgress Progress { get; } = new(time);

    public Throttle Throttle { get; } = new(options.BytesPerSecond, time);

    public required SchemaInfo Source { get; init; }

    public required SchemaInfo Target { get; init; }

    public required IReadOnlyList<Finding> Findings { get; init; }

    public List<TableWork> Tables { get; } = [];

    public ObjectCounts Objects { get; } = new();

    public WriteMethod Method { get; set; }

    /// <summary>True when the pass of an earlier run is gone on with.</summary>
    public bool Resumed { get; set; }

    public bool OneSnapshot { get; set; } = true;

    public double SnapshotLockSeconds { get; set; }

    public long LastSuccess { get; private set; } = TimeProvider.System.GetTimestamp();

    public long ExceptionCount { get; private set; }

    /// <summary>Exceptions that make the two ends unequal.</summary>
    public long Unequal { get; private set; }

    public IReadOnlyList<ReportException> Exceptions => _exceptions;

    public IReadOnlyList<DatabaseChange> Changes => _changes;

    /// <summary>Lists what did not arrive as it was.</summary>
    public void Except(string item, TransferFailure failure, string action)
    {
        Note(item, failure, action);
        lock (_lock) Unequal++;
    }

    /// <summary>Lists what is worth knowing but made nothing unequal.</summary>
    public void Note(string item, TransferFailure failure, string action)
    {
        lock (_lock)
        {
            ExceptionCount++;
            if (_exceptions.Count < MostExceptions)
                _exceptions.Add(new(item.Length > 300 ? item[..300] : item, failure.Side, failure.Kind, failure.Code, failure.Text, action));
        }
    }

    /// <summary>Lists what differs at the target on purpose.</summary>
    public void Change(string item, string text)
    {
        lock (_lock) _changes.Add(new(item, text));
        Note(item, new(TransferSide.Target, TransferFailureKind.Refused, TransferCode.NotExpressible, text), "Nothing: changed on purpose.");
    }

    public void Arrived(TableWork work, long rows, long bytes)
    {
        LastSuccess = TimeProvider.System.GetTimestamp();
        Progress.At(work.Table.Name);
        Progress.Advance(rows, bytes);
        Tell(last: false);
    }

    public void WasThere(TableWork work, long rows)
    {
        LastSuccess = TimeProvider.System.GetTimestamp();
        Progress.At(work.Table.Name);
        Progress.AlreadyThere(rows, 0);
        Tell(last: false);
    }

    /// <summary>Says how far it is, when somebody listens and the last time is long enough ago.</summary>
    public void Tell(bool last)
    {
        if (Options.Progress is not { } listener) return;
        var now = time.GetTimestamp();
        var before = Volatile.Read(ref _lastProgress);
        if (!last && before != 0 && time.GetElapsedTime(before, now) < Options.ProgressEvery) return;
        if (Interlocked.CompareExchange(ref _lastProgress, now, before) == before || last) listener(Progress.Snapshot());
    }
}

/// <summary>Counts of views, routines, triggers and events.</summary>
internal sealed class ObjectCounts
{
    public long Source { get; set; }

    public long Copied { get; set; }

    public long AlreadyThere { get; set; }

    public long Refused { get; set; }

    public long Excluded { get; set; }

    public TransferCounts ToCounts() => new(Source, Copied, AlreadyThere, Refused, Excluded, Source - Copied - AlreadyThere - Refused - Excluded, 0, 0);
}
