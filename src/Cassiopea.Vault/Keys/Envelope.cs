using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Cassiopea.Vault.Keys;

/// <summary>
/// AES-256-GCM with a random 96-bit nonce and the owner's name as additional data, so that a row that was moved or altered cannot be opened (sec-S1).
/// A sealed value is: one byte of format (1), nonce, tag, ciphertext.
/// </summary>
internal static class Envelope
{
    /// <summary>Bytes of a master key and of a data key.</summary>
    public const int KeyBytes = 32;

    /// <summary>What sealing adds to the plain length.</summary>
    public const int Overhead = 1 + NonceBytes + TagBytes;

    private const byte Format = 1;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    /// <summary>The additional data of a wrapped data key.</summary>
    public static byte[] NameOfDataKey(Guid memberId, Guid dataKeyId, int masterKeyVersion) =>
        Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"data-key|{memberId:n}|{dataKeyId:n}|{masterKeyVersion}"));

    /// <summary>The additional data of a credential's field.</summary>
    public static byte[] NameOfSecret(Guid memberId, Guid credentialId, string field, int version) =>
        Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"credential|{memberId:n}|{credentialId:n}|{field}|{version}"));

    /// <summary>Encrypts.</summary>
    public static byte[] Seal(ReadOnlySpan<byte> key, ReadOnlySpan<byte> name, ReadOnlySpan<byte> plain)
    {
        var @sealed = new byte[Overhead + plain.Length];
        @sealed[0] = Format;
        var nonce = @sealed.AsSpan(1, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(key, TagBytes);
        aes.Encrypt(nonce, plain, @sealed.AsSpan(Overhead), @sealed.AsSpan(1 + NonceBytes, TagBytes), name);
        return @sealed;
    }

    /// <summary>Decrypts into <paramref name="plain"/>, whose length must be that of the sealed value less <see cref="Overhead"/>.</summary>
    /// <exception cref="BrokenSealException">Another key, another owner, another row, or altered bytes.</exception>
    public static void Open(ReadOnlySpan<byte> key, ReadOnlySpan<byte> name, ReadOnlySpan<byte> @sealed, Span<byte> plain)
    {
        if (@sealed.Length < Overhead || @sealed[0] != Format) throw new BrokenSealException(name);
        using var aes = new AesGcm(key, TagBytes);
        try
        {
            aes.Decrypt(@sealed.Slice(1, NonceBytes), @sealed[Overhead..], @sealed.Slice(1 + NonceBytes, TagBytes), plain, name);
        }
        catch (AuthenticationTagMismatchException)
        {
            throw new BrokenSealException(name);
        }
    }
}

/// <summary>A sealed value does not belong to the name under which it was found, or was altered. Holds ids only.</summary>
internal sealed class BrokenSealException(ReadOnlySpan<byte> name)
    : CryptographicException($"The seal of {Encoding.ASCII.GetString(name)} is broken: the row was altered, moved, or wrapped with another key.");
