using System.Security.Cryptography;
using System.Text;

namespace Cassiopea.Transfer.Sasl;

/// <summary>One way to prove who we are (RFC 4422): what we say first, and what we answer to each challenge.</summary>
internal abstract class SaslMechanism
{
    public abstract string Name { get; }

    /// <summary>What we say without being asked; null when the server speaks first.</summary>
    public abstract byte[]? Initial();

    /// <summary>The answer to a challenge. Throws <see cref="SaslException"/> when the server does not prove itself.</summary>
    public abstract byte[] Answer(byte[] challenge);

    /// <summary>
    /// The best mechanism that the server offers; null = the protocol's own login command. Over TLS a password goes by PLAIN, one round trip; in
    /// clear by a mechanism that does not show it, when there is one.
    /// </summary>
    public static SaslMechanism? Choose(Func<string, bool> offers, SaslLogin who)
    {
        if (who.IsToken) return offers("OAUTHBEARER") ? new OAuthBearer(who) : new XOAuth2(who.Login, who.Secret);
        SaslMechanism? hidden = offers("SCRAM-SHA-256") ? new Scram(HashAlgorithmName.SHA256, who.Login, who.Secret)
            : offers("SCRAM-SHA-1") ? new Scram(HashAlgorithmName.SHA1, who.Login, who.Secret)
            : offers("CRAM-MD5") ? new CramMd5(who.Login, who.Secret)
            : null;
        var plain = offers("PLAIN") ? new Plain(who.Login, who.Secret) : null;
        return who.InClear ? hidden ?? plain : plain ?? hidden;
    }
}

/// <summary>Who logs in where, and with what.</summary>
internal sealed record SaslLogin(string Login, string Secret, bool IsToken, string Host, int Port, bool InClear)
{
    /// <summary>Says nothing of the secret.</summary>
    public override string ToString() => Login;
}

/// <summary>The server did not prove that it knows the password, or broke the mechanism. Holds no secret.</summary>
internal sealed class SaslException(string text) : Exception(text);

/// <summary>RFC 4616.</summary>
internal sealed class Plain(string login, string secret) : SaslMechanism
{
    public override string Name => "PLAIN";

    public override byte[] Initial() => Encoding.UTF8.GetBytes($"\0{login}\0{secret}");

    public override byte[] Answer(byte[] challenge) => challenge.Length == 0 ? Initial() : throw new SaslException("PLAIN has no challenge.");
}

/// <summary>RFC 2195.</summary>
internal sealed class CramMd5(string login, string secret) : SaslMechanism
{
    public override string Name => "CRAM-MD5";

    public override byte[]? Initial() => null;

    public override byte[] Answer(byte[] challenge) =>
        Encoding.UTF8.GetBytes($"{login} {Convert.ToHexStringLower(HMACMD5.HashData(Encoding.UTF8.GetBytes(secret), challenge))}");
}

/// <summary>The form of Google and Microsoft from before RFC 7628.</summary>
internal sealed class XOAuth2(string login, string token) : SaslMechanism
{
    public override string Name => "XOAUTH2";

    public override byte[] Initial() => Encoding.UTF8.GetBytes($"user={login}\u0001auth=Bearer {token}\u0001\u0001");

    /// <summary>A challenge is the server's reason for its refusal; an empty answer brings the refusal itself.</summary>
    public override byte[] Answer(byte[] challenge) => [];
}

/// <summary>RFC 7628.</summary>
internal sealed class OAuthBearer(SaslLogin who) : SaslMechanism
{
    public override string Name => "OAUTHBEARER";

    public override byte[] Initial() => Encoding.UTF8.GetBytes(
        $"n,a={who.Login.Replace("=", "=3D", StringComparison.Ordinal).Replace(",", "=2C", StringComparison.Ordinal)},\u0001host={who.Host}\u0001port={who.Port}\u0001auth=Bearer {who.Secret}\u0001\u0001");

    /// <summary>A challenge is the server's reason for its refusal (§3.2.3); this answer brings the refusal itself.</summary>
    public override byte[] Answer(byte[] challenge) => "\u0001"u8.ToArray();
}
