using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Cassiopea.Contracts;

namespace Cassiopea.Migrations.Dossiers;

/// <summary>The signed proof that a member's credentials can no longer be read by anyone.</summary>
internal sealed class ErasureReceipt
{
    public Guid MigrationId { get; set; }

    /// <summary>What is signed, in UTF-8.</summary>
    public string Json { get; set; } = "";

    /// <summary>ECDSA P-256 over SHA-256, base64, in the form of RFC 3279 §2.2.3 (DER).</summary>
    public string Signature { get; set; } = "";

    public string PublicKeyPem { get; set; } = "";
    public DateTimeOffset SignedAt { get; set; }

    public static ErasureReceipt Sign(CredentialsErased told, ReceiptKey key, DateTimeOffset now)
    {
        var json = JsonSerializer.Serialize(
            new { format = 1, told.MigrationId, told.MemberId, credentials = told.Count, told.DataKeyId, told.MasterKeyVersion, erasedAt = told.AsOf, signedAt = now },
            Migrations.Json.Options);
        return new ErasureReceipt
        {
            MigrationId = told.MigrationId,
            Json = json,
            Signature = Convert.ToBase64String(key.Sign(Encoding.UTF8.GetBytes(json))),
            PublicKeyPem = key.PublicKeyPem,
            SignedAt = now,
        };
    }

    /// <summary>True when the text is what the holder of the key signed.</summary>
    public static bool Verify(string json, string signature, string publicKeyPem)
    {
        using var key = ECDsa.Create();
        key.ImportFromPem(publicKeyPem);
        return key.VerifyData(Encoding.UTF8.GetBytes(json), Convert.FromBase64String(signature), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
    }
}

/// <summary>The key that signs erasure receipts: a PEM file of mode 600, made when it does not exist yet.</summary>
internal sealed record ReceiptKey(string PrivateKeyPem, string PublicKeyPem)
{
    private static readonly Lock Making = new();

    public byte[] Sign(byte[] data)
    {
        using var key = ECDsa.Create();
        key.ImportFromPem(PrivateKeyPem);
        return key.SignData(data, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
    }

    public static ReceiptKey Load(MigrationsOptions options)
    {
        var path = options.ReceiptKeyFile.Length > 0 ? options.ReceiptKeyFile : Path.Combine(StateFolder(), "receipt-signing-key.pem");
        lock (Making)
        {
            if (!File.Exists(path))
                Make(path);
        }

        var pem = File.ReadAllText(path);
        using var key = ECDsa.Create();
        key.ImportFromPem(pem);
        return new ReceiptKey(pem, key.ExportSubjectPublicKeyInfoPem());
    }

    // another instance may make it at the same time: the first one that is moved into place stays
    private static void Make(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var draft = $"{path}.{Guid.NewGuid():N}";
        var file = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            file.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var writer = new StreamWriter(draft, Encoding.ASCII, file))
            writer.Write(key.ExportPkcs8PrivateKeyPem());
        try
        {
            File.Move(draft, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(draft);
        }
    }

    private static string StateFolder() => Path.Combine(
        Environment.GetEnvironmentVariable("XDG_STATE_HOME") is { Length: > 0 } xdg ? xdg
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "state"),
        "cassiopea");
}
