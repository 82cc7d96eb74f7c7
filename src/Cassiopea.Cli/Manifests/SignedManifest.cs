using System.Security.Cryptography;
using System.Text;
using Cassiopea.Transfer.Manifests;
using Org.BouncyCastle.Math.EC.Rfc8032;

namespace Cassiopea.Cli.Manifests;

/// <summary>A manifest in its canonical form, the signature of its octets and the public key beside it: all that a stranger needs.</summary>
internal static class SignedManifest
{
    public static string SignatureOf(string manifest) => manifest + ".sig";

    public static string PublicKeyOf(string manifest) => manifest + ".pub.pem";

    /// <summary>Writes the manifest; with a key its signature and public key too. What an earlier run signed goes first.</summary>
    public static async Task<(ManifestHeader Header, string Sha256)> WriteAsync(string path, string account, IEnumerable<ManifestLine> lines, SigningKey? key, CancellationToken token)
    {
        File.Delete(SignatureOf(path));
        using var writer = new ManifestWriter(path, account);
        foreach (var line in lines)
        {
            token.ThrowIfCancellationRequested();
            writer.Add(line);
        }

        var made = await writer.EndAsync(token);
        if (key is null) return made;
        var signature = key.Sign(await File.ReadAllBytesAsync(path, token));
        await File.WriteAllTextAsync(PublicKeyOf(path), Ed25519Pem.Public(key.Public), token);
        await File.WriteAllTextAsync(SignatureOf(path), Convert.ToBase64String(signature) + "\n", token);
        return made;
    }

    /// <summary>What is wrong with a manifest; nothing when it is what the owner of the key signed.</summary>
    public static (ManifestHeader? Header, string Sha256, IReadOnlyList<string> Differences) Verify(string path, string signature, ReadOnlySpan<char> publicKey)
    {
        var key = Ed25519Pem.ReadPublic(publicKey) ?? throw new UsageException("--key must be a public key of Ed25519 (SubjectPublicKeyInfo, PEM).");
        var octets = Read(path);
        var check = ManifestCheck.Of(octets);
        var differences = new List<string>();
        var given = new byte[Ed25519.SignatureSize];
        if (!Convert.TryFromBase64String(Encoding.ASCII.GetString(Read(signature)).Trim(), given, out var length) || length != given.Length)
            differences.Add($"{signature} is no signature: 64 octets in base64.");
        else if (!IsBy(key, given, octets))
            differences.Add(SignerOf(path, given, octets, key));
        differences.AddRange(check.Differences);
        return (check.Header, Convert.ToHexStringLower(SHA256.HashData(octets)), differences);
    }

    /// <summary>Whether the file, the signature or the key is another one cannot be told from them; the key beside the manifest says more.</summary>
    private static string SignerOf(string path, byte[] signature, byte[] octets, byte[] key)
    {
        var beside = File.Exists(PublicKeyOf(path)) ? Ed25519Pem.ReadPublic(File.ReadAllText(PublicKeyOf(path))) : null;
        if (beside is null || beside.AsSpan().SequenceEqual(key)) return "The signature is not of these octets: the manifest or the signature has been changed.";
        return IsBy(beside, signature, octets)
            ? $"The manifest is signed by another key than the one given: the one in {PublicKeyOf(path)}."
            : $"The signature is not of these octets, neither by the key given nor by the other one in {PublicKeyOf(path)}.";
    }

    private static bool IsBy(byte[] key, byte[] signature, byte[] octets) => Ed25519.Verify(signature, 0, key, 0, octets, 0, octets.Length);

    private static byte[] Read(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{path} cannot be read: {failed.Message}");
        }
    }
}
