using System.Net;

namespace Cassiopea.Imap;

/// <summary>How the connection is protected.</summary>
public enum ImapTls
{
    /// <summary>TLS from the first byte (usually port 993).</summary>
    Implicit,

    /// <summary>Plain greeting, then STARTTLS; never without (usually port 143).</summary>
    StartTls,

    /// <summary>No TLS: only where somebody wrote so.</summary>
    None,
}

/// <summary>Where a mailbox is and as whom it is entered; never with which secret.</summary>
/// <param name="Host">DNS name or address; the name that the certificate must bear.</param>
/// <param name="Port">TCP port.</param>
/// <param name="Tls">How the connection is protected.</param>
/// <param name="Login">Login name.</param>
/// <param name="CertificatePin">SHA-256 of the server's public key (SPKI), base64; when given, exactly this key is accepted and no other.</param>
/// <param name="Address">Address to connect to when the caller has resolved and checked it; null = <paramref name="Host"/> is resolved here.</param>
/// <param name="PinReason">Why there is an exception, for people; it is shown when the exception has ended.</param>
/// <param name="PinUntil">From this instant on the exception is refused; null = it has no end.</param>
public sealed record ImapEndpoint(
    string Host, int Port, ImapTls Tls, string Login, string? CertificatePin = null, IPAddress? Address = null, string PinReason = "", DateTimeOffset? PinUntil = null)
{
    /// <summary>The endpoint as a URL without any secret: <c>imap://user@host:port/</c>; of a store its name.</summary>
    public string Url => Port == 0 ? Host : $"imap://{Uri.EscapeDataString(Login)}@{(Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host)}:{Port}/";
}

/// <summary>What the account is entered with.</summary>
/// <param name="Secret">The password, or the access token.</param>
/// <param name="IsToken">True when it is an OAuth access token (XOAUTH2, OAUTHBEARER).</param>
public sealed record ImapCredential(string Secret, bool IsToken = false)
{
    /// <summary>Says nothing of the secret.</summary>
    public override string ToString() => IsToken ? "token" : "password";
}

/// <summary>One end of a transfer.</summary>
/// <param name="Endpoint">Where and as whom.</param>
/// <param name="Credential">Asked at each login, so that a lease may be renewed and a token refreshed; its exceptions pass through.</param>
public sealed record ImapAccount(ImapEndpoint Endpoint, Func<CancellationToken, ValueTask<ImapCredential>> Credential)
{
    /// <summary>A mailbox that is no IMAP server, to be read from; null = the endpoint is connected to.</summary>
    public Stores.StoredMailbox? Stored { get; init; }

    /// <summary>An account that stands for a store: only a source, never a target.</summary>
    /// <param name="name">Names the store in journals, for example <c>maildir:/srv/mail</c>.</param>
    /// <param name="login">Login name; empty when there is none.</param>
    /// <param name="stored">The store.</param>
    public static ImapAccount OfStore(string name, string login, Stores.StoredMailbox stored) =>
        new(new(name, 0, ImapTls.None, login), _ => ValueTask.FromResult(new ImapCredential(""))) { Stored = stored };

    /// <summary>An account with a password that does not change.</summary>
    /// <param name="endpoint">Where and as whom.</param>
    /// <param name="password">The password.</param>
    public static ImapAccount WithPassword(ImapEndpoint endpoint, string password) =>
        new(endpoint, _ => ValueTask.FromResult(new ImapCredential(password)));
}
