using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Cassiopea.Transfer.Sasl;

/// <summary>SCRAM without channel binding, RFC 5802 and RFC 7677: the password is not shown, and the server proves that it knows it.</summary>
internal sealed class Scram(HashAlgorithmName hash, string login, string secret, string? nonce = null) : SaslMechanism
{
    private const int MostIterations = 1_000_000;
    private readonly string _nonce = nonce ?? Convert.ToBase64String(RandomNumberGenerator.GetBytes(18));
    private byte[]? _serverSignature;
    private int _step;

    public override string Name => hash == HashAlgorithmName.SHA1 ? "SCRAM-SHA-1" : "SCRAM-SHA-256";

    private string Bare => $"n={Escape(login)},r={_nonce}";

    public override byte[] Initial() => Encoding.UTF8.GetBytes("n,," + Bare);

    public override byte[] Answer(byte[] challenge) => _step++ switch
    {
        0 when challenge.Length == 0 => AgainFirst(),
        0 => Prove(Encoding.UTF8.GetString(challenge)),
        1 => Check(Encoding.UTF8.GetString(challenge)),
        _ => throw new SaslException("The server does not stop asking."),
    };

    /// <summary>Without an initial response in the command the server first sends an empty challenge.</summary>
    private byte[] AgainFirst()
    {
        _step = 0;
        return Initial();
    }

    private byte[] Prove(string first)
    {
        var parts = Parts(first);
        if (!parts.TryGetValue('r', out var both) || !parts.TryGetValue('s', out var salt) || !parts.TryGetValue('i', out var rounds))
            throw new SaslException("The server's first message is not complete.");
        if (!both.StartsWith(_nonce, StringComparison.Ordinal) || both.Length == _nonce.Length) throw new SaslException("The server's nonce does not begin with ours.");
        if (!int.TryParse(rounds, NumberStyles.None, CultureInfo.InvariantCulture, out var iterations) || iterations is < 1 or > MostIterations)
            throw new SaslException("The number of iterations is not acceptable.");
        var size = hash == HashAlgorithmName.SHA1 ? 20 : 32;
        var salted = Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(secret.Normalize(NormalizationForm.FormKC)), Bytes(salt), iterations, hash, size);
        var clientKey = Mac(salted, "Client Key"u8);
        var last = $"c=biws,r={both}";
        var message = Encoding.UTF8.GetBytes($"{Bare},{first},{last}");
        var signature = Mac(hash == HashAlgorithmName.SHA1 ? SHA1.HashData(clientKey) : SHA256.HashData(clientKey), message);
        for (var i = 0; i < clientKey.Length; i++) clientKey[i] ^= signature[i];
        _serverSignature = Mac(Mac(salted, "Server Key"u8), message);
        return Encoding.UTF8.GetBytes($"{last},p={Convert.ToBase64String(clientKey)}");
    }

    private byte[] Check(string final)
    {
        var parts = Parts(final);
        if (parts.TryGetValue('e', out var error)) throw new SaslException($"The server refuses: {error}");
        if (!parts.TryGetValue('v', out var proof) || !CryptographicOperations.FixedTimeEquals(Bytes(proof), _serverSignature))
            throw new SaslException("The server does not prove that it knows the password.");
        return [];
    }

    private byte[] Mac(byte[] key, ReadOnlySpan<byte> message) =>
        hash == HashAlgorithmName.SHA1 ? HMACSHA1.HashData(key, message) : HMACSHA256.HashData(key, message);

    private static byte[] Bytes(string base64)
    {
        var octets = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, octets, out var written) ? octets[..written] : throw new SaslException("A part of the server's message is not base64.");
    }

    private static Dictionary<char, string> Parts(string message)
    {
        var parts = new Dictionary<char, string>();
        foreach (var part in message.Split(','))
        {
            if (part.Length > 2 && part[1] == '=') parts.TryAdd(part[0], part[2..]);
        }

        return parts;
    }

    private static string Escape(string name) =>
        name.Normalize(NormalizationForm.FormKC).Replace("=", "=3D", StringComparison.Ordinal).Replace(",", "=2C", StringComparison.Ordinal);
}
