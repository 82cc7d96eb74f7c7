using Cassiopea.Contracts;
using Cassiopea.MySql;
using Cassiopea.MySql.Engine;
using Cassiopea.ServiceDefaults.Endpoints;
using Cassiopea.ServiceDefaults.Vault;

namespace Cassiopea.Databases;

/// <summary>Makes an endpoint ready for the engine: its address resolved once and checked, its password leased for the job.</summary>
internal sealed class DatabaseLogins(VaultClient vault, RemoteAddresses addresses)
{
    private static readonly int[] MySqlPorts = [3306, 3307, 3308];

    /// <summary>Dispose the login when the job ends: that gives the lease back.</summary>
    /// <exception cref="PassFailureException">No credential, no grant, no vault, an address inside somebody's network, or a protocol that is not moved yet.</exception>
    public async Task<DatabaseLogin> OpenAsync(Endpoint endpoint, FailureSide side, Guid job, CancellationToken token)
    {
        try
        {
            if (endpoint.Protocol != "mysql")
                throw Refused(side, FailureCode.NotSurveyed, $"Databases are moved over the MySQL protocol; {endpoint.Protocol} is not moved by this version.");
            var address = await addresses.ResolveAsync(endpoint.Host, endpoint.Port, MySqlPorts, token);
            var lease = await LeaseAsync(endpoint, side, job, token);
            return new DatabaseLogin(new MySqlEndpoint(endpoint.Host, endpoint.Port, Of(endpoint.Tls), endpoint.Login, NameOf(endpoint), endpoint.CertificatePin, address), lease, side);
        }
        catch (Exception e) when (!token.IsCancellationRequested && PassFailures.Of(e, side) is { } failure)
        {
            throw new PassFailureException(failure, e);
        }
    }

    private async Task<VaultLease> LeaseAsync(Endpoint endpoint, FailureSide side, Guid job, CancellationToken token) =>
        await vault.LeaseAsync(endpoint.CredentialId, job, side == FailureSide.Source ? "read-source" : "write-target", token) switch
        {
            LeaseOutcome.Granted granted => granted.Lease,
            LeaseOutcome.NotStored => throw Refused(side, FailureCode.CredentialMissing, Missing(endpoint, side)),

            // the grant is another message: it may be on its way
            _ => throw new PassFailureException(new Failure(
                FailureSide.Us, FailureKind.Passing, FailureCode.VaultUnavailable, "The vault holds no grant on this password for the databases service.")),
        };

    private static PassFailureException Refused(FailureSide side, string code, string text) => new(new Failure(side, FailureKind.Refused, code, text));

    /// <summary>Many hosts give a database the name of its account.</summary>
    public static string NameOf(Endpoint endpoint) => string.IsNullOrEmpty(endpoint.Path) ? endpoint.Login : endpoint.Path;

    /// <summary>The site's own account at the old host is never changed or borrowed: its administrators make a second one that only reads.</summary>
    private static string Missing(Endpoint endpoint, FailureSide side) => side == FailureSide.Source
        ? "No password was entered. Ask the old host's administrators for a second account that only reads; the site's own stays as it is: " + DatabaseSurvey.ReadOnlyAccount(NameOf(endpoint))
        : "No password was entered for this database.";

    private static MySqlTls Of(TlsPolicy tls) => tls switch
    {
        TlsPolicy.Implicit or TlsPolicy.StartTls => MySqlTls.Required,
        TlsPolicy.None => MySqlTls.None,
        _ => throw new ArgumentOutOfRangeException(nameof(tls)),
    };
}

/// <summary>One end with its leased password, renewed until this is disposed.</summary>
internal sealed class DatabaseLogin(MySqlEndpoint endpoint, VaultLease lease, FailureSide side) : IAsyncDisposable
{
    /// <summary>For the engine, which asks for the password at each login.</summary>
    public MySqlAccount Account { get; } = new(endpoint, token =>
    {
        token.ThrowIfCancellationRequested();
        return ValueTask.FromResult(lease.SecretText);
    });

    /// <summary>Cancelled when the password may be used no longer.</summary>
    public CancellationToken Lost => lease.Lost;

    /// <summary>What to say when it was lost while the job ran.</summary>
    public PassFailureException LostFailure => new(new Failure(
        side, FailureKind.Refused, FailureCode.CredentialMissing, "The password was erased, or its grant ended, while the job ran."));

    public ValueTask DisposeAsync() => lease.DisposeAsync();
}
