using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Local;
using Aspire.Hosting.RabbitMq;
using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting;

/// <summary>Imitates Aspire.Hosting.RabbitMQ, without containers.</summary>
public static class RabbitMQBuilderExtensions
{
    /// <summary>Adds a broker: private, or the one that <c>ConnectionStrings:NAME</c> names.</summary>
    public static IResourceBuilder<RabbitMQServerResource> AddRabbitMQ(
        this IDistributedApplicationBuilder builder, string name, IResourceBuilder<ParameterResource>? userName = null,
        IResourceBuilder<ParameterResource>? password = null, int? port = null)
    {
        var state = ((DistributedApplicationBuilder)builder).State;
        var secret = password?.Resource ?? ParameterBuilderExtensions.Password(builder, $"{name}-password");
        var server = new RabbitMQServerResource(
            name, state.PathOf(name), userName?.Resource, secret, builder.Configuration.GetConnectionString(name));
        var greeting = new AmqpGreeting(() => server.Address);
        var added = builder.AddResource(server)
            .WithAnnotation(new HealthAnnotation($"{name}_check", greeting.CheckAsync));
        return server.IsExternal ? added.WithAnnotation(new ExternalAnnotation()) : added.RunPrivately(state, port);
    }

    /// <summary>Data is always kept here, in the state folder.</summary>
    public static IResourceBuilder<RabbitMQServerResource> WithDataVolume(
        this IResourceBuilder<RabbitMQServerResource> builder, string? name = null, bool isReadOnly = false) => builder;

    /// <summary>Genuine Aspire adds RabbitMQ's own web pages; the private server has none.</summary>
    public static IResourceBuilder<RabbitMQServerResource> WithManagementPlugin(this IResourceBuilder<RabbitMQServerResource> builder) =>
        builder;

    private static IResourceBuilder<RabbitMQServerResource> RunPrivately(
        this IResourceBuilder<RabbitMQServerResource> builder, StateFolder state, int? port)
    {
        var installation = new RabbitMqInstallation(builder.Resource, state);
        return builder
            .WithEndpoint(port: port, scheme: "tcp", name: "tcp")
            .WithAnnotation(new SignalAnnotation(Signal.Terminate, Signal.Terminate))
            .WithAnnotation(new RestartedAfterCrashAnnotation(WhateverTheCode: true)) // its script says 0 even then
            .WithAnnotation(new ProgramAnnotation(RabbitMqInstallation.Program))
            .WithAnnotation(new StartHookAnnotation(installation.PrepareAsync))
            .WithEnvironment(context => installation.Describe(context.EnvironmentVariables));
    }
}
