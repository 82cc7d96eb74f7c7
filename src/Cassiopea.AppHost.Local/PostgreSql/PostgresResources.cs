using System.Globalization;
using Npgsql;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>A private PostgreSQL of the distribution's package, or somebody else's when <c>ConnectionStrings:NAME</c> is configured.</summary>
public class PostgresServerResource : PrivateServerResource, IResourceWithConnectionString
{
    private readonly string? _external;

    internal PostgresServerResource(
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
        : ReferenceExpression.Create(
            $"Host={PrimaryEndpoint.Property(EndpointProperty.Host)};Port={PrimaryEndpoint.Property(EndpointProperty.Port)};Username={User};Password={PasswordParameter}");

    internal bool IsExternal => _external is not null;

    internal string User => UserNameParameter?.Read() ?? "postgres";

    /// <summary>Where the server is and how to become its administrator; no pool, so that nothing stays open.</summary>
    internal NpgsqlConnectionStringBuilder Administrator => _external is not null
        ? new NpgsqlConnectionStringBuilder(_external) { Pooling = false, Timeout = 5 }
        : new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1",
            Port = PrimaryEndpoint.Port,
            Username = User,
            Password = PasswordParameter.Read(),
            Database = "postgres",
            Pooling = false,
            Timeout = 5,
        };
}

/// <summary>
/// One database with a login role of its own, which owns it and may enter no other. Genuine Aspire hands out the server's
/// administrator instead (docs/decisions/0020).
/// </summary>
public class PostgresDatabaseResource : Resource, IResourceWithParent<PostgresServerResource>, IResourceWithConnectionString, IResourceWithWaitSupport
{
    private readonly string? _external;

    internal PostgresDatabaseResource(
        string name, string databaseName, PostgresServerResource parent, ParameterResource password, string? external)
        : base(name)
    {
        DatabaseName = databaseName;
        Parent = parent;
        Password = password;
        _external = external;
    }

    public PostgresServerResource Parent { get; }

    public string DatabaseName { get; }

    public ReferenceExpression ConnectionStringExpression => ReferenceExpression.Create($"{new RoleLogin(this)}");

    internal ParameterResource Password { get; }

    internal bool IsExternal => _external is not null;

    /// <summary>The role has the database's name.</summary>
    internal string Login()
    {
        if (_external is not null)
            return _external;
        var server = Parent.Administrator;
        var login = new NpgsqlConnectionStringBuilder(Parent.IsExternal ? server.ConnectionString : "")
        {
            Host = Parent.IsExternal ? server.Host : "localhost",
            Port = server.Port,
            Username = DatabaseName,
            Password = Password.Read(),
            Database = DatabaseName,
        };
        login.Remove("Pooling");
        login.Remove("Timeout");
        return login.ConnectionString;
    }

    private sealed class RoleLogin(PostgresDatabaseResource database) : IValueProvider, IManifestExpressionProvider
    {
        public string ValueExpression => string.Create(CultureInfo.InvariantCulture, $"{{{database.Name}.connectionString}}");

        public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) =>
            ValueTask.FromResult<string?>(database.Login());
    }
}
