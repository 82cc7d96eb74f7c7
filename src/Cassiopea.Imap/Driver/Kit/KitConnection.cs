using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Cassiopea.Imap.Mailbox;
using Cassiopea.Imap.Wire;
using Cassiopea.Transfer;
using MailKit;
using MailKit.Net.Imap;
using MailKit.Security;

namespace Cassiopea.Imap.Driver.Kit;

/// <summary>One conversation by MailKit, with the failures of this library.</summary>
internal sealed class KitConnection : IAsyncDisposable
{
    private readonly TransferSide _side;
    private string _refusal = "";

    private KitConnection(ImapAccount account, TransferSide side, MailboxTransferOptions options)
    {
        _side = side;
        Client = new()
        {
            SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            CheckCertificateRevocation = false,
            Timeout = (int)options.Idle.TotalMilliseconds,
            ServerCertificateValidationCallback = (_, certificate, chain, errors) => Accepts(account.Endpoint, certificate, chain, errors, options.TrustedRoots),
        };
    }

    public ImapClient Client { get; }

    /// <summary>Connects, secures and logs in by the strongest mechanism that the server offers and MailKit speaks.</summary>
    public static async Task<KitConnection> OpenAsync(ImapAccount account, TransferSide side, MailboxTransferOptions options, CancellationToken token)
    {
        if (account.Stored is not null)
            throw new ImapException(side, TransferFailureKind.Refused, TransferCode.NotExpressible, $"{account.Endpoint.Url} is no IMAP server; this driver reads nothing else.");
        var made = new KitConnection(account, side, options);
        try
        {
            var endpoint = account.Endpoint;
            var socket = await EndpointDial.ConnectAsync(endpoint, side, TimeProvider.System, token);
            await made.DoAsync(async () =>
            {
                await made.Client.ConnectAsync(socket, endpoint.Host, endpoint.Port, endpoint.Tls switch
                {
                    ImapTls.Implicit => SecureSocketOptions.SslOnConnect,
                    ImapTls.StartTls => SecureSocketOptions.StartTls,
                    _ => SecureSocketOptions.None,
                }, token);
                var credential = await account.Credential(token);
                if (!credential.IsToken) await made.Client.AuthenticateAsync(endpoint.Login, credential.Secret, token);
                else if (made.Client.AuthenticationMechanisms.Contains("OAUTHBEARER")) await made.Client.AuthenticateAsync(new SaslMechanismOAuthBearer(endpoint.Login, credential.Secret), token);
                else await made.Client.AuthenticateAsync(new SaslMechanismOAuth2(endpoint.Login, credential.Secret), token);
                return 0;
            }, token);
            return made;
        }
        catch
        {
            await made.DisposeAsync();
            throw;
        }
    }

    public Task DoAsync(Func<Task> work, CancellationToken token) => DoAsync(async () =>
    {
        await work();
        return 0;
    }, token);

    /// <summary>Runs a step and turns what MailKit throws into what this library throws.</summary>
    public async Task<T> DoAsync<T>(Func<Task<T>> work, CancellationToken token)
    {
        try
        {
            return await work();
        }
        catch (Exception failed) when (failed is not TransferException && Of(failed, token) is not null)
        {
            throw Of(failed, token)!;
        }
    }

    public ValueTask DisposeAsync()
    {
        Client.Dispose();
        return ValueTask.CompletedTask;
    }

    private ImapException? Of(Exception failed, CancellationToken token) => failed switch
    {
        OperationCanceledException when token.IsCancellationRequested => null,
        ImapCommandException refused => new ImapStatus(refused.Response == ImapCommandResponse.Bad ? StatusKind.Bad : StatusKind.No, "", "", refused.ResponseText ?? "").ToException(_side, "MailKit"),
        MailKit.Security.AuthenticationException or MailKit.Security.SaslException => new(_side, TransferFailureKind.Refused, TransferCode.AuthenticationFailed, "The login was refused.", inner: null),
        SslHandshakeException when _refusal.Length > 0 => new(_side, TransferFailureKind.Refused, TransferCode.CertificateRefused, _refusal),
        SslHandshakeException => new(_side, TransferFailureKind.Refused, TransferCode.TlsNotOffered, "The server and we find no common TLS."),
        NotSupportedException => new(_side, TransferFailureKind.Refused, TransferCode.TlsNotOffered, $"The server does not offer what is needed: {failed.Message}"),
        FolderNotFoundException => new(_side, TransferFailureKind.Refused, TransferCode.ItemRefused, "The folder is not there.", usable: true),
        ProtocolException or ServiceNotConnectedException or ServiceNotAuthenticatedException or IOException or SocketException or TimeoutException or OperationCanceledException =>
            ImapException.Lost(_side, "The connection was lost.", failed),
        _ => null,
    };

    private bool Accepts(ImapEndpoint endpoint, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors, X509Certificate2Collection? roots)
    {
        if (roots is not null && certificate is not null && (errors & SslPolicyErrors.RemoteCertificateChainErrors) != SslPolicyErrors.None)
        {
            using var own = new X509Chain { ChainPolicy = { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck } };
            own.ChainPolicy.CustomTrustStore.AddRange(roots);
            if (chain is not null) own.ChainPolicy.ExtraStore.AddRange(chain.ChainPolicy.ExtraStore);
            using var leaf = new X509Certificate2(certificate);
            if (own.Build(leaf)) errors &= ~SslPolicyErrors.RemoteCertificateChainErrors;
        }

        return EndpointDial.Accepts(endpoint, certificate, errors, out _refusal);
    }
}
