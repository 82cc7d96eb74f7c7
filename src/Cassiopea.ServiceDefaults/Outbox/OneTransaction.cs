using System.Data;
using MassTransit;
using MassTransit.Middleware;
using MassTransit.Middleware.Outbox;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.ServiceDefaults;

/// <summary>Opens the one transaction of a consumed message: inbox row, the consumer's or saga's own changes, outbox rows.</summary>
internal sealed class OneTransaction<TContext>(
    TContext db, IServiceProvider provider, OutboxSignal signal, JobSignal jobs, TimeProvider time)
    : IOutboxContextFactory<TContext> where TContext : ServiceContext
{
    public async Task Send<T>(ConsumeContext<T> context, OutboxConsumeOptions options, IPipe<OutboxConsumeContext<T>> next) where T : class
    {
        var message = context.GetOriginalMessageId() ?? throw new MessageException(typeof(T), "A message without MessageId.");
        var token = context.CancellationToken;
        db.HasNewJobs = false; // contexts are pooled
        db.Database.AutoSavepointsEnabled = false; // two round trips fewer: a failed message is rolled back whole
        await using var transaction = await db.Database.BeginTransactionAsync(IsolationLevel.ReadCommitted, token);

        // a concurrent duplicate waits here for the first one's commit or rollback
        var isNew = await db.Database.ExecuteSqlAsync(
            $"insert into inbox(message_id, consumer_id) values ({message}, {options.ConsumerId}) on conflict do nothing", token) == 1;
        var outbox = new OutboxedConsumeContext<T>(context, options, provider, db, message, isNew, time);
        await next.Send(outbox); // a duplicate: the consumer is skipped and the message acknowledged
        if (!isNew)
        {
            ServiceMeters.Duplicates.Add(1);
            return;
        }

        await db.SaveChangesAsync(token);
        await transaction.CommitAsync(token);
        if (outbox.HasRows) signal.Set();
        if (db.HasNewJobs) jobs.Set();
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("oneTransaction");
}

/// <summary>What a consumer publishes and sends becomes rows of its transaction.</summary>
internal sealed class OutboxedConsumeContext<T>(
    ConsumeContext<T> context,
    OutboxConsumeOptions options,
    IServiceProvider provider,
    ServiceContext db,
    Guid message,
    bool isNew,
    TimeProvider time)
    : OutboxConsumeContextProxy<T>(context, options, provider) where T : class
{
    private readonly Lock _rows = new();

    public bool HasRows { get; private set; }

    public override Guid? MessageId => message;

    public override bool ContinueProcessing { get; set; }

    public override bool IsMessageConsumed => !isNew;

    public override bool IsOutboxDelivered => !isNew; // the dispatcher delivers, never the consumer

    public override int ReceiveCount => 1;

    public override long? LastSequenceNumber => null;

    public override Task SetConsumed() => Task.CompletedTask;

    public override Task SetDelivered() => Task.CompletedTask;

    public override Task<List<OutboxMessageContext>> LoadOutboxMessages() => Task.FromResult(new List<OutboxMessageContext>());

    public override Task NotifyOutboxMessageDelivered(OutboxMessageContext message) => Task.CompletedTask;

    public override Task RemoveOutboxMessages() => Task.CompletedTask;

    public override Task AddSend<TMessage>(SendContext<TMessage> context)
    {
        lock (_rows)
        {
            db.Add(OutboxRow.Capture(context, time.GetUtcNow()));
            HasRows = true;
        }

        return Task.CompletedTask;
    }
}
