namespace Cassiopea.Transfer;

/// <summary>How far a transfer is, at one instant.</summary>
/// <param name="Items">Items proven at the target.</param>
/// <param name="ItemsTotal">Items at the source, as known now.</param>
/// <param name="Bytes">Bytes proven at the target.</param>
/// <param name="BytesTotal">Bytes at the source, as known now; 0 when the server does not tell.</param>
/// <param name="BytesPerSecond">Rate over the last minute, bytes per second.</param>
/// <param name="ItemsPerSecond">Rate over the last minute, items per second.</param>
/// <param name="Remaining">Expected time left; null when not known.</param>
/// <param name="Now">Where the work is, for example a folder's name; empty when nothing to say.</param>
/// <param name="ItemsCopied">Of <paramref name="Items"/>, those that this run copied: the others were there before.</param>
/// <param name="BytesCopied">Their bytes.</param>
public sealed record ProgressSnapshot(
    long Items,
    long ItemsTotal,
    long Bytes,
    long BytesTotal,
    double BytesPerSecond,
    double ItemsPerSecond,
    TimeSpan? Remaining,
    string Now,
    long ItemsCopied = 0,
    long BytesCopied = 0);

/// <summary>Counts items and bytes, and tells the rate of the last minute and the time left. Safe for several threads.</summary>
/// <param name="time">The clock of the rate.</param>
public sealed class TransferProgress(TimeProvider time)
{
    private const int Slots = 61;
    private readonly Lock _lock = new();
    private readonly long _start = time.GetTimestamp();
    private readonly long[] _second = new long[Slots];
    private readonly long[] _items = new long[Slots];
    private readonly long[] _bytes = new long[Slots];
    private long _itemsDone, _bytesDone, _itemsTotal, _bytesTotal, _itemsCopied, _bytesCopied;
    private string _now = "";

    /// <summary>Adds to what the source is known to hold.</summary>
    /// <param name="items">Items.</param>
    /// <param name="bytes">Bytes; 0 when not known.</param>
    public void Expect(long items, long bytes)
    {
        lock (_lock)
        {
            _itemsTotal += items;
            _bytesTotal += bytes;
        }
    }

    /// <summary>Counts what was just proven at the target: it enters the rate.</summary>
    /// <param name="items">Items.</param>
    /// <param name="bytes">Bytes.</param>
    public void Advance(long items, long bytes)
    {
        lock (_lock)
        {
            var second = (long)time.GetElapsedTime(_start).TotalSeconds;
            var slot = (int)(second % Slots);
            if (_second[slot] != second) (_second[slot], _items[slot], _bytes[slot]) = (second, 0, 0);
            _items[slot] += items;
            _bytes[slot] += bytes;
            _itemsDone += items;
            _bytesDone += bytes;
            _itemsCopied += items;
            _bytesCopied += bytes;
        }
    }

    /// <summary>Counts what was there before: it does not enter the rate.</summary>
    /// <param name="items">Items.</param>
    /// <param name="bytes">Bytes.</param>
    public void AlreadyThere(long items, long bytes)
    {
        lock (_lock)
        {
            _itemsDone += items;
            _bytesDone += bytes;
        }
    }

    /// <summary>Says where the work is.</summary>
    /// <param name="now">For example a folder's name.</param>
    public void At(string now) => Volatile.Write(ref _now, now);

    /// <summary>How far it is now.</summary>
    public ProgressSnapshot Snapshot()
    {
        lock (_lock)
        {
            var elapsed = time.GetElapsedTime(_start).TotalSeconds;
            var second = (long)elapsed;
            long items = 0, bytes = 0;
            for (var i = 0; i < Slots; i++)
            {
                if (_second[i] <= second - 60 || _second[i] > second) continue;
                items += _items[i];
                bytes += _bytes[i];
            }

            var window = Math.Max(0.25, Math.Min(elapsed, 60));
            var (itemRate, byteRate) = (items / window, bytes / window);
            TimeSpan? left = null;
            if (_bytesTotal > 0 && byteRate > 0) left = Seconds(Math.Max(0, _bytesTotal - _bytesDone) / byteRate);
            else if (itemRate > 0) left = Seconds(Math.Max(0, _itemsTotal - _itemsDone) / itemRate);
            return new(_itemsDone, _itemsTotal, _bytesDone, _bytesTotal, byteRate, itemRate, left, Volatile.Read(ref _now), _itemsCopied, _bytesCopied);
        }
    }

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(Math.Min(seconds, 3e7));
}
