using Cassiopea.Contracts;
using Cassiopea.MySql;
using Cassiopea.MySql.Engine;

namespace Cassiopea.Databases;

/// <summary>An endpoint as the engine takes it.</summary>
internal static class DatabaseEnds
{
    /// <summary>MySQL's ports, and whom to ask for a missing password.</summary>
    public static EndRules Rules { get; } = new([3306, 3307, 3308], Missing);

    /// <summary>For the engine, which asks for the password at each login.</summary>
    /// <exception cref="PassFailureException">A protocol that no database is moved by.</exception>
    public static MySqlAccount AccountOf(EndpointLogin login)
    {
        var end = login.Endpoint;
        if (end.Protocol != "mysql")
            throw PassFailureException.Refused(login.Side, FailureCode.NotSurveyed, $"Databases are moved over the MySQL protocol; {end.Protocol} is not moved by this version.");
        var tls = end.Tls == TlsPolicy.None ? MySqlTls.None : MySqlTls.Required;
        return new MySqlAccount(new MySqlEndpoint(end.Host, end.Port, tls, end.Login, NameOf(end), end.CertificatePin, login.Address), token =>
        {
            token.ThrowIfCancellationRequested();
            return ValueTask.FromResult(login.SecretText);
        });
    }

    /// <summary>Many hosts give a database the name of its account.</summary>
    public static string NameOf(Endpoint endpoint) => string.IsNullOrEmpty(endpoint.Path) ? endpoint.Login : endpoint.Path;

    /// <summary>The site's own account at the old host is never changed or borrowed: its administrators make a second one that only reads.</summary>
    private static string Missing(Endpoint endpoint, FailureSide side) => side == FailureSide.Source
        ? "No password was entered. Ask the old host's administrators for a second account that only reads; the site's own stays as it is: " + DatabaseSurvey.ReadOnlyAccount(NameOf(endpoint))
        : "No password was entered for this database.";
}
