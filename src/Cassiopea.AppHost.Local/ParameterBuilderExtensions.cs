using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting;

/// <summary>Imitates <c>ParameterResourceBuilderExtensions</c> and <c>ConnectionStringBuilderExtensions</c> of Aspire.Hosting.</summary>
public static class ParameterBuilderExtensions
{
    /// <summary>A value that must be configured as <c>Parameters:NAME</c>.</summary>
    public static IResourceBuilder<ParameterResource> AddParameter(
        this IDistributedApplicationBuilder builder, string name, bool secret = false) =>
        builder.AddResource(new ParameterResource(name, _ => Configured(builder, name) ?? throw Missing(name), secret));

    /// <summary>A value that may be configured as <c>Parameters:NAME</c> and has a default.</summary>
    public static IResourceBuilder<ParameterResource> AddParameter(
        this IDistributedApplicationBuilder builder, string name, string value, bool publishValueAsDefault = false, bool secret = false) =>
        builder.AddResource(new ParameterResource(name, _ => Configured(builder, name) ?? value, secret));

    /// <summary>
    /// A value that may be configured, or is made once. With <paramref name="persist"/> it is kept: here in the state folder
    /// (<c>NAME.secret</c>, mode 600), in genuine Aspire in the user secrets.
    /// </summary>
    public static IResourceBuilder<ParameterResource> AddParameter(
        this IDistributedApplicationBuilder builder, string name, ParameterDefault value, bool secret = false, bool persist = false) =>
        builder.AddResource(Generated(builder, name, value, secret, persist));

    public static IResourceBuilder<IResourceWithConnectionString> AddConnectionString(
        this IDistributedApplicationBuilder builder, string name, string? environmentVariableName = null)
    {
        var value = new ParameterResource(name, _ => builder.Configuration.GetConnectionString(name) ?? throw new DistributedApplicationException(
            $"Connection string resource could not be used because connection string '{name}' is missing."), secret: true);
        return builder.AddResource(new ConnectionStringResource(name, ReferenceExpression.Create($"{value}"), environmentVariableName));
    }

    public static IResourceBuilder<ConnectionStringResource> AddConnectionString(
        this IDistributedApplicationBuilder builder, string name, ReferenceExpression connectionStringExpression) =>
        builder.AddResource(new ConnectionStringResource(name, connectionStringExpression, environmentVariable: null));

    /// <summary>The password of a private server or role: made once, kept in the state folder; <c>Parameters:NAME</c> overrides.</summary>
    internal static ParameterResource Password(IDistributedApplicationBuilder builder, string name) =>
        Generated(builder, name, new GenerateParameterDefault { Special = false }, secret: true, persist: true);

    private static ParameterResource Generated(
        IDistributedApplicationBuilder builder, string name, ParameterDefault value, bool secret, bool persist)
    {
        var state = ((DistributedApplicationBuilder)builder).State;
        string Make(ParameterDefault? made) => Configured(builder, name) ?? (persist
            ? state.ReadOrMakeSecret(name, made!.GetDefaultValue)
            : made!.GetDefaultValue());
        return new ParameterResource(name, Make, secret) { Default = value };
    }

    private static string? Configured(IDistributedApplicationBuilder builder, string name) => builder.Configuration[$"Parameters:{name}"];

    private static DistributedApplicationException Missing(string name) =>
        new($"Parameter resource could not be used because configuration key 'Parameters:{name}' is missing.");
}

public sealed class ConnectionStringResource(string name, ReferenceExpression connectionStringExpression, string? environmentVariable)
    : Resource(name), IResourceWithConnectionString, IResourceWithWaitSupport
{
    public ReferenceExpression ConnectionStringExpression => connectionStringExpression;

    public string? ConnectionStringEnvironmentVariable => environmentVariable;
}
