using MassTransit;
using MassTransit.Configuration;
using MassTransit.Saga;
using Microsoft.Extensions.DependencyInjection;

namespace Cassiopea.ServiceDefaults;

/// <summary>What a service consumes; passed to the configuration of <c>AddBus</c>.</summary>
public sealed class ServiceBus<TContext> where TContext : ServiceContext
{
    private readonly string _service;
    private bool _holdsJobs;

    internal ServiceBus(string service, IBusRegistrationConfigurator registration) => (_service, Registration) = (service, registration);

    /// <summary>MassTransit's own registration, for what has no method here.</summary>
    public IBusRegistrationConfigurator Registration { get; }

    /// <summary>
    /// Adds a consumer. Its queue: of a command, the command's; of an event, <c>SERVICE-EVENT</c>; of several events, <c>SERVICE-CONSUMER</c>.
    /// </summary>
    public void AddConsumer<TConsumer>() where TConsumer : class, IConsumer =>
        Registration.AddConsumer<TConsumer>().Endpoint(endpoint => endpoint.Name = QueueOf(typeof(TConsumer)));

    /// <summary>Adds a state machine whose instances live in the service's context; queue: the instance's name (<c>migration</c>).</summary>
    public void AddSaga<TMachine, TSaga>(string? queue = null)
        where TMachine : class, SagaStateMachine<TSaga> where TSaga : class, SagaStateMachineInstance
    {
        var saga = Registration.AddSagaStateMachine<TMachine, TSaga>();
        saga.Endpoint(endpoint => endpoint.Name = queue ?? Kebab(typeof(TSaga).Name));
        saga.Repository(services =>
        {
            services.RegisterLoadSagaRepository<TSaga, SagaRepository<TSaga, TContext>>();
            services.RegisterQuerySagaRepository<TSaga, SagaRepository<TSaga, TContext>>();
            services.RegisterSagaRepository<
                TSaga, TContext, SagaConsumeContextFactory<TContext, TSaga>, SagaRepository<TSaga, TContext>>();
        });
    }

    /// <summary>Runs jobs of a kind in this process, <paramref name="slots"/> at once; their migration's pause, resume and end are heeded.</summary>
    public void AddJobWorker<TJob>(string kind, int slots) where TJob : class, IJob
    {
        Registration.AddScoped<TJob>();
        Registration.AddSingleton(new JobKind<TJob>(kind, slots));
        Registration.AddHostedService<JobWorker<TContext, TJob>>();
        if (_holdsJobs) return;
        _holdsJobs = true;
        AddConsumer<MigrationPausedConsumer<TContext>>();
        AddConsumer<MigrationResumedConsumer<TContext>>();
        AddConsumer<MigrationEndedConsumer<TContext>>();
        AddConsumer<ItemsHeldConsumer<TContext>>();
    }

    internal string QueueOf(Type consumer)
    {
        var messages = consumer.GetInterfaces()
            .Where(type => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IConsumer<>))
            .Select(type => type.GetGenericArguments()[0]).ToArray();
        return messages switch
        {
            [var command] when Commands.IsCommand(command) => Commands.QueueOf(command),
            [var message] => $"{_service}-{Kebab(message.Name)}",
            [] => throw new InvalidOperationException($"{consumer.Name} consumes nothing."),
            _ when messages.Any(Commands.IsCommand) =>
                throw new InvalidOperationException($"{consumer.Name} consumes a command and more: a command has a queue of its own."),
            _ => $"{_service}-{Kebab(consumer.Name.Replace("Consumer", "", StringComparison.Ordinal))}",
        };
    }

    private static string Kebab(string name) => KebabCaseEndpointNameFormatter.Instance.SanitizeName(name);
}
