using System.Security.Cryptography;

namespace Cassiopea.Cli.Manifests;

/// <summary>Ed25519 keys as PEM files of PKCS #8 and SubjectPublicKeyInfo (RFC 8410), as <c>openssl genpkey</c> and <c>openssl pkey -pubout</c> write them.</summary>
internal static class Ed25519Pem
{
    public const int KeyLength = 32;
    public const string PrivateLabel = "PRIVATE KEY";
    private const string PublicLabel = "PUBLIC KEY";

    // everything of the DER before the 32 octets of the key; RFC 8410 leaves no choice
    private static ReadOnlySpan<byte> PrivateHead => [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];

    private static ReadOnlySpan<byte> PublicHead => [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

    public static string Public(ReadOnlySpan<byte> key) => PemEncoding.WriteString(PublicLabel, [.. PublicHead, .. key]) + "\n";

    /// <summary>The characters of a private key's file; the caller clears them.</summary>
    public static char[] Private(ReadOnlySpan<byte> key)
    {
        Span<byte> der = stackalloc byte[PrivateHead.Length + KeyLength];
        PrivateHead.CopyTo(der);
        key.CopyTo(der[PrivateHead.Length..]);
        var made = PemEncoding.Write(PrivateLabel, der);
        CryptographicOperations.ZeroMemory(der);
        return made;
    }

    /// <summary>The public key; null when the text has none of Ed25519.</summary>
    public static byte[]? ReadPublic(ReadOnlySpan<char> pem) => Read(pem, PublicLabel, PublicHead);

    /// <summary>The private key; null when the text has none of Ed25519. The caller clears it.</summary>
    public static byte[]? ReadPrivate(ReadOnlySpan<char> pem) => Read(pem, PrivateLabel, PrivateHead);

    private static byte[]? Read(ReadOnlySpan<char> pem, string label, ReadOnlySpan<byte> head)
    {
        if (!PemEncoding.TryFind(pem, out var fields) || !pem[fields.Label].SequenceEqual(label) || fields.DecodedDataLength != head.Length + KeyLength) return null;
        Span<byte> der = stackalloc byte[fields.DecodedDataLength];
        var key = Convert.TryFromBase64Chars(pem[fields.Base64Data], der, out _) && der.StartsWith(head) ? der[head.Length..].ToArray() : null;
        CryptographicOperations.ZeroMemory(der);
        return key;
    }
}
