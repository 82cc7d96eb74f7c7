using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Cassiopea.Gateway.SignIn;

/// <summary>Time-based one-time passwords (RFC 6238): SHA-1, 30 seconds, six digits, as every authenticator reads them.</summary>
internal static class Totp
{
    const int Seconds = 30;
    const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    public static string CodeAt(byte[] secret, DateTimeOffset at) => Code(secret, at.ToUnixTimeSeconds() / Seconds);

    /// <summary>The time step that a code belongs to, at most one before or after now; null when it is none of these.</summary>
    public static long? StepOf(byte[] secret, string code, DateTimeOffset now)
    {
        var step = now.ToUnixTimeSeconds() / Seconds;
        for (var offset = -1; offset <= 1; offset++)
        {
            if (CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Code(secret, step + offset)), Encoding.ASCII.GetBytes(code)))
                return step + offset;
        }
        return null;
    }

    /// <summary>Base32 (RFC 4648 §6) without padding, for people who type it.</summary>
    public static string Text(byte[] secret)
    {
        var text = new StringBuilder();
        for (int bits = 0, value = 0, i = 0; i < secret.Length || bits > 0;)
        {
            if (bits < 5 && i < secret.Length)
                (value, bits) = ((value << 8) | secret[i++], bits + 8);
            else if (bits < 5)
                (value, bits) = (value << (5 - bits), 5);
            text.Append(Alphabet[(value >> (bits - 5)) & 31]);
            bits -= 5;
            value &= (1 << bits) - 1;
        }
        return text.ToString();
    }

    public static string Address(string login, byte[] secret) =>
        $"otpauth://totp/Cassiopea:{Uri.EscapeDataString(login)}?secret={Text(secret)}&issuer=Cassiopea";

    // RFC 4226 §5.3
    static string Code(byte[] secret, long step)
    {
        var counter = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
#pragma warning disable CA5350 // the one hash that authenticator programs share; HMAC-SHA-1 is not broken
        var hash = HMACSHA1.HashData(secret, counter);
#pragma warning restore CA5350
        var number = BinaryPrimitives.ReadInt32BigEndian(hash.AsSpan(hash[^1] & 15)) & int.MaxValue;
        return (number % 1_000_000).ToString("D6", CultureInfo.InvariantCulture);
    }
}
