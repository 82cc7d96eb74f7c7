using Cassiopea.MySql.Journal;
using Cassiopea.MySql.Schema;
using Cassiopea.Transfer;

namespace Cassiopea.MySql.Engine;

/// <summary>One table in one run.</summary>
internal sealed class TableWork(TableInfo table, string target, JournalTable journal)
{
    public TableInfo Table { get; } = table;

    /// <summary>Name at the target.</summary>
    public string Target { get; } = target;

    public string TargetQuoted { get; } = MySqlConnection.Name(target);

    public JournalTable Journal { get; } = journal;

    /// <summary>True when the target's table is empty and of this run: rows are sent without looking.</summary>
    public bool Fresh { get; set; }

    /// <summary>Why the table is not copied; null when it is.</summary>
    public TransferFailure? Refusal { get; set; }

    /// <summary>True when its rows are read under a lock of the table, by one worker.</summary>
    public bool Exclusive => !Table.Transactional;

    public IReadOnlyList<ChunkRange> Chunks => Journal.Chunks;

    public int Next { get; set; }

    public int Active { get; set; }

    public bool TriggersDropped { get; set; }

    public long Copied { get; set; }

    public long AlreadyThere { get; set; }

    public long RefusedRows { get; set; }

    public long Altered { get; set; }

    public long DeletedAtSource { get; set; }

    public long Bytes { get; set; }

    public int ChunksSent { get; set; }

    public int ChunksSeen { get; set; }

    public double LockSeconds { get; set; }

    public TableResult ToResult()
    {
        var seen = Copied + AlreadyThere + RefusedRows;
        var remaining = Refusal is null && ChunksSeen >= Chunks.Count && Chunks.Count > 0 ? 0 : Math.Max(Table.EstimatedRows - seen, 0);
        var refused = RefusedRows + (Refusal is null ? 0 : remaining);
        if (Refusal is not null) remaining = 0;
        return new(
            Table.Name, Target, new(Copied + AlreadyThere + refused + remaining, Copied, AlreadyThere, refused, 0, remaining, Altered, DeletedAtSource), Bytes, Chunks.Count, ChunksSent, LockSeconds);
    }
}

/// <summary>Hands out chunks: the largest table first, and each worker another table where there is one, since a table's counter is one lock at the target.</summary>
internal sealed class WorkQueue(IEnumerable<TableWork> tables)
{
    private readonly Lock _lock = new();
    private readonly List<TableWork> _waiting = [.. tables.OrderByDescending(static work => work.Table.DataBytes + work.Table.IndexBytes)];

    /// <summary>The next chunk, or a whole table when <see cref="TableWork.Exclusive"/> (chunk -1); null when there is none.</summary>
    public (TableWork Work, int Chunk)? Take()
    {
        lock (_lock)
        {
            var work = _waiting.Where(static w => w.Active == 0).FirstOrDefault() ?? _waiting.MinBy(static w => w.Active);
            if (work is null) return null;
            if (work.Exclusive)
            {
                _waiting.Remove(work);
                return (work, -1);
            }

            var chunk = work.Next++;
            if (work.Next >= work.Chunks.Count) _waiting.Remove(work);
            work.Active++;
            return (work, chunk);
        }
    }

    public void Over(TableWork work)
    {
        lock (_lock) work.Active--;
    }
}
