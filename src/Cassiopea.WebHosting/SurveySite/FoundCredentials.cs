using System.Security.Cryptography;
using System.Text;
using Cassiopea.Contracts;
using Cassiopea.ServiceDefaults.Vault;
using Cassiopea.Sites.Configuration;
using Microsoft.Extensions.Options;

namespace Cassiopea.WebHosting;

/// <summary>
/// Logins of databases that a site's configurations hold go into the vault, under the member's key, and nowhere else: what is told is where the
/// database is and where its password is kept.
/// </summary>
internal sealed class FoundCredentials(VaultClient vault, IOptions<WebHostingOptions> options, ILogger<FoundCredentials> log)
{
    private const int UsualPort = 3306;

    /// <summary>Stores each; one that the vault does not take is left out.</summary>
    /// <exception cref="VaultUnavailableException">The vault does not answer.</exception>
    public async Task<IReadOnlyList<FoundItem>> StoreAsync(Guid item, Guid member, string siteHost, IReadOnlyList<DatabaseCredentials> databases, CancellationToken token)
    {
        Dictionary<string, FoundItem> found = new(StringComparer.OrdinalIgnoreCase);
        foreach (var one in databases.Where(static d => d is { Driver: "mysql", Name.Length: > 0, User.Length: > 0, Password.IsEmpty: false }))
        {
            if (found.ContainsKey(one.Name))
                continue;
            var end = EndOf(item, siteHost, one);
            var secret = Encoding.UTF8.GetBytes(one.Password.Reveal());
            try
            {
                var outcome = await vault.StoreAsync(end.CredentialId, member, secret, token);
                if (outcome == StoreOutcome.Stored)
                    found.Add(one.Name, new FoundItem(ItemKind.Database, one.Name, end, null, null));
                else
                    log.NotStored(item, outcome);
            }
            finally
            {
                CryptographicOperations.ZeroMemory(secret);
            }
        }

        return [.. found.Values];
    }

    /// <summary>The same ids at each survey of the same login.</summary>
    private Endpoint EndOf(Guid item, string siteHost, DatabaseCredentials database)
    {
        var local = database.Host is "" or "localhost" or "127.0.0.1" or "::1";
        var host = local ? options.Value.LocalDatabaseHost is { Length: > 0 } own ? own : siteHost : database.Host;
        var port = database.Port ?? UsualPort;
        return new Endpoint(
            IdOf($"{item:N}|end|{host}:{port}|{database.Name}"), "mysql", host, port, options.Value.FoundDatabaseTls, database.User, IdOf($"{item:N}|login|{database.User}@{host}:{port}|{database.Name}"), null, database.Name);
    }

    private static Guid IdOf(string text) => new(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));
}
