using System.Text;

namespace Cassiopea.Sites.Backups;

/// <summary>
/// The XML of SPIP 1.3 to 2.1: <c>&lt;SPIP …&gt;</c>, then one element a row, named for its table, with one element a column, text escaped.
/// The text is in the site's old encoding and holds control characters, so no XML reader takes it; the shape is what is read.
/// </summary>
internal static class SpipXmlDump
{
    private const int LongestName = 64;

    public static async Task<IReadOnlyList<DumpTable>> CountAsync(Stream xml, CancellationToken token)
    {
        Dictionary<string, long> rows = new(StringComparer.Ordinal);
        var state = new Reading(rows);
        var buffer = new byte[64 << 10];
        for (var read = await xml.ReadAsync(buffer, token); read > 0; read = await xml.ReadAsync(buffer, token))
            state.Take(buffer.AsSpan(0, read));
        if (!state.Began)
            throw new InvalidDataException("It does not begin as a backup of SPIP.");
        return state.Ended ? [.. rows.Select(static r => new DumpTable(r.Key, r.Value))] : throw new InvalidDataException("It ends before its end: the backup was interrupted.");
    }

    private sealed class Reading(Dictionary<string, long> rows)
    {
        private readonly StringBuilder _tag = new(LongestName);
        private readonly Stack<string> _open = new();
        private bool _inTag;

        public bool Began { get; private set; }

        public bool Ended { get; private set; }

        public void Take(ReadOnlySpan<byte> bytes)
        {
            foreach (var b in bytes)
            {
                if (b == '<')
                {
                    _inTag = true;
                    _tag.Clear();
                }
                else if (_inTag && b == '>')
                {
                    _inTag = false;
                    Tag(_tag.ToString());
                }
                else if (_inTag && _tag.Length < LongestName)
                    _tag.Append((char)b);
            }
        }

        private void Tag(string tag)
        {
            if (tag.Length == 0 || tag[0] is '?' or '!' || Ended)
                return;
            var name = tag.TrimStart('/').Split(' ', '\t', '\r', '\n', '/')[0];
            if (tag[0] == '/')
            {
                if (_open.TryPeek(out var last) && last == name)
                    _open.Pop();
                Ended = Began && _open.Count == 0;
            }
            else if (!Began)
            {
                if (!name.Equals("SPIP", StringComparison.OrdinalIgnoreCase))
                    throw new InvalidDataException("It does not begin as a backup of SPIP.");
                Began = true;
                _open.Push(name);
            }
            else if (_open.Count < 3 && !tag.EndsWith('/'))
            {
                if (_open.Count == 1)
                    rows[name] = rows.GetValueOrDefault(name) + 1;
                _open.Push(name);
            }
        }
    }
}
