using System.Buffers.Binary;
using System.Security.Cryptography;
using Cassiopea.Transfer;

namespace Cassiopea.Zones.Wire;

/// <summary>A key that two servers share to sign messages (RFC 8945).</summary>
public sealed class TsigKey
{
    private readonly byte[] _secret;

    private TsigKey(DnsName name, DnsName algorithm, byte[] secret) => (Name, Algorithm, _secret) = (name, algorithm, secret);

    /// <summary>The key's name; both sides must call it the same.</summary>
    public DnsName Name { get; }

    /// <summary>For example <c>hmac-sha256.</c></summary>
    public DnsName Algorithm { get; }

    /// <summary>Reads a key as the tools of Knot and BIND take it: <c>hmac-sha256:name:base64</c>.</summary>
    /// <param name="text">The key; treat it as a password.</param>
    /// <exception cref="FormatException">Not a key; the text is not repeated.</exception>
    public static TsigKey Parse(string text)
    {
        var parts = text.Trim().Split(':');
        if (parts.Length != 3 || parts[0] is not ("hmac-sha256" or "hmac-sha384" or "hmac-sha512")) throw new FormatException("A TSIG key is written hmac-sha256:name:base64.");
        try
        {
            return new(DnsName.Parse(parts[1]), DnsName.Parse(parts[0]), Convert.FromBase64String(parts[2]));
        }
        catch (FormatException wrong)
        {
            throw new FormatException("The name or the base64 of a TSIG key is wrong.", wrong);
        }
    }

    /// <summary>Says nothing of the secret.</summary>
    public override string ToString() => Name.Text;

    internal byte[] Mac(ReadOnlySpan<byte> data) => Algorithm.Host switch
    {
        "hmac-sha512" => HMACSHA512.HashData(_secret, data),
        "hmac-sha384" => HMACSHA384.HashData(_secret, data),
        _ => HMACSHA256.HashData(_secret, data),
    };
}

/// <summary>Signs one request and checks what is answered to it, message by message (RFC 8945 §5).</summary>
internal sealed class TsigExchange(TsigKey key, TransferSide side)
{
    private const int Fudge = 300;
    private const int MostUnsigned = 99;

    private readonly List<byte[]> _unsigned = [];
    private byte[] _last = [];
    private bool _first = true;

    /// <summary>The request with its signature.</summary>
    public byte[] Sign(ReadOnlySpan<byte> request)
    {
        var at = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var id = BinaryPrimitives.ReadUInt16BigEndian(request);
        _last = key.Mac([.. request, .. Variables(at, Fudge, 0, [])]);
        var writer = new WireWriter();
        writer.Octets(request).Name(key.Name).Number16(RecordType.Tsig.Value).Number16(RecordType.Any.Value).Number32(0);
        var length = writer.Length;
        writer.Number16(0).Name(key.Algorithm);
        Time(writer, at).Number16(Fudge).Number16(_last.Length).Octets(_last).Number16(id).Number16(0).Number16(0);
        writer.Patch16(length, writer.Length - length - 2);
        writer.Patch16(10, BinaryPrimitives.ReadUInt16BigEndian(request[10..]) + 1);
        return writer.ToArray();
    }

    /// <summary>Refuses a message whose signature is wrong, or that has none where it must; <paramref name="last"/> must be signed (RFC 8945 §5.3.1).</summary>
    public void Check(byte[] octets, DnsMessage message, bool last)
    {
        if (message.TsigAt is not { } at)
        {
            if (_first || last || _unsigned.Count >= MostUnsigned) throw Wrong(message.Rcode is Rcode.NotAuth or Rcode.Refused ? $"The server answers {message.Rcode}: it does not know the key {key.Name.Host}, or the key may not do this." : "An answer is not signed.");
            _unsigned.Add(octets);
            return;
        }

        var signature = Read(octets, at);
        if (signature.Error != 0) throw Wrong($"The server refuses the signature by key {key.Name.Host}: {Reason(signature.Error)}.");
        byte[] stripped = octets[..at];
        BinaryPrimitives.WriteUInt16BigEndian(stripped, signature.Id);
        BinaryPrimitives.WriteUInt16BigEndian(stripped.AsSpan(10), (ushort)(BinaryPrimitives.ReadUInt16BigEndian(stripped.AsSpan(10)) - 1));
        var writer = new WireWriter();
        writer.Number16(_last.Length).Octets(_last);
        foreach (var earlier in _unsigned) writer.Octets(earlier);
        writer.Octets(stripped);
        if (_first) writer.Octets(Variables(signature.At, signature.Fudge, signature.Error, signature.Other));
        else Time(writer, signature.At).Number16(signature.Fudge);
        if (!CryptographicOperations.FixedTimeEquals(key.Mac(writer.Written), signature.Mac)) throw Wrong("The signature of an answer is wrong.");
        if (Math.Abs(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() - signature.At) > signature.Fudge) throw Wrong("The signature of an answer is too old: compare the clocks.");
        (_last, _first) = (signature.Mac, false);
        _unsigned.Clear();
    }

    private static string Reason(int error) => error switch { 16 => "wrong signature", 17 => "unknown key", 18 => "the clocks differ", _ => FormattableString.Invariant($"error {error}") };

    private static WireWriter Time(WireWriter writer, long at) => writer.Number16((int)(at >> 32)).Number32((uint)at);

    private ZoneException Wrong(string text) => new(side, TransferFailureKind.Refused, TransferCode.AuthenticationFailed, text);

    private byte[] Variables(long at, int fudge, int error, byte[] other)
    {
        var writer = new WireWriter();
        writer.Name(key.Name).Number16(RecordType.Any.Value).Number32(0).Name(key.Algorithm);
        return Time(writer, at).Number16(fudge).Number16(error).Number16(other.Length).Octets(other).ToArray();
    }

    private Signature Read(byte[] octets, int at)
    {
        var reader = new WireReader(octets, at);
        var name = reader.Name();
        reader.Octets(10);
        if (!name.Equals(key.Name) || !reader.Name().Equals(key.Algorithm)) throw Wrong("An answer is signed by another key.");
        var when = ((long)reader.Number16() << 32) | reader.Number32();
        var fudge = reader.Number16();
        var mac = reader.Octets(reader.Number16()).ToArray();
        var (id, error) = (reader.Number16(), reader.Number16());
        return new(when, fudge, mac, id, error, reader.Octets(reader.Number16()).ToArray());
    }

    private sealed record Signature(long At, int Fudge, byte[] Mac, ushort Id, int Error, byte[] Other);
}
