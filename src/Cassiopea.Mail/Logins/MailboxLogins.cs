using Cassiopea.Contracts;
using Cassiopea.Imap;
using Cassiopea.ServiceDefaults.Endpoints;
using Cassiopea.ServiceDefaults.Vault;

namespace Cassiopea.Mail;

/// <summary>Makes an endpoint ready for the engine: its address resolved once and checked, its password leased for the job.</summary>
internal sealed class MailboxLogins(VaultClient vault, RemoteAddresses addresses)
{
    private static readonly int[] ImapPorts = [143, 993];

    /// <summary>Dispose the login when the job ends: that gives the lease back.</summary>
    /// <exception cref="MailFailureException">No credential, no grant, no vault, an address inside somebody's network, or a protocol that is not moved yet.</exception>
    public async Task<MailboxLogin> OpenAsync(Endpoint endpoint, FailureSide side, Guid job, CancellationToken token)
    {
        try
        {
            if (endpoint.Protocol != "imap")
                throw Refused(side, FailureCode.NotSurveyed, $"Mailboxes are moved by IMAP; {endpoint.Protocol} is not moved by this version. Ask for the server's IMAP access.");
            var address = await addresses.ResolveAsync(endpoint.Host, endpoint.Port, ImapPorts, token);
            var lease = await LeaseAsync(endpoint.CredentialId, side, job, token);
            return new MailboxLogin(new ImapEndpoint(endpoint.Host, endpoint.Port, Of(endpoint.Tls), endpoint.Login, endpoint.CertificatePin, address), lease, side);
        }
        catch (Exception e) when (!token.IsCancellationRequested && MailFailures.Of(e, side) is { } failure)
        {
            throw new MailFailureException(failure, e);
        }
    }

    private async Task<VaultLease> LeaseAsync(Guid credential, FailureSide side, Guid job, CancellationToken token) =>
        await vault.LeaseAsync(credential, job, side == FailureSide.Source ? "read-source" : "write-target", token) switch
        {
            LeaseOutcome.Granted granted => granted.Lease,
            LeaseOutcome.NotStored => throw Refused(side, FailureCode.CredentialMissing, "No password was entered for this mailbox."),

            // the grant is another message: it may be on its way
            _ => throw new MailFailureException(new Failure(
                FailureSide.Us, FailureKind.Passing, FailureCode.VaultUnavailable, "The vault holds no grant on this password for the mail service.")),
        };

    private static MailFailureException Refused(FailureSide side, string code, string text) => new(new Failure(side, FailureKind.Refused, code, text));

    private static ImapTls Of(TlsPolicy tls) => tls switch
    {
        TlsPolicy.Implicit => ImapTls.Implicit,
        TlsPolicy.StartTls => ImapTls.StartTls,
        TlsPolicy.None => ImapTls.None,
        _ => throw new ArgumentOutOfRangeException(nameof(tls)),
    };
}

/// <summary>One end with its leased password, renewed until this is disposed.</summary>
internal sealed class MailboxLogin(ImapEndpoint endpoint, VaultLease lease, FailureSide side) : IAsyncDisposable
{
    /// <summary>For the engine, which asks for the password at each login.</summary>
    public ImapAccount Account { get; } = new(endpoint, token =>
    {
        token.ThrowIfCancellationRequested();
        return ValueTask.FromResult(new ImapCredential(lease.SecretText));
    });

    /// <summary>Cancelled when the password may be used no longer.</summary>
    public CancellationToken Lost => lease.Lost;

    /// <summary>What to say when it was lost while the job ran.</summary>
    public MailFailureException LostFailure => new(new Failure(
        side, FailureKind.Refused, FailureCode.CredentialMissing, "The password was erased, or its grant ended, while the job ran."));

    public ValueTask DisposeAsync() => lease.DisposeAsync();
}
