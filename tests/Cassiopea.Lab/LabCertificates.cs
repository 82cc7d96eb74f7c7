using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Cassiopea.Lab;

/// <summary>A server's certificate.</summary>
/// <param name="CertificatePem">The certificate and its authority's.</param>
/// <param name="KeyPem">Its private key, PKCS #8.</param>
/// <param name="Pin">SHA-256 of its public key (SPKI), base64: what an exception for this server pins.</param>
public sealed record LabCertificate(string CertificatePem, string KeyPem, string Pin);

/// <summary>A private certificate authority; each lab makes its own, nothing is trusted anywhere else.</summary>
public sealed class LabCertificates : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _authority;

    /// <summary>Makes the authority.</summary>
    public LabCertificates()
    {
        var request = new CertificateRequest("CN=Cassiopea lab", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        var now = TimeProvider.System.GetUtcNow();
        _authority = request.CreateSelfSigned(now.AddDays(-1), now.AddYears(5));
    }

    /// <summary>The authority's certificate, PEM.</summary>
    public string AuthorityPem => _authority.ExportCertificatePem();

    /// <summary>A server certificate for a host name and 127.0.0.1; expired when asked for.</summary>
    public LabCertificate Issue(string hostName, bool expired = false)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={hostName}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(hostName);
        if (hostName == "localhost")
            names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, false));
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.Create(
            _authority, expired ? now.AddHours(-20) : now.AddHours(-1), expired ? now.AddHours(-10) : now.AddYears(1), RandomNumberGenerator.GetBytes(16));
        return new LabCertificate(
            certificate.ExportCertificatePem() + "\n" + AuthorityPem + "\n",
            key.ExportPkcs8PrivateKeyPem() + "\n",
            Convert.ToBase64String(SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo())));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _authority.Dispose();
        _key.Dispose();
    }
}
