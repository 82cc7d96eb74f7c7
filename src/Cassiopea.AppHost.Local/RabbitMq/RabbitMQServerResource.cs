namespace Aspire.Hosting.ApplicationModel;

/// <summary>A private RabbitMQ of the distribution's package, or somebody else's when <c>ConnectionStrings:NAME</c> is configured.</summary>
public class RabbitMQServerResource : PrivateServerResource, IResourceWithConnectionString
{
    private readonly string? _external;

    internal RabbitMQServerResource(
        string name, string folder, ParameterResource? userName, ParameterResource password, string? external)
        : base(name, folder)
    {
        UserNameParameter = userName;
        PasswordParameter = password;
        _external = external;
        PrimaryEndpoint = new EndpointReference(this, "tcp");
    }

    public ParameterResource? UserNameParameter { get; }

    public ParameterResource PasswordParameter { get; }

    public EndpointReference PrimaryEndpoint { get; }

    public ReferenceExpression ConnectionStringExpression => _external is not null
        ? ReferenceExpression.Create($"{_external}")
        : ReferenceExpression.Create($"amqp://{User}:{PasswordParameter}@{PrimaryEndpoint.Property(EndpointProperty.HostAndPort)}");

    internal bool IsExternal => _external is not null;

    internal string User => UserNameParameter?.Read() ?? "guest";

    /// <summary>Host and port to greet.</summary>
    internal Uri Address => new(_external ?? $"amqp://127.0.0.1:{PrimaryEndpoint.Port}");
}
