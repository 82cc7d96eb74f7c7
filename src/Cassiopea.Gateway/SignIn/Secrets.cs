using System.Security.Cryptography;
using System.Text;

namespace Cassiopea.Gateway.SignIn;

/// <summary>256 random bits as text; only the hash is stored.</summary>
internal static class Secrets
{
    public static string Make() => Text(RandomNumberGenerator.GetBytes(32));

    public static byte[] HashOf(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    static string Text(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');
}
