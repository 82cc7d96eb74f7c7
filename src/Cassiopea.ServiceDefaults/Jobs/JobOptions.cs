using System.ComponentModel.DataAnnotations;

namespace Cassiopea.ServiceDefaults;

/// <summary>Section <c>Jobs</c>.</summary>
public sealed class JobOptions
{
    /// <summary>How long a silent worker keeps its job.</summary>
    /// <value>20 s.</value>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>How often a worker renews its lease and looks whether it must stop.</summary>
    /// <value>5 s. Pause and cancel take effect within this.</value>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")]
    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How often an idle worker looks for work that nobody told it of.</summary>
    /// <value>1 s.</value>
    [Range(typeof(TimeSpan), "00:00:00.05", "00:01:00")]
    public TimeSpan Poll { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Least time between two progress events of one job.</summary>
    /// <value>5 s.</value>
    [Range(typeof(TimeSpan), "00:00:00", "00:05:00")]
    public TimeSpan ReportEvery { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Jobs of the bulk bucket on one remote host, where host_slot says nothing.</summary>
    /// <value>4.</value>
    [Range(1, 100)]
    public int BulkSlots { get; set; } = 4;

    /// <summary>Jobs of the cut-over bucket on one remote host, where host_slot says nothing.</summary>
    /// <value>2.</value>
    [Range(1, 100)]
    public int CutOverSlots { get; set; } = 2;

    /// <summary>Tries without any progress before a passing failure is told to staff.</summary>
    /// <value>15: about 45 minutes with the waits between.</value>
    [Range(1, 1000)]
    public int PassingAttempts { get; set; } = 15;

    /// <summary>Tries without any progress before a defect of ours is told to staff.</summary>
    /// <value>3.</value>
    [Range(1, 100)]
    public int DefectAttempts { get; set; } = 3;

    /// <summary>Wait after the first passing failure; doubles with each, up to <see cref="LongestWait"/>.</summary>
    /// <value>5 s.</value>
    [Range(typeof(TimeSpan), "00:00:00.01", "01:00:00")]
    public TimeSpan FirstWait { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Longest wait between two tries.</summary>
    /// <value>5 min.</value>
    [Range(typeof(TimeSpan), "00:00:00.01", "1.00:00:00")]
    public TimeSpan LongestWait { get; set; } = TimeSpan.FromMinutes(5);
}
