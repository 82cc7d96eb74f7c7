namespace Cassiopea.Transfer.Manifests;

/// <summary>Sorts any number of lines by their octets in a bounded part of memory; what is more goes into files beside the result until it is disposed.</summary>
/// <param name="spill">What the names of these files begin with.</param>
/// <param name="memory">Octets kept in memory.</param>
internal sealed class LineSort(string spill, int memory) : IDisposable
{
    private readonly List<(int Start, int Length)> _lines = [];
    private readonly List<string> _files = [];
    private byte[] _octets = new byte[64 << 10];
    private int _used;

    public void Add(ReadOnlySpan<byte> line)
    {
        if (_lines.Count > 0 && _used + line.Length > memory) Spill();
        if (_used + line.Length > _octets.Length) Array.Resize(ref _octets, Math.Max(_used + line.Length, Math.Min(memory, 2 * _octets.Length)));
        line.CopyTo(_octets.AsSpan(_used));
        _lines.Add((_used, line.Length));
        _used += line.Length;
    }

    /// <summary>All lines, the least first. Valid until the next one is asked for.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Sorted()
    {
        if (_files.Count == 0)
        {
            SortMemory();
            return _lines.Select(line => (ReadOnlyMemory<byte>)_octets.AsMemory(line.Start, line.Length));
        }

        Spill();
        return Merged();
    }

    public void Dispose()
    {
        foreach (var file in _files) File.Delete(file);
        _files.Clear();
    }

    private void SortMemory() => _lines.Sort((a, b) => _octets.AsSpan(a.Start, a.Length).SequenceCompareTo(_octets.AsSpan(b.Start, b.Length)));

    private void Spill()
    {
        SortMemory();
        var file = FormattableString.Invariant($"{spill}.{_files.Count}.partial");
        _files.Add(file);
        using var to = new BinaryWriter(File.Create(file, 1 << 16));
        foreach (var (start, length) in _lines)
        {
            to.Write(length);
            to.Write(_octets, start, length);
        }

        _lines.Clear();
        _used = 0;
    }

    private IEnumerable<ReadOnlyMemory<byte>> Merged()
    {
        var readers = _files.ConvertAll(static file => new BinaryReader(File.OpenRead(file)));
        try
        {
            var heads = new PriorityQueue<BinaryReader, byte[]>(Comparer<byte[]>.Create(static (a, b) => a.AsSpan().SequenceCompareTo(b)));
            foreach (var reader in readers) Enqueue(heads, reader);
            while (heads.TryDequeue(out var reader, out var line))
            {
                yield return line;
                Enqueue(heads, reader);
            }
        }
        finally
        {
            foreach (var reader in readers) reader.Dispose();
        }
    }

    private static void Enqueue(PriorityQueue<BinaryReader, byte[]> heads, BinaryReader reader)
    {
        if (reader.BaseStream.Position < reader.BaseStream.Length) heads.Enqueue(reader, reader.ReadBytes(reader.ReadInt32()));
    }
}
