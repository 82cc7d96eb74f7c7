using System.Security.Cryptography;
using System.Text;

namespace Cassiopea.MySql.Wire;

/// <summary>What is sent instead of the password.</summary>
internal static class Scramble
{
    public const string Native = "mysql_native_password";
    public const string CachingSha2 = "caching_sha2_password";
    public const string Clear = "mysql_clear_password";
    public const string Old = "mysql_old_password";

    /// <summary>SHA1(password) xor SHA1(nonce + SHA1(SHA1(password))).</summary>
    public static byte[] ForNative(string password, ReadOnlySpan<byte> nonce)
    {
        if (password.Length == 0) return [];
        var first = SHA1.HashData(Encoding.UTF8.GetBytes(password));
        var mixed = SHA1.HashData([.. nonce, .. SHA1.HashData(first)]);
        return Xor(first, mixed);
    }

    /// <summary>SHA256(password) xor SHA256(SHA256(SHA256(password)) + nonce).</summary>
    public static byte[] ForCachingSha2(string password, ReadOnlySpan<byte> nonce)
    {
        if (password.Length == 0) return [];
        var first = SHA256.HashData(Encoding.UTF8.GetBytes(password));
        var mixed = SHA256.HashData([.. SHA256.HashData(SHA256.HashData(first)), .. nonce]);
        return Xor(first, mixed);
    }

    /// <summary>The password under the server's public key (RSAES-OAEP, RFC 8017 §7.1), where there is no TLS.</summary>
    /// <exception cref="MySqlSyntaxException">The key is not one.</exception>
    public static byte[] Encrypted(string password, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> pem)
    {
        var clear = ZeroEnded(password);
        for (var i = 0; i < clear.Length; i++) clear[i] ^= nonce[i % nonce.Length];
        try
        {
            using var key = RSA.Create();
            key.ImportFromPem(Encoding.ASCII.GetString(pem));
            return key.Encrypt(clear, RSAEncryptionPadding.OaepSHA1);
        }
        catch (Exception unusable) when (unusable is ArgumentException or CryptographicException)
        {
            throw new MySqlSyntaxException("The server's public key cannot be used.");
        }
    }

    public static byte[] ZeroEnded(string password) => [.. Encoding.UTF8.GetBytes(password), 0];

    private static byte[] Xor(byte[] left, byte[] right)
    {
        for (var i = 0; i < left.Length; i++) left[i] ^= right[i];
        return left;
    }
}
