namespace Cassiopea.Gateway.Board;

/// <summary>What a member and the house write to each other; stays in the gateway's database.</summary>
internal sealed class MessageRow
{
    public Guid Id { get; init; }
    public Guid MemberId { get; init; }
    public Guid? ItemId { get; init; }

    /// <summary>invoice, access, special, date, other.</summary>
    public required string About { get; init; }
    public required string Text { get; init; }

    /// <summary>Notes of the house: the member does not see them.</summary>
    public bool Internal { get; init; }
    public required string Author { get; init; }
    public bool FromMember { get; init; }
    public DateTimeOffset At { get; init; }
    public DateTimeOffset? ClosedAt { get; set; }
}

/// <summary>When the member would like the change; the house approves the window.</summary>
internal sealed class DateWishRow
{
    public Guid MigrationId { get; init; }
    public DateTimeOffset OpensAt { get; set; }
    public required string Author { get; set; }
    public DateTimeOffset At { get; set; }
}
