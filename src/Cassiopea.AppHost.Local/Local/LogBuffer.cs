using System.Globalization;

namespace Aspire.Hosting.Local;

/// <summary>A line of a process; <paramref name="Number"/> rises from 1.</summary>
internal sealed record LogLine(int Number, DateTimeOffset At, string Text, bool IsError)
{
    /// <summary>The form in which the dashboard shows the time by itself.</summary>
    public string Stamped => $"{At.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffffffZ", CultureInfo.InvariantCulture)} {Text}";
}

/// <summary>The last lines of a process. Readers keep the number they have read up to; a slow reader misses lines and holds none.</summary>
internal sealed class LogBuffer(TimeProvider time, LogFile? file = null)
{
    private const int Kept = 10_000;

    private readonly Lock _lock = new();
    private readonly Queue<LogLine> _lines = new();
    private int _last;

    public Pulse Changed { get; } = new();

    public void Add(string text, bool isError = false)
    {
        lock (_lock)
        {
            var line = new LogLine(++_last, time.GetUtcNow(), text, isError);
            file?.Write(line);
            _lines.Enqueue(line);
            if (_lines.Count > Kept)
                _lines.Dequeue();
        }

        Changed.Beat();
    }

    /// <summary>At most <paramref name="count"/> lines that come after number <paramref name="after"/>.</summary>
    public IReadOnlyList<LogLine> ReadAfter(int after, int count)
    {
        lock (_lock)
            return _lines.Count == 0 || after >= _last ? [] : [.. _lines.Skip(Math.Max(0, after - _lines.Peek().Number + 1)).Take(count)];
    }

    public IReadOnlyList<LogLine> Tail(int count)
    {
        lock (_lock)
            return [.. _lines.Skip(Math.Max(0, _lines.Count - count))];
    }
}
