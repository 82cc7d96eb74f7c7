using MassTransit;
using MassTransit.Configuration;
using MassTransit.Context;
using MassTransit.Middleware;
using MassTransit.Middleware.Outbox;
using MassTransit.Scheduling;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Cassiopea.ServiceDefaults;

/// <summary>
/// A schedule is an outbox row with a later due time, unscheduling deletes it: both in the consumer's transaction when there is one.
/// </summary>
internal sealed class OutboxSchedule(ISendEndpointProvider outbox, Func<Guid, CancellationToken, Task> cancel) : IScheduleMessageProvider
{
    // sets Delay and ScheduledMessageId, which OutboxRow.Capture reads
    private readonly DelayedScheduleMessageProvider _send = new(outbox);

    public Task<ScheduledMessage<T>> ScheduleSend<T>(
        Uri destinationAddress, DateTime scheduledTime, T message, IPipe<SendContext<T>> pipe, CancellationToken cancellationToken)
        where T : class =>
        _send.ScheduleSend(destinationAddress, scheduledTime, message, pipe, cancellationToken);

    public Task CancelScheduledSend(Guid tokenId, CancellationToken cancellationToken) => cancel(tokenId, cancellationToken);

    public Task CancelScheduledSend(Uri destinationAddress, Guid tokenId, CancellationToken cancellationToken) =>
        cancel(tokenId, cancellationToken);
}

/// <summary>For schedules made outside a consumer's transaction (delayed redelivery): a small transaction of their own.</summary>
internal sealed class StandaloneSchedule<TContext>(IServiceProvider root) : OutboxSendContext where TContext : ServiceContext
{
    public object? GetService(Type serviceType) => root.GetService(serviceType);

    public async Task AddSend<T>(SendContext<T> context) where T : class
    {
        await using var scope = root.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<TContext>();
        db.Add(OutboxRow.Capture(context, root.GetRequiredService<TimeProvider>().GetUtcNow()));
        await db.SaveChangesAsync(context.CancellationToken);
    }

    public async Task CancelAsync(Guid schedule, CancellationToken token)
    {
        await using var scope = root.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<TContext>().Database
            .ExecuteSqlAsync($"delete from outbox where token = {schedule}", token);
    }
}

/// <summary>Gives each consumed message a scheduler on the outbox.</summary>
internal sealed class OutboxScheduler<TContext>(IServiceProvider root) : IFilter<ConsumeContext> where TContext : ServiceContext
{
    public Task Send(ConsumeContext context, IPipe<ConsumeContext> next)
    {
        context.GetOrAddPayload<MessageSchedulerContext>(() => new ConsumeMessageSchedulerContext(context, SchedulerOf));
        return next.Send(context);
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("outboxScheduler");

    private MessageScheduler SchedulerOf(ConsumeContext context)
    {
        var topology = context.GetPayload<IBusTopology>();
        if (context.TryGetPayload<OutboxConsumeContext>(out var outbox))
        {
            var db = (TContext)outbox.GetService(typeof(TContext))!;
            return new MessageScheduler(new OutboxSchedule(outbox, DeleteAsync), topology);

            Task DeleteAsync(Guid schedule, CancellationToken token) =>
                db.Database.ExecuteSqlAsync($"delete from outbox where token = {schedule}", token);
        }

        var alone = new StandaloneSchedule<TContext>(root);
        return new MessageScheduler(new OutboxSchedule(new OutboxSendEndpointProvider(alone, context), alone.CancelAsync), topology);
    }
}

internal static class OutboxSchedulerSetup
{
    public static void UseOutboxScheduler<TContext>(this IBusFactoryConfigurator bus, IServiceProvider root) where TContext : ServiceContext =>
        bus.AddPrePipeSpecification(new FilterPipeSpecification<ConsumeContext>(new OutboxScheduler<TContext>(root)));
}
