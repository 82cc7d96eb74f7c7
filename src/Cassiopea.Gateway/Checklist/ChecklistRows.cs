namespace Cassiopea.Gateway.Checklist;

/// <summary>One answer, as the saga took it.</summary>
internal sealed class AnswerRow
{
    public Guid MigrationId { get; init; }
    public int Number { get; init; }
    public int Rule { get; init; }
    public Guid? ItemId { get; init; }
    public string Choice { get; init; } = "";
    public string Actor { get; init; } = "";
    public Guid? NoteId { get; init; }
    public DateTimeOffset AsOf { get; init; }
}

/// <summary>A task for people.</summary>
internal sealed class TaskRow
{
    public Guid Id { get; init; }
    public Guid MigrationId { get; init; }
    public int Version { get; set; }
    public int Rule { get; init; }
    public Guid? ItemId { get; init; }
    public string Code { get; init; } = "";
    public string Gate { get; init; } = "";

    /// <summary>Open, Closed or Withdrawn.</summary>
    public string State { get; set; } = "";

    public string Assignee { get; set; } = "";
    public string Reason { get; set; } = "";
    public DateTimeOffset OpenedAt { get; set; }
    public DateTimeOffset DueAt { get; set; }
    public DateTimeOffset? ClosedAt { get; set; }
    public DateTimeOffset AsOf { get; set; }
}

/// <summary>What a person wrote with an answer or in the thread of a task; it leaves this database only to be shown.</summary>
internal sealed class NoteRow
{
    public Guid Id { get; init; }
    public Guid MigrationId { get; init; }
    public Guid? TaskId { get; init; }
    public int Rule { get; init; }
    public Guid? ItemId { get; init; }
    public string Author { get; init; } = "";
    public string Words { get; init; } = "";
    public DateTimeOffset At { get; init; }
}
