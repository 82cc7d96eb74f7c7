namespace Cassiopea.Ftp.Listing;

/// <summary>Reads a listing as octets: names are what stands on the wire.</summary>
/// <param name="directory">Whose listing it is.</param>
/// <param name="machine">True for MLSD, false for LIST.</param>
/// <param name="now">For dates without a year.</param>
internal sealed class ListingReader(SitePath directory, bool machine, DateTimeOffset now)
{
    private const int LongestLine = 64 << 10;
    private readonly List<SiteEntry> _entries = [];

    public IReadOnlyList<SiteEntry> Entries => _entries;

    public async Task ReadAsync(Stream data, CancellationToken token)
    {
        var buffer = new byte[32 << 10];
        var filled = 0;
        while (true)
        {
            if (filled == buffer.Length) Array.Resize(ref buffer, buffer.Length * 2);
            if (filled > LongestLine) throw new Wire.FtpSyntaxException("A listing line without end.");
            var read = await data.ReadAsync(buffer.AsMemory(filled), token);
            if (read == 0) break;
            filled += read;
            filled = Lines(buffer, filled);
        }

        Line(buffer.AsSpan(0, filled));
    }

    /// <summary>Takes one line.</summary>
    public void Line(ReadOnlySpan<byte> line)
    {
        if (line.EndsWith("\r"u8)) line = line[..^1];
        if (line.IsEmpty) return;
        var parsed = machine ? MlsdLine.Parse(line) : ListLine.Parse(line, now);
        switch (parsed)
        {
            case { Skip: true }:
                return;
            case { Understood: false }:
                _entries.Add(new(SitePath.Of(line), SiteEntryKind.Unknown, -1, 0, TimePrecision.None, null));
                return;
            default:
                _entries.Add(new(directory.Child(parsed.Name), parsed.Kind, parsed.Size, parsed.Modified, parsed.Precision, parsed.Mode, parsed.Target.IsEmpty ? default : SitePath.Of(parsed.Target)));
                return;
        }
    }

    private int Lines(byte[] buffer, int filled)
    {
        var start = 0;
        int at;
        while ((at = buffer.AsSpan(start, filled - start).IndexOf((byte)'\n')) >= 0)
        {
            Line(buffer.AsSpan(start, at));
            start += at + 1;
        }

        Buffer.BlockCopy(buffer, start, buffer, 0, filled - start);
        return filled - start;
    }
}

/// <summary>What a line said.</summary>
internal ref struct ParsedLine
{
    /// <summary>False when the line is not understood: it is reported as it stands.</summary>
    public bool Understood { get; set; }

    /// <summary>True for what is no entry: <c>.</c>, <c>..</c>, a total.</summary>
    public bool Skip { get; set; }

    public ReadOnlySpan<byte> Name { get; set; }

    public ReadOnlySpan<byte> Target { get; set; }

    public SiteEntryKind Kind { get; set; }

    public long Size { get; set; }

    public long Modified { get; set; }

    public TimePrecision Precision { get; set; }

    public int? Mode { get; set; }
}
