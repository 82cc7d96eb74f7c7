using System.Text.Json;

namespace Cassiopea.Gateway.Operations;

/// <summary>An operation as the API shows it.</summary>
/// <param name="Id">The operation.</param>
/// <param name="Verb">What was asked.</param>
/// <param name="State">Running, Succeeded or Refused.</param>
/// <param name="Actor">Who asked.</param>
/// <param name="Code">Why it was refused: a stable code; empty otherwise.</param>
/// <param name="Detail">What it did, or why it was refused and what to do.</param>
/// <param name="AllowedTransitions">What is allowed instead.</param>
/// <param name="MemberId">About which member.</param>
/// <param name="MigrationId">About which migration.</param>
/// <param name="ItemId">About which item.</param>
/// <param name="Result">What came of it, where there is more to say.</param>
/// <param name="Children">How many operations it was split into.</param>
/// <param name="CreatedAt">When it was asked.</param>
/// <param name="EndedAt">When it ended; null while it runs.</param>
internal sealed record OperationView(
    Guid Id,
    string Verb,
    OperationState State,
    string Actor,
    string Code,
    string Detail,
    IReadOnlyList<string> AllowedTransitions,
    Guid? MemberId,
    Guid? MigrationId,
    Guid? ItemId,
    JsonElement? Result,
    ChildCounts? Children,
    DateTimeOffset CreatedAt,
    DateTimeOffset? EndedAt)
{
    /// <summary>An operation that was split ends when its last part does: computed when read, so that parts never wait for each other.</summary>
    public static OperationView Of(Operation operation, IReadOnlyList<Operation> children)
    {
        var view = new OperationView(
            operation.Id, operation.Verb, operation.State, operation.Actor, operation.Code, operation.Detail, operation.Allowed,
            operation.MemberId, operation.MigrationId, operation.ItemId,
            operation.Result is { } json ? JsonSerializer.Deserialize<JsonElement>(json) : null,
            null, operation.CreatedAt, operation.EndedAt);
        if (children.Count == 0)
            return view;

        var counts = new ChildCounts(
            children.Count,
            children.Count(c => c.State == OperationState.Running),
            children.Count(c => c.State == OperationState.Succeeded),
            children.Count(c => c.State == OperationState.Refused));
        var refused = children.FirstOrDefault(c => c.State == OperationState.Refused);
        return view with
        {
            Children = counts,
            State = counts.Running > 0 ? OperationState.Running : refused is null ? OperationState.Succeeded : OperationState.Refused,
            Code = refused?.Code ?? "",
            Detail = refused?.Detail ?? "",
            EndedAt = counts.Running > 0 ? null : children.Max(c => c.EndedAt),
        };
    }
}

/// <summary>Parts of an operation.</summary>
internal sealed record ChildCounts(int All, int Running, int Succeeded, int Refused);
