using System.ComponentModel.DataAnnotations;

namespace Cassiopea.ServiceDefaults;

/// <summary>Section <c>Bus</c>.</summary>
public sealed class BusOptions
{
    /// <summary>Messages of one queue handled at once.</summary>
    /// <value>8.</value>
    [Range(1, 128)]
    public int ConcurrentMessages { get; set; } = 8;

    /// <summary>Messages of one queue fetched ahead.</summary>
    /// <value>32.</value>
    [Range(1, 1024)]
    public int Prefetch { get; set; } = 32;

    /// <summary>How long after a passing failure (a network or another service is away) a message comes back, each time.</summary>
    /// <value>10 s, 1 min, 5 min, 15 min, 1 h. An empty list switches it off.</value>
    public IReadOnlyList<TimeSpan> Redelivery { get; set; } =
        [TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15), TimeSpan.FromHours(1)];

    /// <summary>How long a message waits for an absent database before it counts as failed.</summary>
    /// <value>10 min.</value>
    /// <remarks>Below the broker's acknowledgement limit of 30 minutes.</remarks>
    [Range(typeof(TimeSpan), "00:00:01", "00:25:00")]
    public TimeSpan DatabaseWait { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How long the bus may be unwell while its broker answers, before it is stopped and started.</summary>
    /// <value>90 s.</value>
    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00")]
    public TimeSpan StuckAfter { get; set; } = TimeSpan.FromSeconds(90);
}
