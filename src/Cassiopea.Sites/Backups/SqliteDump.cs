using System.Buffers.Binary;
using System.Text;

namespace Cassiopea.Sites.Backups;

/// <summary>
/// Tables and rows of an SQLite file, read from its B-trees (the file format is SQLite's own documentation). Every page of every table is visited,
/// so a file that was cut is found. Content is not looked at.
/// </summary>
internal sealed class SqliteDump
{
    private const int HeaderBytes = 100;
    private const int DeepestTree = 40;
    private readonly Stream _file;
    private readonly int _pageSize;
    private readonly int _usable;
    private readonly long _pages;
    private long _visited;

    public SqliteDump(Stream file)
    {
        _file = file;
        var header = new byte[HeaderBytes];
        _file.Position = 0;
        if (_file.ReadAtLeast(header, HeaderBytes, throwOnEndOfStream: false) < HeaderBytes || !header.AsSpan().StartsWith("SQLite format 3\0"u8))
            throw new InvalidDataException("It is no SQLite file.");
        var size = BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(16));
        _pageSize = size == 1 ? 65536 : size;
        _usable = _pageSize - header[20];
        if (_pageSize < 512 || (_pageSize & (_pageSize - 1)) != 0 || _usable < 480)
            throw new InvalidDataException("Its page size is impossible.");
        _pages = _file.Length / _pageSize;
    }

    public IReadOnlyList<DumpTable> Count()
    {
        List<(string Name, long Root)> tables = [];
        Walk(1, 0, (page, cell) =>
        {
            if (Table(page, cell) is { } table)
                tables.Add(table);
        });
        List<DumpTable> counted = [];
        foreach (var (name, root) in tables)
        {
            long rows = 0;
            Walk(root, 0, (_, _) => rows++);
            counted.Add(new DumpTable(name, rows));
        }

        return counted;
    }

    private void Walk(long number, int depth, Action<byte[], int> cell)
    {
        if (depth > DeepestTree || ++_visited > 4 * (_pages + 1))
            throw new InvalidDataException("Its pages refer to one another in a circle.");
        var page = Page(number);
        var at = number == 1 ? HeaderBytes : 0;
        var kind = page[at];
        var cells = BinaryPrimitives.ReadUInt16BigEndian(page.AsSpan(at + 3));
        var pointers = at + (kind == 5 ? 12 : 8);
        if (kind is not (5 or 13 or 2 or 10) || pointers + (2 * cells) > _pageSize)
            throw new InvalidDataException("One of its pages is no page of a table.");
        for (var i = 0; i < cells; i++)
        {
            var pointer = BinaryPrimitives.ReadUInt16BigEndian(page.AsSpan(pointers + (2 * i)));
            if (pointer + 4 > _pageSize)
                throw new InvalidDataException("One of its pages is damaged.");
            if (kind == 5)
                Walk(BinaryPrimitives.ReadUInt32BigEndian(page.AsSpan(pointer)), depth + 1, cell);
            else
                cell(page, pointer);
        }

        if (kind == 5)
            Walk(BinaryPrimitives.ReadUInt32BigEndian(page.AsSpan(at + 8)), depth + 1, cell);
    }

    /// <summary>A row of the schema: type, name, table, root page, SQL.</summary>
    private (string Name, long Root)? Table(byte[] page, int cell)
    {
        var at = cell;
        var payload = Varint(page, ref at);
        _ = Varint(page, ref at);
        var begin = at;
        var headerBytes = Varint(page, ref at);
        if (payload < 5 || headerBytes < 5 || begin + headerBytes > _usable)
            throw new InvalidDataException("Its list of tables is damaged.");
        var types = new long[4];
        for (var i = 0; i < types.Length; i++)
            types[i] = Varint(page, ref at);
        var data = begin + (int)headerBytes;
        var type = Text(page, ref data, types[0]);
        var name = Text(page, ref data, types[1]);
        _ = Text(page, ref data, types[2]);
        var length = types[3] switch { >= 1 and <= 4 => (int)types[3], 5 => 6, 6 => 8, _ => 0 };
        long root = types[3] == 9 ? 1 : 0;
        for (var i = 0; i < length && data < page.Length; i++)
            root = (root << 8) | page[data++];
        return type == "table" && root > 0 && !name.StartsWith("sqlite_", StringComparison.Ordinal) ? (name, root) : null;
    }

    private static string Text(byte[] page, ref int at, long type)
    {
        var length = type >= 13 && (type & 1) == 1 ? (type - 13) / 2 : type == 0 ? 0 : -1;
        if (length < 0 || at + length > page.Length)
            throw new InvalidDataException("Its list of tables is damaged.");
        var text = Encoding.UTF8.GetString(page, at, (int)length);
        at += (int)length;
        return text;
    }

    private static long Varint(byte[] page, ref int at)
    {
        long value = 0;
        for (var i = 0; i < 9; i++)
        {
            if (at >= page.Length)
                throw new InvalidDataException("One of its pages is damaged.");
            var b = page[at++];
            if (i == 8)
                return (value << 8) | b;
            value = (value << 7) | (long)(b & 0x7f);
            if (b < 0x80)
                break;
        }

        return value;
    }

    private byte[] Page(long number)
    {
        if (number < 1 || number > _pages)
            throw new InvalidDataException("It is shorter than it says: the backup was interrupted.");
        var page = new byte[_pageSize];
        _file.Position = (number - 1) * _pageSize;
        _file.ReadExactly(page);
        return page;
    }
}
