using Cassiopea.Checklist;

namespace Cassiopea.Migrations.Checklist;

internal enum StaffTaskState
{
    Open,

    /// <summary>A person did it, or decided it.</summary>
    Closed,

    /// <summary>The answer that asked for it was changed.</summary>
    Withdrawn,
}

/// <summary>Something that a person of the association must do before a gate opens.</summary>
internal sealed class StaffTask
{
    public Guid Id { get; set; }
    public Guid MigrationId { get; set; }
    public int Rule { get; set; }
    public Guid? ItemId { get; set; }
    public string Code { get; set; } = "";
    public Gate Gate { get; set; }
    public StaffTaskState State { get; set; }
    public string Assignee { get; set; } = "";
    public string Reason { get; set; } = "";
    public DateTimeOffset OpenedAt { get; set; }
    public DateTimeOffset DueAt { get; set; }
    public string ClosedBy { get; set; } = "";
    public DateTimeOffset? ClosedAt { get; set; }
    public int ToldVersion { get; set; }
    public string ToldSha256 { get; set; } = "";
}
