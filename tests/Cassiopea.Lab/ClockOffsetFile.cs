using System.Globalization;

namespace Cassiopea.Lab;

/// <summary>The file that moves the clocks of all services of a lab: seconds, decimal text.</summary>
public sealed class ClockOffsetFile(string path)
{
    /// <summary>Where it is; services find it in <c>CASSIOPEA_CLOCK_FILE</c>.</summary>
    public string Path => path;

    /// <summary>How far the services' clocks are ahead.</summary>
    public TimeSpan Offset => File.Exists(path)
        ? TimeSpan.FromSeconds(double.Parse(File.ReadAllText(path), CultureInfo.InvariantCulture))
        : TimeSpan.Zero;

    /// <summary>What the services take for now.</summary>
    public DateTimeOffset Now => TimeProvider.System.GetUtcNow() + Offset;

    /// <summary>Sets how far ahead; a reader sees the old or the new number, never half of it.</summary>
    public void Set(TimeSpan offset)
    {
        var half = $"{path}.new";
        File.WriteAllText(half, offset.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture));
        File.Move(half, path, overwrite: true);
    }

    /// <summary>Moves the services' clocks forward to an instant; never back.</summary>
    public void AdvanceTo(DateTimeOffset instant)
    {
        var ahead = instant - TimeProvider.System.GetUtcNow();
        if (ahead > Offset)
            Set(ahead);
    }
}
