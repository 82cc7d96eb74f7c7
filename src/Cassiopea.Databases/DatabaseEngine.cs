using System.Security.Cryptography.X509Certificates;
using Cassiopea.Contracts;
using Cassiopea.MySql.Engine;
using Microsoft.Extensions.Options;

namespace Cassiopea.Databases;

/// <summary>The engine's settings as this service's options ask for them.</summary>
internal sealed class DatabaseEngine(IOptions<DatabasesOptions> options)
{
    private readonly X509Certificate2Collection? _trusted = Trusted(options.Value.TrustedRootsFile);

    /// <summary>With what people decided about this database.</summary>
    public DatabaseCopyOptions Copy(DatabaseChoices? choices = null) => new()
    {
        AcceptedFindings = choices?.AcceptedFindings ?? [],
        ExcludedTables = choices?.ExcludedTables ?? [],
        OldPrefix = choices?.OldPrefix ?? "",
        NewPrefix = choices?.NewPrefix ?? "",
        Connections = options.Value.Connections,
        ChunkRows = options.Value.ChunkRows,
        BytesPerSecond = options.Value.BytesPerSecond,
        Idle = options.Value.Idle,
        Patience = options.Value.Patience,
        TrustedRoots = _trusted,
    };

    private static X509Certificate2Collection? Trusted(string file)
    {
        if (file.Length == 0)
            return null;
        X509Certificate2Collection roots = [];
        roots.ImportFromPemFile(file);
        return roots;
    }
}
