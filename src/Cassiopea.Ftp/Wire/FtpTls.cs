using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Cassiopea.Transfer;

namespace Cassiopea.Ftp.Wire;

/// <summary>
/// TLS of one session (RFC 4217). Servers demand that a data connection resumes the session of its control connection: TLS 1.2, whose sessions can
/// be resumed as often as wanted, and a name of its own for each control connection, because the runtime keeps sessions by name (docs/decisions/0060).
/// The certificate is judged against the true name.
/// </summary>
internal sealed class FtpTls(SiteEndpoint endpoint, TransferSide side, X509Certificate2Collection? roots)
{
    private static int _sessions;
    private readonly string _name = $"c{Interlocked.Increment(ref _sessions)}.{(IPAddress.TryParse(endpoint.Host, out _) ? "address.invalid" : endpoint.Host)}";
    private byte[]? _certificate;

    public async Task<SslStream> SecureAsync(Stream below, CancellationToken token)
    {
        var tls = new SslStream(below, leaveInnerStreamOpen: false);
        var refusal = "";
        var options = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, certificate, _, errors) => Accept(certificate, errors, out refusal) };
        Prepare(options);
        try
        {
            await tls.AuthenticateAsClientAsync(options, token);
            return tls;
        }
        catch (AuthenticationException failed)
        {
            await tls.DisposeAsync();
            throw Refusal(refusal, failed);
        }
        catch
        {
            await tls.DisposeAsync();
            throw;
        }
    }

    /// <summary>Sets everything but the callback that asks <see cref="Accept"/>.</summary>
    /// <param name="options">Of the next handshake.</param>
    public void Prepare(SslClientAuthenticationOptions options)
    {
        options.TargetHost = _name;
        options.EnabledSslProtocols = SslProtocols.Tls12;
        options.AllowTlsResume = true;
        options.CertificateRevocationCheckMode = X509RevocationMode.NoCheck;
        if (_certificate is not null)
        {
            // A data connection: its certificate is compared, octet for octet, with the one that was judged. To build a chain again for each file costs more than the file.
            options.CertificateChainPolicy = new()
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
                VerificationFlags = X509VerificationFlags.AllFlags,
                DisableCertificateDownloads = true,
            };
        }
        else if (roots is not null)
        {
            options.CertificateChainPolicy = new() { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            options.CertificateChainPolicy.CustomTrustStore.AddRange(roots);
        }
    }

    /// <summary>What a failed handshake is.</summary>
    /// <param name="refusal">What <see cref="Accept"/> said; empty when it was not asked, or content.</param>
    /// <param name="failed">What the runtime says.</param>
    public SiteException Refusal(string refusal, AuthenticationException failed) => refusal.Length > 0
        ? new(side, TransferFailureKind.Refused, TransferCode.CertificateRefused, refusal, inner: failed)
        : new SiteException(side, TransferFailureKind.Refused, TransferCode.TlsNotOffered, "The server and we find no common TLS: " + failed.Message, inner: failed);

    /// <summary>Judges the certificate of a control connection; that of a data connection must be the same.</summary>
    /// <param name="given">What the server shows.</param>
    /// <param name="errors">What the runtime found.</param>
    /// <param name="refusal">Why not; empty when accepted.</param>
    public bool Accept(X509Certificate? given, SslPolicyErrors errors, out string refusal)
    {
        refusal = "";
        if (given is null)
        {
            refusal = "The server shows no certificate.";
            return false;
        }

        // The data connections of a session must show what its control connection showed.
        var raw = given.GetRawCertData();
        if (_certificate is { } known)
        {
            if (known.AsSpan().SequenceEqual(raw)) return true;
            refusal = "A data connection shows another certificate than its control connection.";
            return false;
        }

        using var certificate = X509CertificateLoader.LoadCertificate(raw);
        if (endpoint.Pin is { } pin)
        {
            var key = Convert.ToBase64String(SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo()));
            if (!string.Equals(key, pin, StringComparison.Ordinal)) refusal = "The server's public key is not the one that was pinned.";
        }
        else if ((errors & ~SslPolicyErrors.RemoteCertificateNameMismatch) != SslPolicyErrors.None)
        {
            refusal = $"The certificate of {endpoint.Host} is refused: {errors & ~SslPolicyErrors.RemoteCertificateNameMismatch}.";
        }
        else if (!certificate.MatchesHostname(endpoint.Host))
        {
            refusal = $"The certificate is not for {endpoint.Host}.";
        }

        if (refusal.Length > 0) return false;
        _certificate = raw;
        return true;
    }
}
