namespace Cassiopea.Gateway.Operations;

internal enum OperationState
{
    Running,
    Succeeded,
    Refused,
}

/// <summary>What a person asked for. Ended by <c>CommandAccepted</c>, <c>CommandRefused</c> or a message of its own.</summary>
internal sealed class Operation
{
    public Guid Id { get; init; }
    public Guid? ParentId { get; init; }
    public required string Verb { get; init; }
    public required string Actor { get; init; }

    /// <summary>The key that it was asked with.</summary>
    public Guid KeyId { get; init; }
    public Guid? MemberId { get; init; }
    public Guid? MigrationId { get; init; }
    public Guid? ItemId { get; init; }
    public OperationState State { get; private set; }
    public string Code { get; private set; } = "";
    public string Detail { get; private set; } = "";
    public string[] Allowed { get; private set; } = [];
    public string? Result { get; private set; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? EndedAt { get; private set; }

    public void Succeed(string detail, DateTimeOffset at, string? result = null) =>
        (State, Detail, Result, EndedAt) = (OperationState.Succeeded, detail, result, at);

    public void Refuse(string code, string detail, IEnumerable<string> allowed, DateTimeOffset at, string? result = null) =>
        (State, Code, Detail, Allowed, Result, EndedAt) = (OperationState.Refused, code, detail, [.. allowed], result, at);
}
