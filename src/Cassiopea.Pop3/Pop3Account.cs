using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace Cassiopea.Pop3;

/// <summary>How the connection is protected.</summary>
public enum Pop3Tls
{
    /// <summary>TLS from the first byte (usually port 995).</summary>
    Implicit,

    /// <summary>Plain greeting, then STLS; never without (usually port 110).</summary>
    StartTls,

    /// <summary>No TLS: only where somebody wrote so.</summary>
    None,
}

/// <summary>Where a maildrop is and as whom it is entered; never with which secret.</summary>
/// <param name="Host">DNS name or address; the name that the certificate must bear.</param>
/// <param name="Port">TCP port.</param>
/// <param name="Tls">How the connection is protected.</param>
/// <param name="Login">Login name.</param>
/// <param name="CertificatePin">SHA-256 of the server's public key (SPKI), base64; when given, exactly this key is accepted.</param>
/// <param name="Address">Address to connect to when the caller has resolved and checked it.</param>
public sealed record Pop3Endpoint(string Host, int Port, Pop3Tls Tls, string Login, string? CertificatePin = null, IPAddress? Address = null)
{
    /// <summary>The endpoint as a URL without any secret: <c>pop3://user@host:port/</c>.</summary>
    public string Url => $"pop3://{Uri.EscapeDataString(Login)}@{(Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host)}:{Port}/";
}

/// <summary>What the maildrop is entered with.</summary>
/// <param name="Secret">The password, or the access token.</param>
/// <param name="IsToken">True when it is an OAuth access token.</param>
public sealed record Pop3Credential(string Secret, bool IsToken = false)
{
    /// <summary>Says nothing of the secret.</summary>
    public override string ToString() => IsToken ? "token" : "password";
}

/// <summary>One maildrop.</summary>
/// <param name="Endpoint">Where and as whom.</param>
/// <param name="Credential">Asked at each login; its exceptions pass through.</param>
public sealed record Pop3Account(Pop3Endpoint Endpoint, Func<CancellationToken, ValueTask<Pop3Credential>> Credential)
{
    /// <summary>An account with a password that does not change.</summary>
    /// <param name="endpoint">Where and as whom.</param>
    /// <param name="password">The password.</param>
    public static Pop3Account WithPassword(Pop3Endpoint endpoint, string password) =>
        new(endpoint, _ => ValueTask.FromResult(new Pop3Credential(password)));
}

/// <summary>How a maildrop is read.</summary>
public sealed record Pop3Options
{
    /// <summary>Longest time without an octet while one is waited for.</summary>
    /// <value>60 s.</value>
    public TimeSpan Idle { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Longest time for connecting, TLS and login.</summary>
    /// <value>30 s.</value>
    public TimeSpan Connect { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Most RETR commands on their way when the server announces PIPELINING.</summary>
    /// <value>100.</value>
    public int Window { get; init; } = 100;

    /// <summary>Largest message, octets; a larger one is listed as unreadable and ends the connection.</summary>
    /// <value>2 GiB less one.</value>
    public long LargestMessage { get; init; } = int.MaxValue;

    /// <summary>Most messages of a maildrop.</summary>
    /// <value>2,000,000.</value>
    public int MostMessages { get; init; } = 2_000_000;

    /// <summary>Capabilities not to be used although announced, for example <c>PIPELINING</c> or <c>UIDL</c>.</summary>
    public IReadOnlyCollection<string> WithoutCapabilities { get; init; } = [];

    /// <summary>Certificates to trust instead of the system's; null = the system's.</summary>
    public X509Certificate2Collection? TrustedRoots { get; init; }
}
