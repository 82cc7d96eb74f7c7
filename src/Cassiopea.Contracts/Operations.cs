namespace Cassiopea.Contracts;

/// <summary>A command from a person was carried out; ends its operation.</summary>
/// <param name="OperationId">The operation.</param>
/// <param name="Detail">What it did, in English; empty when the state tells.</param>
public sealed record CommandAccepted(Guid OperationId, string Detail = "");

/// <summary>A command from a person was refused; nothing changed; ends its operation.</summary>
/// <param name="OperationId">The operation.</param>
/// <param name="Code">Stable, kebab-case: <c>transition-not-allowed</c>, <c>four-eyes</c>, <c>not-found</c>, <c>invalid</c> …</param>
/// <param name="Detail">Why and what to do, in English.</param>
/// <param name="Allowed">Verbs that are allowed now.</param>
public sealed record CommandRefused(Guid OperationId, string Code, string Detail, IReadOnlyList<string> Allowed);
