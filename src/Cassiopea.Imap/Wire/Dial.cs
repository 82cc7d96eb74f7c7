using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Cassiopea.Transfer;

namespace Cassiopea.Imap.Wire;

/// <summary>Connects to a server of mail and secures the connection: the same rules for each protocol.</summary>
internal static class Dial
{
    /// <summary>Connects to the endpoint's address, or to the first address of its name that answers.</summary>
    /// <exception cref="ImapException">Nothing answers, or the certificate exception of the endpoint has ended.</exception>
    public static async Task<Socket> ConnectAsync(ImapEndpoint endpoint, TransferSide side, TimeProvider time, CancellationToken token)
    {
        RefuseEndedException(endpoint, side, time);
        try
        {
            if (endpoint.Address is { } address) return await ConnectAsync(address, endpoint.Port, token);
            SocketException? last = null;
            foreach (var candidate in await Dns.GetHostAddressesAsync(endpoint.Host, token))
            {
                try
                {
                    return await ConnectAsync(candidate, endpoint.Port, token);
                }
                catch (SocketException refused)
                {
                    last = refused;
                }
            }

            throw last ?? new SocketException((int)SocketError.HostNotFound);
        }
        catch (SocketException failed)
        {
            throw new ImapException(side, TransferFailureKind.Passing, TransferCode.Unreachable, $"{endpoint.Host}:{endpoint.Port} cannot be reached: {failed.SocketErrorCode}.", inner: failed);
        }
    }

    /// <summary>TLS 1.2 or later over an open connection. A pinned endpoint accepts its key and no other; any other needs a valid chain and the right name.</summary>
    /// <exception cref="ImapException">The certificate is refused, or there is no common TLS. A lost connection throws what the stream throws.</exception>
    public static async Task<SslStream> SecureAsync(Stream inner, ImapEndpoint endpoint, TransferSide side, X509Certificate2Collection? roots, CancellationToken token)
    {
        var tls = new SslStream(inner, leaveInnerStreamOpen: false);
        var refusal = "";
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = endpoint.Host,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            RemoteCertificateValidationCallback = (_, certificate, _, errors) => Accepts(endpoint, certificate, errors, out refusal),
        };
        if (roots is not null)
        {
            options.CertificateChainPolicy = new() { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            options.CertificateChainPolicy.CustomTrustStore.AddRange(roots);
        }

        try
        {
            await tls.AuthenticateAsClientAsync(options, token);
            return tls;
        }
        catch (AuthenticationException failed)
        {
            await tls.DisposeAsync();
            throw refusal.Length > 0
                ? new(side, TransferFailureKind.Refused, TransferCode.CertificateRefused, refusal, inner: failed)
                : new ImapException(side, TransferFailureKind.Refused, TransferCode.TlsNotOffered, "The server and we find no common TLS: " + failed.Message, inner: failed);
        }
    }

    private static void RefuseEndedException(ImapEndpoint endpoint, TransferSide side, TimeProvider time)
    {
        if (endpoint.CertificatePin is null || endpoint.PinUntil is not { } until || time.GetUtcNow() < until) return;
        var reason = endpoint.PinReason.Length > 0 ? $" ({endpoint.PinReason})" : "";
        throw new ImapException(side, TransferFailureKind.Refused, TransferCode.CertificateRefused,
            FormattableString.Invariant($"The certificate exception for {endpoint.Host}{reason} ended on {until.AddTicks(-1):yyyy-MM-dd}. Let the server get a valid certificate, or decide on a new exception with a new end."));
    }

    /// <summary>Whether the certificate of an endpoint is good enough; the refusal says why not.</summary>
    public static bool Accepts(ImapEndpoint endpoint, X509Certificate? certificate, SslPolicyErrors errors, out string refusal)
    {
        refusal = "";
        if (endpoint.CertificatePin is { } pin)
        {
            using var known = certificate is null ? null : new X509Certificate2(certificate);
            var key = known is null ? "" : Convert.ToBase64String(SHA256.HashData(known.PublicKey.ExportSubjectPublicKeyInfo()));
            if (string.Equals(key, pin, StringComparison.Ordinal)) return true;
            refusal = "The server's public key is not the one that was pinned.";
            return false;
        }

        if (errors == SslPolicyErrors.None) return true;
        refusal = $"The certificate of {endpoint.Host} is refused: {errors}.";
        return false;
    }

    private static async Task<Socket> ConnectAsync(IPAddress address, int port, CancellationToken token)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(address, port, token);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
