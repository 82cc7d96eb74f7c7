using System.Globalization;

namespace Cassiopea.ServiceDefaults;

/// <summary>
/// The lab's clock: real time plus the offset, in seconds, that a file holds. Timers and timestamps stay real; only the date moves.
/// Used when <c>CASSIOPEA_CLOCK_FILE</c> names a file, which only the lab sets.
/// </summary>
public sealed class LabClock(string file) : TimeProvider
{
    public const string Variable = "CASSIOPEA_CLOCK_FILE";
    private static readonly TimeSpan ReadEvery = TimeSpan.FromMilliseconds(100);

    private readonly Lock _reading = new();
    private TimeSpan _offset;
    private long _readAt;

    /// <summary>The clock that services use: <see cref="TimeProvider.System"/> unless the lab has set its file.</summary>
    public static TimeProvider FromEnvironment() =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } file ? new LabClock(file) : System;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Offset();

    private TimeSpan Offset()
    {
        lock (_reading)
        {
            if (_readAt != 0 && GetElapsedTime(_readAt) < ReadEvery) return _offset;
            if (File.Exists(file) && double.TryParse(File.ReadAllText(file), CultureInfo.InvariantCulture, out var seconds))
                _offset = TimeSpan.FromSeconds(seconds);
            _readAt = GetTimestamp();
            return _offset;
        }
    }
}
