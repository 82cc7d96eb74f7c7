using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Cassiopea.Sites.Checks;

/// <summary>What is wrong with a place's certificate for a name.</summary>
public enum CertificateProblem
{
    /// <summary>Nothing: browsers take it.</summary>
    None,

    /// <summary>Nothing answers with TLS there.</summary>
    Missing,

    /// <summary>Its time is over.</summary>
    Expired,

    /// <summary>Its time has not begun.</summary>
    NotYetValid,

    /// <summary>It is made out to other names.</summary>
    WrongName,

    /// <summary>No authority that is trusted has signed it.</summary>
    Untrusted,
}

/// <summary>A certificate as a visitor would get it.</summary>
/// <param name="Problem">What is wrong.</param>
/// <param name="NotAfter">When it ends; null when there is none.</param>
/// <param name="Names">Names that it is made out to.</param>
public sealed record CertificateSeen(CertificateProblem Problem, DateTimeOffset? NotAfter, IReadOnlyList<string> Names);

/// <summary>Looks at a place's certificate before its name leads there: the address is connected to, the name is asked for (SNI, RFC 6066 §3).</summary>
public static class CertificateCheck
{
    /// <summary>Looks.</summary>
    /// <param name="name">The site's host name.</param>
    /// <param name="place">The server's address and port; checked by the caller that it may be connected to.</param>
    /// <param name="now">The time at which it must be valid.</param>
    /// <param name="roots">Authorities to trust instead of the system's; null = the system's.</param>
    /// <param name="idle">Longest wait.</param>
    /// <param name="token">Stops it.</param>
    public static async Task<CertificateSeen> RunAsync(string name, IPEndPoint place, DateTimeOffset now, X509Certificate2Collection? roots, TimeSpan idle, CancellationToken token)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(token);
        limit.CancelAfter(idle);
        X509Certificate2Collection sent = [];
        try
        {
            using TcpClient client = new(place.AddressFamily);
            await client.ConnectAsync(place, limit.Token);
            await using SslStream tls = new(client.GetStream());
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = name,
                    // no certificate is fetched from an address that the other side names, and none that visitors' programs would lack is added
                    CertificateChainPolicy = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true },
                    RemoteCertificateValidationCallback = (_, certificate, chain, _) =>
                    {
                        // judged below, at the given time; what arrives is only looked at
                        if (certificate is not null)
                            sent.Add(new X509Certificate2(certificate));
                        foreach (var element in chain?.ChainElements.Skip(1) ?? [])
                            sent.Add(new X509Certificate2(element.Certificate));
                        return certificate is not null;
                    },
                },
                limit.Token);
        }
        catch (Exception e) when (e is SocketException or IOException or AuthenticationException || (e is OperationCanceledException && !token.IsCancellationRequested))
        {
            return new CertificateSeen(CertificateProblem.Missing, null, []);
        }

        return sent.Count == 0 ? new CertificateSeen(CertificateProblem.Missing, null, []) : Judge(name, sent, now, roots);
    }

    private static CertificateSeen Judge(string name, X509Certificate2Collection sent, DateTimeOffset now, X509Certificate2Collection? roots)
    {
        var certificate = sent[0];
        var (from, to) = (new DateTimeOffset(certificate.NotBefore.ToUniversalTime()), new DateTimeOffset(certificate.NotAfter.ToUniversalTime()));
        var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(static x => x.EnumerateDnsNames()).Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        var problem = now > to ? CertificateProblem.Expired
            : now < from ? CertificateProblem.NotYetValid
            : !certificate.MatchesHostname(name) ? CertificateProblem.WrongName
            : !IsTrusted(certificate, sent, now, roots) ? CertificateProblem.Untrusted
            : CertificateProblem.None;
        foreach (var one in sent)
            one.Dispose();
        return new CertificateSeen(problem, to, names);
    }

    private static bool IsTrusted(X509Certificate2 certificate, X509Certificate2Collection sent, DateTimeOffset now, X509Certificate2Collection? roots)
    {
        using X509Chain chain = new();
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationTime = now.UtcDateTime;
        chain.ChainPolicy.ExtraStore.AddRange(sent);
        if (roots is not null)
        {
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.AddRange(roots);
        }

        return chain.Build(certificate);
    }
}
