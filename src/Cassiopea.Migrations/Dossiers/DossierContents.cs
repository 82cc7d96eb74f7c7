using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Cassiopea.Migrations.Dossiers;

/// <summary>One file of the dossier.</summary>
/// <param name="Name">Its path in the ZIP file.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">Lower-case hex.</param>
internal sealed record DossierFile(string Name, long Bytes, string Sha256)
{
    public static DossierFile Of(string name, byte[] content) => new(name, content.LongLength, Convert.ToHexStringLower(SHA256.HashData(content)));

    public static DossierFile Of(string name, string content) => Of(name, Encoding.UTF8.GetBytes(content));
}

/// <summary>The signed list of all files that a dossier must have and no other; it grows with each receipt.</summary>
/// <param name="Number">0 at the hand-over, one more with each receipt.</param>
/// <param name="Json">The list.</param>
/// <param name="Signature">ECDSA P-256 over SHA-256 of <paramref name="Json"/> in UTF-8, DER, base64.</param>
internal sealed record DossierContents(int Number, string Json, string Signature)
{
    public static DossierContents Sign(Guid migration, int number, IReadOnlyList<DossierFile> files, ReceiptKey key)
    {
        var json = JsonSerializer.Serialize(new { format = 1, migrationId = migration, number, files = files.OrderBy(file => file.Name, StringComparer.Ordinal) }, Migrations.Json.Indented)
            .ReplaceLineEndings("\n");
        return new DossierContents(number, json, Convert.ToBase64String(key.Sign(Encoding.UTF8.GetBytes(json))));
    }

    /// <summary>The list with one more signed receipt; null when the dossier was made before there was such a list.</summary>
    public static DossierContents? Add(Migration m, string receipt, string json, string signature, ReceiptKey key)
    {
        if (m.DossierFiles.Count == 0)
            return null;
        m.DossierFiles = [.. m.DossierFiles, DossierFile.Of($"receipts/{receipt}.json", json), DossierFile.Of($"receipts/{receipt}.sig", signature)];
        return Sign(m.CorrelationId, (m.DossierFiles.Count - Dossier.FileCount) / 2, m.DossierFiles, key);
    }
}
