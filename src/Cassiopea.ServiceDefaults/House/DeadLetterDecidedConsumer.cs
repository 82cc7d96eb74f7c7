using Cassiopea.Contracts;
using MassTransit;

namespace Cassiopea.ServiceDefaults.House;

/// <summary>Sends a dead letter of this service again, or discards it, as people decided; letters of others are theirs.</summary>
internal sealed class DeadLetterDecidedConsumer<TContext>(TContext db, ServiceName service, TimeProvider time) : IConsumer<DeadLetterDecided> where TContext : ServiceContext
{
    public async Task Consume(ConsumeContext<DeadLetterDecided> context)
    {
        var (decided, token) = (context.Message, context.CancellationToken);
        if (decided.Service != service.Name) return;
        var done = decided.Requeue
            ? await DeadLetters.RequeueAsync(db, decided.LetterId, decided.Actor, token)
            : await DeadLetters.MarkDiscardedAsync(db, decided.LetterId, decided.Actor, token);
        if (!done)
        {
            await context.Publish(new CommandRefused(decided.OperationId, "not-found", "This message waits no more, or could not be read and so cannot be sent again.", []), token);
            return;
        }

        db.Audit(decided.Actor, decided.Requeue ? "requeue-dead-letter" : "discard-dead-letter", $"dead-letter/{decided.LetterId}", decided.Reason);
        await context.Publish(new DeadLetterEnded(decided.LetterId, decided.Requeue, decided.Actor, time.GetUtcNow()), token);
        await context.Publish(new CommandAccepted(decided.OperationId, decided.Requeue ? "Sent to its queue again." : "Discarded."), token);
    }
}
