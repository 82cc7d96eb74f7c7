using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Cassiopea.Transfer.Net;

/// <summary>Where to connect, and which key the server must have when one was pinned (SHA-256 of its SPKI, base64).</summary>
internal sealed record DialTarget(string Host, int Port, IPAddress? Address = null, string? Pin = null);

/// <summary>Connects and secures: the same rules for each protocol. Throws <see cref="TransferException"/>.</summary>
internal static class Dial
{
    /// <summary>Connects to the address when one is given, else to the first address of the name that answers.</summary>
    public static async Task<Socket> ConnectAsync(DialTarget to, TransferSide side, CancellationToken token)
    {
        try
        {
            if (to.Address is { } address) return await ConnectAsync(address, to.Port, token);
            SocketException? last = null;
            foreach (var candidate in await Dns.GetHostAddressesAsync(to.Host, token))
            {
                try
                {
                    return await ConnectAsync(candidate, to.Port, token);
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
            throw new TransferException(side, TransferFailureKind.Passing, TransferCode.Unreachable, $"{to.Host}:{to.Port} cannot be reached: {failed.SocketErrorCode}.", failed);
        }
    }

    /// <summary>TLS 1.2 or later. A pinned server needs its key and nothing else; any other a valid chain and the right name.</summary>
    public static async Task<SslStream> SecureAsync(Stream inner, DialTarget to, TransferSide side, X509Certificate2Collection? roots, CancellationToken token)
    {
        var tls = new SslStream(inner, leaveInnerStreamOpen: false);
        var refusal = "";
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = to.Host,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            RemoteCertificateValidationCallback = (_, certificate, _, errors) => Accepts(to, certificate, errors, out refusal),
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
                ? new TransferException(side, TransferFailureKind.Refused, TransferCode.CertificateRefused, refusal, failed)
                : new TransferException(side, TransferFailureKind.Refused, TransferCode.TlsNotOffered, "The server and we find no common TLS: " + failed.Message, failed);
        }
    }

    /// <summary>Whether a server's certificate is good enough; the refusal says why not.</summary>
    public static bool Accepts(DialTarget to, X509Certificate? certificate, SslPolicyErrors errors, out string refusal)
    {
        refusal = "";
        if (to.Pin is { } pin)
        {
            using var known = certificate is null ? null : new X509Certificate2(certificate);
            var key = known is null ? "" : Convert.ToBase64String(SHA256.HashData(known.PublicKey.ExportSubjectPublicKeyInfo()));
            if (string.Equals(key, pin, StringComparison.Ordinal)) return true;
            refusal = "The server's public key is not the one that was pinned.";
            return false;
        }

        if (errors == SslPolicyErrors.None) return true;
        refusal = $"The certificate of {to.Host} is refused: {errors}.";
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
