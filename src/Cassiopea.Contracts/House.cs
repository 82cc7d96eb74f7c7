namespace Cassiopea.Contracts;

/// <summary>A message failed for good and waits for a person.</summary>
/// <param name="LetterId">The dead letter.</param>
/// <param name="Service">Which service keeps it.</param>
/// <param name="Queue">Where it was to be taken.</param>
/// <param name="MessageType">Names of its types; empty when it could not be read.</param>
/// <param name="ErrorType">Type of the exception; empty when nobody takes this message there.</param>
/// <param name="Error">What went wrong, without secrets and addresses.</param>
/// <param name="CanBeRequeued">False when it could not be read.</param>
/// <param name="AsOf">When.</param>
public sealed record DeadLetterParked(Guid LetterId, string Service, string Queue, string MessageType, string ErrorType, string Error, bool CanBeRequeued, DateTimeOffset AsOf);

/// <summary>People decided about a dead letter: the service that keeps it acts.</summary>
/// <param name="OperationId">The operation to end.</param>
/// <param name="Actor">Who decided.</param>
/// <param name="LetterId">The dead letter.</param>
/// <param name="Service">Which service keeps it.</param>
/// <param name="Requeue">True: send it to its queue again; false: discard it.</param>
/// <param name="Reason">Why.</param>
public sealed record DeadLetterDecided(Guid OperationId, string Actor, Guid LetterId, string Service, bool Requeue, string Reason);

/// <summary>A dead letter waits no more.</summary>
/// <param name="LetterId">The dead letter.</param>
/// <param name="Requeued">True: it was sent again; false: it was discarded.</param>
/// <param name="Actor">Who decided.</param>
/// <param name="AsOf">When.</param>
public sealed record DeadLetterEnded(Guid LetterId, bool Requeued, string Actor, DateTimeOffset AsOf);

/// <summary>The head of a service's audit chain as it was seen last.</summary>
/// <param name="Service">The service.</param>
/// <param name="Head">Hash of the last entry then.</param>
public sealed record AuditHead(string Service, string Head);

/// <summary>Every service shall compute its audit chain again. Answer: <see cref="AuditVerified"/>.</summary>
/// <param name="OperationId">The operation that asks.</param>
/// <param name="Heads">Heads seen earlier: they must still be in the chains.</param>
public sealed record AuditVerificationAsked(Guid OperationId, IReadOnlyList<AuditHead> Heads);

/// <summary>A service computed its audit chain again.</summary>
/// <param name="OperationId">The operation that asked.</param>
/// <param name="Service">The service.</param>
/// <param name="Intact">True when every entry is as it was written, and the known head is still there.</param>
/// <param name="Entries">Entries that were read.</param>
/// <param name="Head">Hash of the last one.</param>
/// <param name="Problem">Where the chain breaks; empty when intact.</param>
/// <param name="AsOf">When.</param>
public sealed record AuditVerified(Guid OperationId, string Service, bool Intact, long Entries, string Head, string Problem, DateTimeOffset AsOf);

/// <summary>People held items, or let them go on: passes of held items stop within 10 s and keep their checkpoint; every service hears it.</summary>
/// <param name="OperationId">Of the people's act.</param>
/// <param name="Items">Which.</param>
/// <param name="Held">True: no pass of theirs may run.</param>
/// <param name="AsOf">When; the later of two acts wins.</param>
public sealed record ItemsHeld(Guid OperationId, IReadOnlyList<Guid> Items, bool Held, DateTimeOffset AsOf);
