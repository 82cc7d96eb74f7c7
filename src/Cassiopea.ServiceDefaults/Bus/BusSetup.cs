using System.Text.Json.Serialization;
using Cassiopea.ServiceDefaults.House;
using MassTransit;
using MassTransit.Configuration;
using MassTransit.DependencyInjection;
using MassTransit.Middleware;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Cassiopea.ServiceDefaults;

public static class BusSetup
{
    private static readonly TimeSpan DatabasePause = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Registers the bus on <c>ConnectionStrings:bus</c> (<c>amqp://…</c>; absent or <c>loopback</c>: in memory, for tests) with inbox, outbox,
    /// schedules and retries in the service's context. Call it once, after <c>AddDatabase</c>.
    /// </summary>
    public static void AddBus<TContext>(this IHostApplicationBuilder builder, string service, Action<ServiceBus<TContext>> configure)
        where TContext : ServiceContext
    {
        var services = builder.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.AddOptions<BusOptions>().BindConfiguration("Bus").ValidateDataAnnotations().ValidateOnStart();
        services.Configure<MassTransitHostOptions>(options =>
        {
            options.WaitUntilStarted = true; // nothing is sent before our own queues are bound
            options.ConsumerStopTimeout = TimeSpan.FromSeconds(3); // then their tokens fire; what was not done is delivered again
            options.StopTimeout = TimeSpan.FromSeconds(6);
        });
        services.AddOptions<JobOptions>().BindConfiguration("Jobs").ValidateDataAnnotations().ValidateOnStart();
        services.TryAddSingleton(new ServiceName(service));
        services.TryAddSingleton<OutboxSignal>();
        services.TryAddSingleton<BrokerGuard>();
        services.TryAddSingleton<JobSignal>();
        services.TryAddSingleton<JobStore<TContext>>();
        services.AddScoped<IOutboxContextFactory<TContext>, OneTransaction<TContext>>();
        services.AddScoped<ServiceOutbox<TContext>>();

        var address = builder.Configuration.GetConnectionString("bus");
        services.AddMassTransit(registration =>
        {
            registration.DisableUsageTelemetry(); // it would report to its makers
            registration.SetKebabCaseEndpointNameFormatter();
            var own = new ServiceBus<TContext>(service, registration);
            own.AddConsumer<DeadLetterDecidedConsumer<TContext>>();
            own.AddConsumer<AuditVerificationAskedConsumer<TContext>>();
            configure(own);
            registration.AddConfigureEndpointsCallback((provider, _, endpoint) => ConfigureEndpoint<TContext>(provider, endpoint));
            registration.Replace(ServiceDescriptor.Scoped<IScopedBusContextProvider<IBus>, ScopedOutboxProvider<TContext>>());
            if (address is null or "loopback") registration.UsingInMemory(ConfigureBus);
            else registration.UsingRabbitMq((provider, bus) =>
            {
                bus.Host(new Uri(address));
                ConfigureBus(provider, bus);
            });
        });
        services.AddHostedService(provider => provider.GetRequiredService<BrokerGuard>());
        services.AddHostedService<OutboxDispatcher<TContext>>();
        services.AddHostedService<InboxCleaner<TContext>>();

        void ConfigureBus<TEndpoint>(IBusRegistrationContext provider, IBusFactoryConfigurator<TEndpoint> bus)
            where TEndpoint : IReceiveEndpointConfigurator
        {
            bus.ConfigureJsonSerializerOptions(json =>
            {
                json.Converters.Add(new JsonStringEnumConverter());
                return json;
            });
            bus.UseOutboxScheduler<TContext>(provider);
            bus.ConfigureEndpoints(provider);
        }
    }

    private static void ConfigureEndpoint<TContext>(IRegistrationContext provider, IReceiveEndpointConfigurator endpoint)
        where TContext : ServiceContext
    {
        var options = provider.GetRequiredService<IOptions<BusOptions>>().Value;
        endpoint.PrefetchCount = options.Prefetch;
        endpoint.ConcurrentMessageLimit = options.ConcurrentMessages;
        if (endpoint is IRabbitMqReceiveEndpointConfigurator queue) queue.SetQuorumQueue();

        endpoint.KeepDeadLetters<TContext>(provider);

        // from the outside in: come back later, wait for the database, try again at once, one transaction
        if (options.Redelivery.Count > 0)
            endpoint.UseScheduledRedelivery(retry =>
            {
                retry.Handle<Exception>(Retrying.Passing);
                retry.Intervals([.. options.Redelivery]);
            });
        endpoint.UseMessageRetry(retry =>
        {
            retry.Handle<Exception>(Retrying.DatabaseAway);
            retry.Interval((int)Math.Ceiling(options.DatabaseWait / DatabasePause), DatabasePause);
        });
        endpoint.UseMessageRetry(retry =>
        {
            retry.Handle<DbUpdateException>();
            retry.Handle<NpgsqlException>();
            retry.Exponential(5, TimeSpan.FromMilliseconds(10), TimeSpan.FromSeconds(2), TimeSpan.FromMilliseconds(20));
        });
        var transaction = new OutboxConsumePipeSpecificationObserver<TContext>(endpoint, provider);
        endpoint.ConnectConsumerConfigurationObserver(transaction);
        endpoint.ConnectSagaConfigurationObserver(transaction);
    }
}
