using Cassiopea.Gateway.Events;

namespace Cassiopea.Gateway.Operations;

/// <summary>Ends an operation once; an answer to something that was not asked here, or is ended, changes nothing.</summary>
internal sealed class OperationEnd(GatewayContext db, EventLog events, TimeProvider time)
{
    public Task SucceedAsync(Guid id, string detail, string? result, CancellationToken token) =>
        EndAsync(id, (operation, now) => operation.Succeed(detail, now, result), token);

    public Task RefuseAsync(Guid id, string code, string detail, IReadOnlyList<string> allowed, string? result, CancellationToken token) =>
        EndAsync(id, (operation, now) => operation.Refuse(code, detail, allowed, now, result), token);

    async Task EndAsync(Guid id, Action<Operation, DateTimeOffset> end, CancellationToken token)
    {
        var operation = await db.Operations.FindAsync([id], token);
        if (operation is null || operation.State != OperationState.Running)
            return;
        var now = time.GetUtcNow();
        end(operation, now);
        await events.AddAsync(
            EventType.Operation, operation.MigrationId, operation.ItemId, OperationView.Of(operation, []), now, token, operation.MemberId);
    }
}
