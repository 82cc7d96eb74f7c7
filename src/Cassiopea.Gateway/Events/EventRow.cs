namespace Cassiopea.Gateway.Events;

/// <summary>Types of the live stream.</summary>
internal static class EventType
{
    public const string Progress = "progress";
    public const string State = "state";
    public const string Operation = "operation";
    public const string Message = "message";
}

/// <summary>Something that happened. Numbers follow the order of commits (trigger <c>event_number</c>): a reader that has seen n has seen all before it.</summary>
internal sealed class EventRow
{
    public long Id { get; init; }
    public required string Type { get; init; }
    public Guid? MemberId { get; init; }
    public Guid? MigrationId { get; init; }
    public Guid? ItemId { get; init; }
    public required string Data { get; init; }
    public DateTimeOffset At { get; init; }
}
