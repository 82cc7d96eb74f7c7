using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Local;
using Aspire.Hosting.PostgreSql;
using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting;

/// <summary>Imitates Aspire.Hosting.PostgreSQL, without containers.</summary>
public static class PostgresBuilderExtensions
{
    /// <summary>Connections for nine services with a pool each, and room for a person with psql.</summary>
    private const int MaxConnections = 300;

    /// <summary>Adds a server: private, or the one that <c>ConnectionStrings:NAME</c> names.</summary>
    public static IResourceBuilder<PostgresServerResource> AddPostgres(
        this IDistributedApplicationBuilder builder, string name, IResourceBuilder<ParameterResource>? userName = null,
        IResourceBuilder<ParameterResource>? password = null, int? port = null)
    {
        var state = ((DistributedApplicationBuilder)builder).State;
        var secret = password?.Resource ?? ParameterBuilderExtensions.Password(builder, $"{name}-password");
        var server = new PostgresServerResource(
            name, state.PathOf(name), userName?.Resource, secret, builder.Configuration.GetConnectionString(name));
        var added = builder.AddResource(server)
            .WithAnnotation(new HealthAnnotation($"{name}_check", token => PostgresRoles.CheckAsync(server.Administrator.ConnectionString, token)));
        return server.IsExternal ? added.WithAnnotation(new ExternalAnnotation()) : added.RunPrivately(state, port);
    }

    /// <summary>Adds a database with its own role; <c>ConnectionStrings:NAME</c> names one that exists already.</summary>
    public static IResourceBuilder<PostgresDatabaseResource> AddDatabase(
        this IResourceBuilder<PostgresServerResource> builder, string name, string? databaseName = null)
    {
        var application = builder.ApplicationBuilder;
        var database = new PostgresDatabaseResource(
            name, databaseName ?? name, builder.Resource, ParameterBuilderExtensions.Password(application, $"{name}-password"),
            application.Configuration.GetConnectionString(name));
        var added = application.AddResource(database)
            .WithAnnotation(new HealthAnnotation($"{name}_check", token => PostgresRoles.CheckAsync(database.Login(), token)));
        return database.IsExternal
            ? added.WithAnnotation(new ExternalAnnotation())
            : added.WithAnnotation(new WaitAnnotation(builder.Resource, WaitType.WaitUntilHealthy))
                .WithAnnotation(new StartHookAnnotation(token => PostgresRoles.CreateAsync(database, token)));
    }

    /// <summary>Data is always kept here, in the state folder.</summary>
    public static IResourceBuilder<PostgresServerResource> WithDataVolume(
        this IResourceBuilder<PostgresServerResource> builder, string? name = null, bool isReadOnly = false) => builder;

    private static IResourceBuilder<PostgresServerResource> RunPrivately(
        this IResourceBuilder<PostgresServerResource> builder, StateFolder state, int? port)
    {
        var server = builder.Resource;
        var installation = new PostgresInstallation(server, state);
        return builder
            .WithEndpoint(port: port, scheme: "tcp", name: "tcp")
            .WithAnnotation(new SignalAnnotation(Signal.Interrupt, Signal.Interrupt)) // SIGTERM would wait for clients
            .WithAnnotation(new UnprivilegedUserAnnotation(PostgresInstallation.User))
            .WithAnnotation(new RestartedAfterCrashAnnotation(WhateverTheCode: true))
            .WithAnnotation(new ProgramAnnotation(() => installation.Program("postgres")))
            .WithAnnotation(new StartHookAnnotation(installation.PrepareAsync))
            .WithAnnotation(new ArgumentsAnnotation(() =>
            [
                "-D", installation.Data,
                "-p", $"{server.PrimaryEndpoint.Port}",
                "-c", "listen_addresses=127.0.0.1",
                "-c", "unix_socket_directories=",
                "-c", $"max_connections={MaxConnections}",
                "-c", "shared_buffers=64MB", // less to write when it stops
            ]));
    }
}
