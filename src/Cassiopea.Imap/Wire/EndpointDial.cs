using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Cassiopea.Transfer;

namespace Cassiopea.Imap.Wire;

/// <summary>Connects to an endpoint of mail and secures the connection; failures are <see cref="ImapException"/>.</summary>
internal static class EndpointDial
{
    /// <summary>Connects to the endpoint's address, or to the first address of its name that answers.</summary>
    /// <exception cref="ImapException">Nothing answers, or the certificate exception of the endpoint has ended.</exception>
    public static async Task<Socket> ConnectAsync(ImapEndpoint endpoint, TransferSide side, TimeProvider time, CancellationToken token)
    {
        RefuseEndedException(endpoint, side, time);
        try
        {
            return await Dial.ConnectAsync(Target(endpoint), side, token);
        }
        catch (TransferException failed)
        {
            throw new ImapException(side, failed.Kind, failed.Code, failed.Message, inner: failed);
        }
    }

    /// <summary>TLS over an open connection.</summary>
    /// <exception cref="ImapException">The certificate is refused, or there is no common TLS. A lost connection throws what the stream throws.</exception>
    public static async Task<SslStream> SecureAsync(Stream inner, ImapEndpoint endpoint, TransferSide side, X509Certificate2Collection? roots, CancellationToken token)
    {
        try
        {
            return await Dial.SecureAsync(inner, Target(endpoint), side, roots, token);
        }
        catch (TransferException failed)
        {
            throw new ImapException(side, failed.Kind, failed.Code, failed.Message, inner: failed);
        }
    }

    /// <summary>Whether the certificate of an endpoint is good enough; the refusal says why not.</summary>
    public static bool Accepts(ImapEndpoint endpoint, X509Certificate? certificate, SslPolicyErrors errors, out string refusal) =>
        Dial.Accepts(Target(endpoint), certificate, errors, out refusal);

    private static DialTarget Target(ImapEndpoint endpoint) => new(endpoint.Host, endpoint.Port, endpoint.Address, endpoint.CertificatePin);

    private static void RefuseEndedException(ImapEndpoint endpoint, TransferSide side, TimeProvider time)
    {
        if (endpoint.CertificatePin is null || endpoint.PinUntil is not { } until || time.GetUtcNow() < until) return;
        var reason = endpoint.PinReason.Length > 0 ? $" ({endpoint.PinReason})" : "";
        throw new ImapException(side, TransferFailureKind.Refused, TransferCode.CertificateRefused,
            FormattableString.Invariant($"The certificate exception for {endpoint.Host}{reason} ended on {until.AddTicks(-1):yyyy-MM-dd}. Let the server get a valid certificate, or decide on a new exception with a new end."));
    }
}
