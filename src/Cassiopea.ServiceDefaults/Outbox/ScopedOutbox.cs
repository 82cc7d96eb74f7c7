using MassTransit;
using MassTransit.Clients;
using MassTransit.DependencyInjection;
using MassTransit.Middleware;
using MassTransit.Middleware.Outbox;
using MassTransit.Transports;
using Microsoft.Extensions.DependencyInjection;

namespace Cassiopea.ServiceDefaults;

/// <summary>
/// What <see cref="IPublishEndpoint"/> and <see cref="ISendEndpointProvider"/> of a scope are: the consumer's own in a consumer,
/// else (HTTP request, job) rows of the scope's context that leave with its SaveChanges.
/// </summary>
internal sealed class ScopedOutboxProvider<TContext>(
    IBus bus,
    Bind<IBus, IClientFactory> clients,
    Bind<IBus, IScopedConsumeContextProvider> own,
    IScopedConsumeContextProvider any,
    IServiceProvider provider) : IScopedBusContextProvider<IBus>, IDisposable where TContext : ServiceContext
{
    private ScopedBusContext? _context;

    public ScopedBusContext Context => _context ??=
        own.Value.HasContext ? new ConsumeContextScopedBusContext(own.Value.GetContext(), clients.Value)
        : any.HasContext ? new ConsumeContextScopedBusContext<IBus>(bus, any.GetContext(), clients.Value, provider)
        : new ScopedOutbox<TContext>(bus, clients.Value, provider);

    public void Dispose() => (_context as IDisposable)?.Dispose();
}

internal sealed class ScopedOutbox<TContext>(IBus bus, IClientFactory clients, IServiceProvider provider)
    : ScopedBusContext, OutboxSendContext, IDisposable where TContext : ServiceContext
{
    private readonly TContext _db = provider.GetRequiredService<TContext>();
    private readonly TimeProvider _time = provider.GetRequiredService<TimeProvider>();
    private readonly OutboxSignal _signal = provider.GetRequiredService<OutboxSignal>();
    private readonly Lock _rows = new();
    private bool _hasRows;

    public ISendEndpointProvider SendEndpointProvider => field ??= new OutboxSendEndpointProvider(this, bus);

    public IPublishEndpoint PublishEndpoint => field ??= new PublishEndpoint(new OutboxPublishEndpointProvider(this, bus));

    public IScopedClientFactory ClientFactory =>
        field ??= new ScopedClientFactory(new ClientFactory(new ScopedClientFactoryContext(clients, provider)), null);

    public object? GetService(Type serviceType) => provider.GetService(serviceType);

    public Task AddSend<T>(SendContext<T> context) where T : class
    {
        lock (_rows)
        {
            _db.Add(OutboxRow.Capture(context, _time.GetUtcNow()));
            _hasRows = true;
        }

        return Task.CompletedTask;
    }

    // the scope ends after the commit
    public void Dispose()
    {
        if (_hasRows) _signal.Set();
    }
}
