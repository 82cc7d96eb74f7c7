namespace Cassiopea.ServiceDefaults;

public enum DeadLetterState
{
    /// <summary>A person must decide.</summary>
    Waiting,

    /// <summary>Sent again to its queue.</summary>
    Requeued,

    /// <summary>Given up by a person.</summary>
    Discarded,
}

/// <summary>A message that failed for good, or that no consumer here understands.</summary>
public sealed class DeadLetter
{
    public Guid Id { get; set; }

    public DateTimeOffset At { get; set; }

    public string Queue { get; set; } = "";

    public string Address { get; set; } = "";

    public Guid? MessageId { get; set; }

    /// <summary>Names of its types, separated by <c>;</c>; empty when it could not be read: then it cannot be sent again.</summary>
    public string MessageType { get; set; } = "";

    public string ContentType { get; set; } = "";

    public string Body { get; set; } = "";

    /// <summary>Type of the exception; empty when there was no consumer for it.</summary>
    public string ErrorType { get; set; } = "";

    /// <summary>Message of the exception, without secrets and addresses.</summary>
    public string Error { get; set; } = "";

    public DeadLetterState State { get; set; }

    public string? ActedBy { get; set; }

    public DateTimeOffset? ActedAt { get; set; }
}
