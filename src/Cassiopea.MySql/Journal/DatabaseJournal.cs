using Cassiopea.MySql.Schema;
using Cassiopea.Transfer;

namespace Cassiopea.MySql.Journal;

/// <summary>What is known of one table in the pass that is open.</summary>
internal sealed class JournalTable(string source, string target)
{
    public string Source { get; } = source;

    public string Target { get; } = target;

    /// <summary>True when a run of this journal made the table at the target: it may be made anew.</summary>
    public bool Made { get; set; }

    /// <summary>Chunks in the order of their keys; empty when they are not known yet.</summary>
    public List<ChunkRange> Chunks { get; } = [];

    /// <summary>Rows of the chunks that have arrived in the pass that is open, by chunk.</summary>
    public Dictionary<int, long> Done { get; } = [];
}

/// <summary>
/// The journal of one database: which tables were made, where they are cut, which chunks have arrived. A directory holds it and a lock,
/// so that two runs never share it. A pass is open until everything has arrived; a run that finds it open goes on with it.
/// </summary>
internal sealed class DatabaseJournal : IDisposable
{
    private enum Record : byte
    {
        Identity = 1,
        PassBegins,
        PassEnds,
        Table,
        Made,
        Chunks,
        ChunkDone,
    }

    private readonly string _directory;
    private readonly FileStream _lock;
    private readonly RecordLog _log;
    private readonly Lock _writing = new();
    private readonly List<JournalTable> _tables = [];
    private readonly Dictionary<string, int> _bySource = new(StringComparer.Ordinal);
    private string? _identity;

    private DatabaseJournal(string directory, FileStream held)
    {
        (_directory, _lock) = (directory, held);
        _log = RecordLog.Open(Path.Combine(directory, "database.journal"), Replay);
    }

    /// <summary>True when an earlier run did not come to its end.</summary>
    public bool PassIsOpen { get; private set; }

    /// <summary>Passes that came to their end.</summary>
    public int Passes { get; private set; }

