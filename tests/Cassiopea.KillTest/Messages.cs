using Cassiopea.Contracts;
using MassTransit;

namespace Cassiopea.KillTest;

[Command("journey")]
public sealed record BeginJourney(Guid CorrelationId, TimeSpan Deadline) : CorrelatedBy<Guid>;

[Command("journey")]
public sealed record AbandonJourney(Guid CorrelationId) : CorrelatedBy<Guid>;

[Command]
public sealed record CarryMail(Guid CorrelationId) : CorrelatedBy<Guid>;

[Command]
public sealed record CarrySite(Guid CorrelationId) : CorrelatedBy<Guid>;

[Command]
public sealed record CarryDatabase(Guid CorrelationId) : CorrelatedBy<Guid>;

public sealed record MailCarried(Guid CorrelationId) : CorrelatedBy<Guid>;

public sealed record SiteCarried(Guid CorrelationId) : CorrelatedBy<Guid>;

public sealed record DatabaseCarried(Guid CorrelationId) : CorrelatedBy<Guid>;

public sealed record DeadlineReached(Guid CorrelationId) : CorrelatedBy<Guid>;
