using MassTransit;

namespace Cassiopea.ServiceDefaults;

/// <summary>
/// Sends from an HTTP handler or a job: rows in the scope's <typeparamref name="TContext"/>, which leave when its SaveChangesAsync has committed.
/// Inside a consumer it is the consumer's own outbox.
/// </summary>
public sealed class ServiceOutbox<TContext>(ISendEndpointProvider send, IPublishEndpoint publish) where TContext : ServiceContext
{
    /// <summary>Sends a command to its one consumer.</summary>
    public Task SendCommand<T>(T command, CancellationToken token) where T : class => send.SendCommand(command, token);

    /// <summary>Publishes an event.</summary>
    public Task Publish<T>(T message, CancellationToken token) where T : class => publish.Publish(message, token);

    /// <summary>Publishes an event as its own type.</summary>
    public Task Publish(object message, CancellationToken token) => publish.Publish(message, message.GetType(), token);
}