    public static DatabaseJournal Open(string directory, string source, string target)
    {
        FileStream? held = null;
        DatabaseJournal? journal = null;
        try
        {
            Directory.CreateDirectory(directory);
            held = new FileStream(Path.Combine(directory, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            journal = new(directory, held);
            journal.Identify($"{source}\n{target}");
            return journal;
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            journal?.Dispose();
            held?.Dispose();
            throw Failure(failed, directory);
        }
        catch
        {
            journal?.Dispose();
            held?.Dispose();
            throw;
        }
    }

    public JournalTable Table(string source, string target)
    {
        lock (_writing)
        {
            if (_bySource.TryGetValue(source, out var number) && _tables[number].Target == target) return _tables[number];
            var table = new JournalTable(source, target);
            Keep(table);
            Append(Record.Table, writer =>
            {
                writer.Write(source);
                writer.Write(target);
            });
            return table;
        }
    }

    public void BeginPass()
    {
        lock (_writing)
        {
            Begin();
            Append(Record.PassBegins, static _ => { });
            _log.FlushToDisk();
        }
    }

    public void EndPass()
    {
        lock (_writing)
        {
            End();
            Append(Record.PassEnds, static _ => { });
            _log.FlushToDisk();
        }
    }

    public void Made(JournalTable table)
    {
        lock (_writing)
        {
            MadeAnew(table);
            Append(Record.Made, writer => writer.Write(NumberOf(table)));
            _log.Flush();
        }
    }

    public void Cut(JournalTable table, IReadOnlyList<ChunkRange> chunks)
    {
        lock (_writing)
        {
            table.Chunks.AddRange(chunks);
            Append(Record.Chunks, writer =>
            {
                writer.Write(NumberOf(table));
                writer.Write(chunks.Count);
                foreach (var chunk in chunks) Write(writer, chunk.UpTo);
            });
            _log.Flush();
        }
    }

    public void Done(JournalTable table, int chunk, long rows)
    {
        lock (_writing)
        {
            table.Done[chunk] = rows;
            Append(Record.ChunkDone, writer =>
            {
                writer.Write(NumberOf(table));
                writer.Write(chunk);
                writer.Write(rows);
            });
            _log.Flush();
        }
    }

    public void Dispose()
    {
        _log.Dispose();
        _lock.Dispose();
    }

    private int NumberOf(JournalTable table) => _bySource[table.Source];

    private void Append(Record kind, Action<BinaryWriter> write)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        writer.Write((byte)kind);
        write(writer);
        writer.Flush();
        _log.Append(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
    }

    private static void Write(BinaryWriter writer, byte[][]? values)
    {
        writer.Write(values?.Length ?? -1);
        foreach (var value in values ?? [])
        {
            writer.Write(value.Length);
            writer.Write(value);
        }
    }

    private static byte[][]? Values(BinaryReader reader)
    {
        var count = reader.ReadInt32();
        if (count < 0) return null;
        var values = new byte[count][];
        for (var i = 0; i < count; i++) values[i] = reader.ReadBytes(reader.ReadInt32());
        return values;
    }

    /// <summary>A table that was just made holds no chunk.</summary>
    private static void MadeAnew(JournalTable table)
    {
        table.Made = true;
        table.Chunks.Clear();
        table.Done.Clear();
    }

    private static void Cut(List<ChunkRange> chunks, BinaryReader reader)
    {
        byte[][]? last = null;
        for (var count = reader.ReadInt32(); count > 0; count--)
        {
            var upTo = Values(reader);
            chunks.Add(new(last, upTo));
            last = upTo;
        }
    }

    private void Begin()
    {
        PassIsOpen = true;
        foreach (var table in _tables)
        {
            table.Chunks.Clear();
            table.Done.Clear();
        }
    }

    private void End()
    {
        PassIsOpen = false;
        Passes++;
    }

    private void Keep(JournalTable table)
    {
        _bySource[table.Source] = _tables.Count;
        _tables.Add(table);
    }

    private void Identify(string identity)
    {
        if (_identity is null)
        {
            Append(Record.Identity, writer => writer.Write(identity));
            _log.FlushToDisk();
            _identity = identity;
        }
        else if (!string.Equals(_identity, identity, StringComparison.Ordinal))
        {
            throw new TransferException(TransferSide.Us, TransferFailureKind.Refused, TransferCode.PermissionDenied, $"The journal in {_directory} belongs to another pair of databases. Use another --journal.");
        }
    }

    private static TransferException Failure(Exception failed, string directory) => failed switch
    {
        InvalidDataException => new(TransferSide.Us, TransferFailureKind.Broken, TransferCode.InternalError, $"The journal in {directory} is damaged: {failed.Message}", failed),
        UnauthorizedAccessException => new(TransferSide.Us, TransferFailureKind.Refused, TransferCode.StorageFull, $"The journal in {directory} cannot be written.", failed),
        _ => new(TransferSide.Us, TransferFailureKind.Passing, TransferCode.StorageFull, $"The journal in {directory} cannot be opened: another run holds it, or the disk is full. {failed.Message}", failed),
    };

    private void Replay(ReadOnlySpan<byte> record)
    {
        using var reader = new BinaryReader(new MemoryStream(record.ToArray()));
        try
        {
            Apply((Record)reader.ReadByte(), reader);
        }
        catch (Exception wrong) when (wrong is EndOfStreamException or ArgumentOutOfRangeException or FormatException)
        {
            throw new InvalidDataException("A record cannot be read.", wrong);
        }
    }

    private void Apply(Record kind, BinaryReader reader)
    {
        switch (kind)
        {
            case Record.Identity:
                _identity = reader.ReadString();
                break;
            case Record.PassBegins:
                Begin();
                break;
            case Record.PassEnds:
                End();
                break;
            case Record.Table:
                Keep(new(reader.ReadString(), reader.ReadString()));
                break;
            case Record.Made:
                MadeAnew(_tables[reader.ReadInt32()]);
                break;
            case Record.Chunks:
                Cut(_tables[reader.ReadInt32()].Chunks, reader);
                break;
            case Record.ChunkDone:
                _tables[reader.ReadInt32()].Done[reader.ReadInt32()] = reader.ReadInt64();
                break;
            default:
                throw new InvalidDataException("A record of an unknown kind.");
        }
    }
}
