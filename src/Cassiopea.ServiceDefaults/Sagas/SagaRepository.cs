using System.Data;
using MassTransit;
using MassTransit.Context;
using MassTransit.Middleware;
using MassTransit.Saga;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Cassiopea.ServiceDefaults;

/// <summary>Keeps sagas in the service's context; one advisory lock per instance also serialises the events that create it.</summary>
internal sealed class SagaRepository<TSaga, TContext>(TContext db)
    : ISagaRepositoryContextFactory<TSaga>, ILoadSagaRepositoryContextFactory<TSaga>, IQuerySagaRepositoryContextFactory<TSaga>
    where TSaga : class, ISaga where TContext : ServiceContext
{
    public Task Send<T>(ConsumeContext<T> context, IPipe<SagaRepositoryContext<TSaga, T>> next) where T : class =>
        InTransactionAsync(() => next.Send(new SagaContext<TSaga, T>(db, context)), context.CancellationToken);

    public Task SendQuery<T>(ConsumeContext<T> context, ISagaQuery<TSaga> query, IPipe<SagaRepositoryQueryContext<TSaga, T>> next)
        where T : class => InTransactionAsync(
        async () =>
        {
            var ids = await MatchesAsync(db, query, context.CancellationToken);
            await next.Send(new DefaultSagaRepositoryQueryContext<TSaga, T>(new SagaContext<TSaga, T>(db, context), ids));
        },
        context.CancellationToken);

    public Task<T> Execute<T>(Func<LoadSagaRepositoryContext<TSaga>, Task<T>> asyncMethod, CancellationToken cancellationToken = default)
        where T : class =>
        asyncMethod(new SagaReader<TSaga>(db, cancellationToken));

    public Task<T> Execute<T>(Func<QuerySagaRepositoryContext<TSaga>, Task<T>> asyncMethod, CancellationToken cancellationToken = default)
        where T : class =>
        asyncMethod(new SagaReader<TSaga>(db, cancellationToken));

    public void Probe(ProbeContext context) => context.Add("persistence", "postgres");

    internal static async Task<IList<Guid>> MatchesAsync(DbContext db, ISagaQuery<TSaga> query, CancellationToken token) =>
        await db.Set<TSaga>().Where(query.FilterExpression).Select(saga => saga.CorrelationId).ToListAsync(token);

    // on our endpoints the transaction is the message's (OneTransaction); without one the saga has its own
    private async Task InTransactionAsync(Func<Task> body, CancellationToken token)
    {
        if (db.Database.CurrentTransaction is not null)
        {
            await body();
            return;
        }

        await using var transaction = await db.Database.BeginTransactionAsync(IsolationLevel.ReadCommitted, token);
        await body();
        await db.SaveChangesAsync(token);
        await transaction.CommitAsync(token);
    }
}

internal sealed class SagaReader<TSaga>(ServiceContext db, CancellationToken token)
    : BasePipeContext(token), LoadSagaRepositoryContext<TSaga>, QuerySagaRepositoryContext<TSaga> where TSaga : class, ISaga
{
    public Task<TSaga> Load(Guid correlationId) =>
        db.Set<TSaga>().AsNoTracking().SingleOrDefaultAsync(saga => saga.CorrelationId == correlationId, CancellationToken)!;

    public async Task<SagaRepositoryQueryContext<TSaga>> Query(ISagaQuery<TSaga> query, CancellationToken cancellationToken = default) =>
        new DefaultSagaRepositoryQueryContext<TSaga>(
            this,
            await db.Set<TSaga>().Where(query.FilterExpression).Select(saga => saga.CorrelationId).ToListAsync(cancellationToken));
}

/// <summary>Passes itself on as the consume context, so that the service's context is a payload in the state machine's steps.</summary>
internal sealed class SagaContext<TSaga, T>(ServiceContext db, ConsumeContext<T> context)
    : ConsumeContextScope<T>(context, db), SagaRepositoryContext<TSaga, T> where TSaga : class, ISaga where T : class
{
    public Task<SagaConsumeContext<TSaga, TMessage>> CreateSagaConsumeContext<TMessage>(
        ConsumeContext<TMessage> consumeContext, TSaga instance, SagaConsumeContextMode mode) where TMessage : class =>
        Task.FromResult<SagaConsumeContext<TSaga, TMessage>>(new DefaultSagaConsumeContext<TSaga, TMessage>(consumeContext, instance));

    public async Task<SagaConsumeContext<TSaga, T>> Load(Guid correlationId)
    {
        var key = $"{typeof(TSaga).Name}:{correlationId}";
        await db.Database.ExecuteSqlAsync($"select pg_advisory_xact_lock(hashtextextended({key}, 0))", CancellationToken);
        var found = await db.Set<TSaga>().SingleOrDefaultAsync(saga => saga.CorrelationId == correlationId, CancellationToken);
        return found is null ? null! : await WrapAsync(found, SagaConsumeContextMode.Load);
    }

    public async Task<SagaConsumeContext<TSaga, T>> Insert(TSaga instance)
    {
        db.Add(instance);
        db.Database.AutoSavepointsEnabled = true; // a collision must not end the transaction
        try
        {
            await db.SaveChangesAsync(CancellationToken);
            return await WrapAsync(instance, SagaConsumeContextMode.Insert);
        }
        catch (DbUpdateException e) when (e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            db.Entry(instance).State = EntityState.Detached;
            return null!;
        }
        finally
        {
            db.Database.AutoSavepointsEnabled = false;
        }
    }

    public Task<SagaConsumeContext<TSaga, T>> Add(TSaga instance) => WrapAsync(instance, SagaConsumeContextMode.Add);

    // no SaveChanges here: the owner of the transaction does one for saga, own data and outbox rows together
    public Task Save(SagaConsumeContext<TSaga> context)
    {
        db.Add(context.Saga);
        return Task.CompletedTask;
    }

    public Task Update(SagaConsumeContext<TSaga> context) => Task.CompletedTask;

    public Task Delete(SagaConsumeContext<TSaga> context)
    {
        db.Remove(context.Saga);
        return Task.CompletedTask;
    }

    public Task Discard(SagaConsumeContext<TSaga> context) => Task.CompletedTask;

    public Task Undo(SagaConsumeContext<TSaga> context)
    {
        db.Entry(context.Saga).State = EntityState.Detached;
        return Task.CompletedTask;
    }

    private Task<SagaConsumeContext<TSaga, T>> WrapAsync(TSaga saga, SagaConsumeContextMode mode) =>
        CreateSagaConsumeContext<T>(this, saga, mode);
}
