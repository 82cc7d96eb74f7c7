using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace Cassiopea.Vault.Access;

/// <summary>Tells who calls by the service token. Every known token is compared, each in constant time, so that the time of the answer tells nothing.</summary>
internal sealed class ServiceTokens
{
    private const string Scheme = "Bearer ";
    private readonly List<(string Service, byte[] Hash)> _hashes;

    public ServiceTokens(IOptions<VaultOptions> options) =>
        _hashes = [.. options.Value.Tokens.Select(token => (token.Key, SHA256.HashData(Encoding.UTF8.GetBytes(token.Value))))];

    /// <summary>The name of the service whose token an <c>Authorization</c> header holds; null when it is nobody's.</summary>
    public string? ServiceOf(string? authorization)
    {
        if (authorization is null || !authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)) return null;
        Span<byte> presented = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(authorization[Scheme.Length..].Trim()), presented);
        string? caller = null;
        foreach (var (service, hash) in _hashes)
            if (CryptographicOperations.FixedTimeEquals(hash, presented)) caller = service;
        return caller;
    }
}
