using Cassiopea.Contracts;

namespace Cassiopea.ServiceDefaults;

public enum JobState
{
    /// <summary>Waits for a slot, for <see cref="Job.NotBefore"/>, or for its migration to be resumed.</summary>
    Queued,

    /// <summary>A worker holds its lease.</summary>
    Running,

    /// <summary>Ended with its outcome.</summary>
    Done,

    /// <summary>Given up; its failure was told.</summary>
    Failed,

    /// <summary>Not wanted any more.</summary>
    Cancelled,
}

/// <summary>One piece of long work, unique by (item, kind, pass).</summary>
public sealed class Job
{
    public Guid Id { get; set; }

    public Guid MigrationId { get; set; }

    public Guid ItemId { get; set; }

    public string Kind { get; set; } = "";

    public int Pass { get; set; }

    public string Host { get; set; } = "";

    public string? SecondHost { get; set; }

    public Bucket Bucket { get; set; }

    public string Args { get; set; } = "{}";

    public JobState State { get; set; }

    public int Attempts { get; set; }

    public DateTimeOffset NotBefore { get; set; }

    public Guid? LeaseOwner { get; set; }

    public DateTimeOffset? LeaseUntil { get; set; }

    public long LeaseEpoch { get; set; }

    public string? Checkpoint { get; set; }

    public string? Progress { get; set; }

    public bool CancelRequested { get; set; }

    public string? LastError { get; set; }

    public string? Traceparent { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset? EndedAt { get; set; }
}

/// <summary>How many jobs may use one remote host at once; staff may change the rows.</summary>
public sealed class HostSlot
{
    public string Host { get; set; } = "";

    public Bucket Bucket { get; set; }

    public int Slots { get; set; }
}

public enum Held
{
    /// <summary>Jobs may run.</summary>
    None,

    /// <summary>Until resumed.</summary>
    Paused,

    /// <summary>For ever.</summary>
    Ended,
}

/// <summary>Whether a migration's jobs may run.</summary>
public sealed class JobHold
{
    public Guid MigrationId { get; set; }

    public Held Held { get; set; }

    public DateTimeOffset AsOf { get; set; }
}
