using System.Net;
using Cassiopea.Contracts;
using Cassiopea.ServiceDefaults.Endpoints;
using Cassiopea.ServiceDefaults.Vault;

namespace Cassiopea.ServiceDefaults.Passes;

/// <summary>What the ends of one kind of item have in common.</summary>
/// <param name="Ports">Ports besides those above 1023 that their protocols use.</param>
/// <param name="Missing">What to say when nobody entered a password; null = just that.</param>
public sealed record EndRules(IReadOnlyList<int> Ports, Func<Endpoint, FailureSide, string>? Missing = null);

/// <summary>Makes an endpoint ready for an engine: its address resolved once and checked, its secret leased for the job.</summary>
/// <param name="vault">Leases secrets.</param>
/// <param name="addresses">Checks addresses.</param>
public sealed class EndpointLogins(VaultClient vault, RemoteAddresses addresses)
{
    /// <summary>Dispose the login when the job ends: that gives the lease back.</summary>
    /// <param name="endpoint">The end.</param>
    /// <param name="side">Which it is.</param>
    /// <param name="rules">What the ends of its kind have in common.</param>
    /// <param name="job">The job that leases.</param>
    /// <param name="token">Ends it.</param>
    /// <exception cref="PassFailureException">No credential, no grant, no vault, or an address inside somebody's network.</exception>
    public async Task<EndpointLogin> OpenAsync(Endpoint endpoint, FailureSide side, EndRules rules, Guid job, CancellationToken token)
    {
        try
        {
            var address = await addresses.ResolveAsync(endpoint.Host, endpoint.Port, rules.Ports, token);
            return new EndpointLogin(endpoint, address, await LeaseAsync(endpoint, side, rules, job, token), side);
        }
        catch (Exception e) when (!token.IsCancellationRequested && PassFailures.Of(e, side) is { } failure)
        {
            throw new PassFailureException(failure, e);
        }
    }

    private async Task<VaultLease> LeaseAsync(Endpoint endpoint, FailureSide side, EndRules rules, Guid job, CancellationToken token) =>
        await vault.LeaseAsync(endpoint.CredentialId, job, side == FailureSide.Source ? "read-source" : "write-target", token) switch
        {
            LeaseOutcome.Granted granted => granted.Lease,
            LeaseOutcome.NotStored => throw PassFailureException.Refused(side, FailureCode.CredentialMissing, rules.Missing?.Invoke(endpoint, side) ?? "No password was entered for this end."),

            // the grant is another message: it may be on its way
            _ => throw new PassFailureException(new Failure(FailureSide.Us, FailureKind.Passing, FailureCode.VaultUnavailable, "The vault holds no grant on this password for this service.")),
        };
}

/// <summary>One end with its leased secret, renewed until this is disposed.</summary>
public sealed class EndpointLogin(Endpoint endpoint, IPAddress address, VaultLease lease, FailureSide side) : IAsyncDisposable
{
    /// <summary>The end.</summary>
    public Endpoint Endpoint { get; } = endpoint;

    /// <summary>The one address to connect to.</summary>
    public IPAddress Address { get; } = address;

    /// <summary>Which end it is.</summary>
    public FailureSide Side { get; } = side;

    /// <summary>The secret as text; make it as late as possible.</summary>
    public string SecretText => lease.SecretText;

    /// <summary>Cancelled when the secret may be used no longer.</summary>
    public CancellationToken Lost => lease.Lost;

    /// <summary>What to say when it was lost while the job ran.</summary>
    public PassFailureException LostFailure => PassFailureException.Refused(Side, FailureCode.CredentialMissing, "The password was erased, or its grant ended, while the job ran.");

    /// <inheritdoc />
    public ValueTask DisposeAsync() => lease.DisposeAsync();
}
