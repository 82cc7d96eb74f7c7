using System.Net;

namespace Cassiopea.MySql;

/// <summary>How the connection is protected. The protocol has one way: a plain greeting, then TLS.</summary>
public enum MySqlTls
{
    /// <summary>TLS before anything of ours is said; never without.</summary>
    Required,

    /// <summary>No TLS: only where somebody wrote so.</summary>
    None,
}

/// <summary>Where a database is and as whom it is entered; never with which secret.</summary>
/// <param name="Host">DNS name or address; the name that the certificate must bear.</param>
/// <param name="Port">TCP port.</param>
/// <param name="Tls">How the connection is protected.</param>
/// <param name="Login">Login name.</param>
/// <param name="Database">The database's name.</param>
/// <param name="CertificatePin">SHA-256 of the server's public key (SPKI), base64; when given, exactly this key is accepted and no other.</param>
/// <param name="Address">Address to connect to when the caller has resolved and checked it; null = <paramref name="Host"/> is resolved here.</param>
public sealed record MySqlEndpoint(
    string Host, int Port, MySqlTls Tls, string Login, string Database, string? CertificatePin = null, IPAddress? Address = null)
{
    /// <summary>The endpoint as a URL without any secret: <c>mysql://user@host:port/database</c>.</summary>
    public string Url => $"mysql://{Uri.EscapeDataString(Login)}@{(Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host)}:{Port}/{Uri.EscapeDataString(Database)}";
}

/// <summary>One end of a transfer.</summary>
/// <param name="Endpoint">Where and as whom.</param>
/// <param name="Password">Asked at each login, so that a lease may be renewed; its exceptions pass through.</param>
public sealed record MySqlAccount(MySqlEndpoint Endpoint, Func<CancellationToken, ValueTask<string>> Password)
{
    /// <summary>An account with a password that does not change.</summary>
    /// <param name="endpoint">Where and as whom.</param>
    /// <param name="password">The password.</param>
    public static MySqlAccount WithPassword(MySqlEndpoint endpoint, string password) => new(endpoint, _ => ValueTask.FromResult(password));
}
