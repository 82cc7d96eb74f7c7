using System.Net;
using Cassiopea.Contracts;
using Cassiopea.Imap;
using Cassiopea.Imap.Stores;
using Cassiopea.Pop3;
using Cassiopea.ServiceDefaults;
using Cassiopea.ServiceDefaults.Endpoints;
using Cassiopea.ServiceDefaults.Vault;
using Cassiopea.Transfer.Messages;

namespace Cassiopea.Mail;

/// <summary>Makes an endpoint ready for the engine: its address resolved once and checked, its password leased for the job.</summary>
internal sealed class MailboxLogins(VaultClient vault, RemoteAddresses addresses, MailboxEngine engine, MailboxFiles files, TimeProvider time)
{
    private static readonly int[] Ports = [110, 143, 993, 995];

    /// <summary>Dispose the login when the job ends: that gives the lease back. A source may be a maildrop (POP3); a target is IMAP.</summary>
    /// <exception cref="PassFailureException">No credential, no grant, no vault, an address inside somebody's network, or a protocol that is not moved.</exception>
    public async Task<MailboxLogin> OpenAsync(Endpoint endpoint, FailureSide side, JobRun run, CancellationToken token)
    {
        try
        {
            if (endpoint.Protocol != "imap" && (endpoint.Protocol != "pop3" || side != FailureSide.Source))
                throw Refused(side, FailureCode.NotSurveyed, $"A mailbox is moved to IMAP, from IMAP or POP3; {endpoint.Protocol} is not moved here. Ask for the server's IMAP access.");
            var address = await addresses.ResolveAsync(endpoint.Host, endpoint.Port, Ports, token);
            var lease = await LeaseAsync(endpoint.CredentialId, side, run.Id, token);
            return endpoint.Protocol == "pop3" ? Maildrop(endpoint, address, lease, run) : Mailbox(endpoint, address, lease, side);
        }
        catch (Exception e) when (!token.IsCancellationRequested && PassFailures.Of(e, side) is { } failure)
        {
            throw new PassFailureException(failure, e);
        }
    }

    private static MailboxLogin Mailbox(Endpoint endpoint, IPAddress address, VaultLease lease, FailureSide side)
    {
        var at = new ImapEndpoint(endpoint.Host, endpoint.Port, Of(endpoint.Tls), endpoint.Login, endpoint.CertificatePin, address);
        return new MailboxLogin(new ImapAccount(at, token => Secret(lease, static text => new ImapCredential(text), token)), lease, side);
    }

    /// <summary>A maildrop stands for a mailbox; the numbers that its messages got are kept beside the item's journals.</summary>
    private MailboxLogin Maildrop(Endpoint endpoint, IPAddress address, VaultLease lease, JobRun run)
    {
        var tls = endpoint.Tls switch { TlsPolicy.Implicit => Pop3Tls.Implicit, TlsPolicy.StartTls => Pop3Tls.StartTls, _ => Pop3Tls.None };
        var at = new Pop3Endpoint(endpoint.Host, endpoint.Port, tls, endpoint.Login, endpoint.CertificatePin, address);
        var account = new Pop3Account(at, token => Secret(lease, static text => new Pop3Credential(text), token));
        var settings = engine.Transfer();
        var options = new Pop3Options { Idle = settings.Idle, TrustedRoots = settings.TrustedRoots };
        var map = UidMap.Open(files.UidsOf(run.ItemId, endpoint), time);
        var stored = new StoredMailbox(token => Pop3Store.OpenAsync(account, options, map, time, token), exclusive: true);
        return new MailboxLogin(ImapAccount.OfStore(at.Url, endpoint.Login, stored), lease, FailureSide.Source, stored, map);
    }

    private static ValueTask<T> Secret<T>(VaultLease lease, Func<string, T> credential, CancellationToken token)
    {
        token.ThrowIfCancellationRequested();
        return ValueTask.FromResult(credential(lease.SecretText));
    }

    private async Task<VaultLease> LeaseAsync(Guid credential, FailureSide side, Guid job, CancellationToken token) =>
        await vault.LeaseAsync(credential, job, side == FailureSide.Source ? "read-source" : "write-target", token) switch
        {
            LeaseOutcome.Granted granted => granted.Lease,
            LeaseOutcome.NotStored => throw Refused(side, FailureCode.CredentialMissing, "No password was entered for this mailbox."),

            // the grant is another message: it may be on its way
            _ => throw new PassFailureException(new Failure(
                FailureSide.Us, FailureKind.Passing, FailureCode.VaultUnavailable, "The vault holds no grant on this password for the mail service.")),
        };

    private static PassFailureException Refused(FailureSide side, string code, string text) => new(new Failure(side, FailureKind.Refused, code, text));

    private static ImapTls Of(TlsPolicy tls) => tls switch
    {
        TlsPolicy.Implicit => ImapTls.Implicit,
        TlsPolicy.StartTls => ImapTls.StartTls,
        TlsPolicy.None => ImapTls.None,
        _ => throw new ArgumentOutOfRangeException(nameof(tls)),
    };
}

/// <summary>One end with its leased password, renewed until this is disposed.</summary>
internal sealed class MailboxLogin(ImapAccount account, VaultLease lease, FailureSide side, params IDisposable[] kept) : IAsyncDisposable
{
    /// <summary>For the engine, which asks for the password at each login.</summary>
    public ImapAccount Account { get; } = account;

    /// <summary>Cancelled when the password may be used no longer.</summary>
    public CancellationToken Lost => lease.Lost;

    /// <summary>What to say when it was lost while the job ran.</summary>
    public PassFailureException LostFailure => new(new Failure(
        side, FailureKind.Refused, FailureCode.CredentialMissing, "The password was erased, or its grant ended, while the job ran."));

    public async ValueTask DisposeAsync()
    {
        foreach (var one in kept) one.Dispose();
        await lease.DisposeAsync();
    }
}
