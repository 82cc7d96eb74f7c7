using Cassiopea.Contracts;
using Cassiopea.MySql;
using Cassiopea.ServiceDefaults.Endpoints;
using Microsoft.Extensions.Options;

namespace Cassiopea.Databases;

/// <summary>Enters an old server as its administrators, where they gave this service an account for it.</summary>
internal sealed class OldServer(IOptions<DatabasesOptions> options, RemoteAddresses addresses)
{
    /// <summary>The administrators' account, entering the database that the new account shall read.</summary>
    /// <exception cref="PassFailureException">No such account is configured, or its password cannot be read.</exception>
    public async Task<MySqlAccount> AdministratorAsync(Endpoint account, CancellationToken token)
    {
        var administrator = options.Value.Administrators.FirstOrDefault(a => a.Host.Equals(account.Host, StringComparison.OrdinalIgnoreCase) && a.Port == account.Port)
            ?? throw PassFailureException.Refused(
                FailureSide.Us, FailureCode.CredentialMissing,
                $"No administrators' account of {account.Host}:{account.Port} is configured (Databases:Administrators): make the read-only account by hand with the statements of the survey, and enter its password.");
        string password;
        try
        {
            password = (await File.ReadAllTextAsync(administrator.PasswordFile, token)).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PassFailureException(new Failure(FailureSide.Us, FailureKind.Refused, FailureCode.CredentialMissing, "The file with the administrators' password cannot be read: look at Databases:Administrators."), e);
        }

        var address = await addresses.ResolveAsync(account.Host, account.Port, DatabaseEnds.Rules.Ports, token);
        var tls = account.Tls == TlsPolicy.None ? MySqlTls.None : MySqlTls.Required;
        return MySqlAccount.WithPassword(new MySqlEndpoint(account.Host, account.Port, tls, administrator.Login, DatabaseEnds.NameOf(account), account.CertificatePin, address), password);
    }
}
