using System.Text;
using System.Text.Json;
using Cassiopea.Contracts;

namespace Cassiopea.Migrations.Dossiers;

/// <summary>The signed proof of what a service erased of its own (journals, manifests, archives) when a migration was over; verified as an <see cref="ErasureReceipt"/>.</summary>
internal sealed class WorkReceipt
{
    public Guid MigrationId { get; set; }

    public string Service { get; set; } = "";

    /// <summary>What is signed, in UTF-8.</summary>
    public string Json { get; set; } = "";

    /// <summary>ECDSA P-256 over SHA-256, base64, DER.</summary>
    public string Signature { get; set; } = "";

    public string PublicKeyPem { get; set; } = "";

    public DateTimeOffset SignedAt { get; set; }

    public static WorkReceipt Sign(WorkErased told, ReceiptKey key, DateTimeOffset now)
    {
        var json = JsonSerializer.Serialize(
            new { format = 1, told.MigrationId, told.Service, told.Items, told.Files, told.Bytes, told.Rows, erasedAt = told.AsOf, signedAt = now },
            Migrations.Json.Options);
        return new WorkReceipt
        {
            MigrationId = told.MigrationId,
            Service = told.Service,
            Json = json,
            Signature = Convert.ToBase64String(key.Sign(Encoding.UTF8.GetBytes(json))),
            PublicKeyPem = key.PublicKeyPem,
            SignedAt = now,
        };
    }
}
