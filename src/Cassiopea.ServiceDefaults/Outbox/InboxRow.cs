namespace Cassiopea.ServiceDefaults;

/// <summary>One row per (message, consumer) that was processed.</summary>
public sealed class InboxRow
{
    public Guid MessageId { get; set; }

    public Guid ConsumerId { get; set; }

    public DateTime ReceivedAt { get; set; }
}
