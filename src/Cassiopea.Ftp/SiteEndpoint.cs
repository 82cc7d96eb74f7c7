using System.Net;

namespace Cassiopea.Ftp;

/// <summary>How a site is reached.</summary>
public enum SiteProtocol
{
    /// <summary>FTP, with TLS unless <see cref="SiteTls.None"/> is written.</summary>
    Ftp,

    /// <summary>SFTP version 3, through the machine's OpenSSH client.</summary>
    Sftp,

    /// <summary>A directory of this machine: a member's backup.</summary>
    Local,
}

/// <summary>How an FTP connection is protected.</summary>
public enum SiteTls
{
    /// <summary>AUTH TLS on the usual port, then protected data connections; never without (RFC 4217).</summary>
    Explicit,

    /// <summary>TLS from the first byte (usually port 990).</summary>
    Implicit,

    /// <summary>No TLS: only where somebody wrote so.</summary>
    None,
}

/// <summary>Where a site is and as whom it is entered; never with which secret.</summary>
/// <param name="Protocol">How it is reached.</param>
/// <param name="Host">DNS name or address; the name that the certificate must bear.</param>
/// <param name="Port">TCP port.</param>
/// <param name="Login">Login name.</param>
/// <param name="Root">Folder of the site: relative to where the login lands, absolute with a leading <c>/</c>; empty = where the login lands.</param>
/// <param name="Tls">How an FTP connection is protected.</param>
/// <param name="Pin">
/// FTP: SHA-256 of the server's public key (SPKI), base64. SFTP: the host key's fingerprint as <c>ssh-keygen -l</c> prints it, with or without
/// <c>SHA256:</c>. When given, exactly this key is accepted and no other.
/// </param>
/// <param name="Address">Address to connect to when the caller has resolved and checked it; null = <paramref name="Host"/> is resolved here.</param>
/// <param name="KnownHosts">SFTP: file of host keys that are trusted; null = the user's own.</param>
public sealed record SiteEndpoint(
    SiteProtocol Protocol,
    string Host,
    int Port,
    string Login,
    string Root = "",
    SiteTls Tls = SiteTls.Explicit,
    string? Pin = null,
    IPAddress? Address = null,
    string? KnownHosts = null)
{
    /// <summary>A directory of this machine.</summary>
    /// <param name="path">The directory; made by a copy when it is a target and missing.</param>
    public static SiteEndpoint Directory(string path) => new(SiteProtocol.Local, "", 0, "", Path.GetFullPath(path), SiteTls.None);

    /// <summary>The endpoint as a URL without any secret.</summary>
    public string Url => Protocol == SiteProtocol.Local
        ? "file://" + Root
        : $"{(Protocol == SiteProtocol.Sftp ? "sftp" : "ftp")}://{Uri.EscapeDataString(Login)}@{(Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host)}:{Port}/{string.Join('/', Root.Split('/').Select(Uri.EscapeDataString))}";
}

/// <summary>What the account is entered with.</summary>
/// <param name="Password">The password; null = none (SFTP with a key).</param>
/// <param name="KeyFile">SFTP: file of the private key; null = none.</param>
public sealed record SiteCredential(string? Password, string? KeyFile = null)
{
    /// <summary>Says nothing of the secret.</summary>
    public override string ToString() => KeyFile is null ? "password" : "key";
}

/// <summary>One end of a copy.</summary>
/// <param name="Endpoint">Where and as whom.</param>
/// <param name="Credential">Asked at each login, so that a lease may be renewed; its exceptions pass through.</param>
public sealed record SiteAccount(SiteEndpoint Endpoint, Func<CancellationToken, ValueTask<SiteCredential>> Credential)
{
    /// <summary>An account with a password that does not change.</summary>
    /// <param name="endpoint">Where and as whom.</param>
    /// <param name="password">The password.</param>
    public static SiteAccount WithPassword(SiteEndpoint endpoint, string password) => new(endpoint, _ => ValueTask.FromResult(new SiteCredential(password)));

    /// <summary>An SFTP account that is entered with a key.</summary>
    /// <param name="endpoint">Where and as whom.</param>
    /// <param name="keyFile">File of the private key, without passphrase.</param>
    public static SiteAccount WithKey(SiteEndpoint endpoint, string keyFile) => new(endpoint, _ => ValueTask.FromResult(new SiteCredential(null, keyFile)));

    /// <summary>A directory of this machine.</summary>
    /// <param name="path">The directory.</param>
    public static SiteAccount Directory(string path) => new(SiteEndpoint.Directory(path), _ => ValueTask.FromResult(new SiteCredential(null)));
}
