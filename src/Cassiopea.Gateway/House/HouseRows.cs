namespace Cassiopea.Gateway.House;

/// <summary>A message that failed for good, as its service told; its body stays there.</summary>
internal sealed class DeadLetterRow
{
    public Guid Id { get; init; }
    public required string Service { get; init; }
    public string Queue { get; init; } = "";
    public string MessageType { get; init; } = "";
    public string ErrorType { get; init; } = "";
    public string Error { get; init; } = "";
    public bool CanBeRequeued { get; init; }
    public DateTimeOffset At { get; init; }

    /// <summary>False once it was sent again or discarded.</summary>
    public bool Waiting { get; set; } = true;

    public bool Requeued { get; set; }
    public string DecidedBy { get; set; } = "";

    /// <summary>Who proposed to discard it; somebody else must decide. Empty while nobody did.</summary>
    public string DiscardProposedBy { get; set; } = "";

    public string DiscardReason { get; set; } = "";
}

/// <summary>What the last verification of a service's audit chain found.</summary>
internal sealed class AuditVerdictRow
{
    public required string Service { get; init; }
    public Guid OperationId { get; set; }
    public bool Intact { get; set; }
    public long Entries { get; set; }

    /// <summary>The head of the last chain that was intact: it must be in every later one.</summary>
    public string Head { get; set; } = "";

    public string Problem { get; set; } = "";
    public DateTimeOffset AsOf { get; set; }
}
