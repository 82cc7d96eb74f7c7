using System.Security.Cryptography;
using Cassiopea.Zones.Wire;

namespace Cassiopea.Zones.Checks;

/// <summary>How a parent's DS records stand to the keys that name servers show.</summary>
public enum SignerState
{
    /// <summary>The parent has no DS: the zone is not validated.</summary>
    Unsigned,

    /// <summary>Each name server shows a key that a DS names.</summary>
    Matching,

    /// <summary>There is a DS, and at least one name server shows no key for it: validating resolvers answer SERVFAIL.</summary>
    Bogus,
}

/// <summary>Compares DS with DNSKEY (RFC 4034 §5, RFC 4509). Signatures are not validated.</summary>
public static class DelegationSigner
{
    /// <summary>The key tag of a key (RFC 4034 appendix B).</summary>
    /// <param name="key">Data of type DNSKEY.</param>
    public static ushort KeyTag(RecordData key)
    {
        var sum = 0u;
        for (var i = 0; i < key.Wire.Length; i++) sum += (i & 1) == 0 ? (uint)key.Wire[i] << 8 : key.Wire[i];
        return (ushort)(sum + (sum >> 16));
    }

    /// <summary>The DS of a key, SHA-256 (RFC 4509 §2).</summary>
    /// <param name="zone">The zone.</param>
    /// <param name="key">Data of type DNSKEY.</param>
    public static RecordData Of(DnsName zone, RecordData key)
    {
        var writer = new WireWriter().Number16(KeyTag(key)).Octet(key.Wire[3]).Octet(2);
        return RecordData.FromWire(RecordType.Ds, writer.Octets(SHA256.HashData([.. zone.Wire, .. key.Wire])).Written);
    }

    /// <summary>True when a DS names the key.</summary>
    /// <param name="zone">The zone.</param>
    /// <param name="signer">Data of type DS.</param>
    /// <param name="key">Data of type DNSKEY.</param>
    public static bool Names(DnsName zone, RecordData signer, RecordData key)
    {
        var reader = new WireReader(signer.Wire);
        if (reader.Number16() != KeyTag(key) || reader.Octet() != key.Wire[3]) return false;
        byte[] signed = [.. zone.Wire, .. key.Wire];
        var digest = reader.Octet() switch
        {
            1 => SHA1.HashData(signed),
            2 => SHA256.HashData(signed),
            4 => SHA384.HashData(signed),
            _ => [],
        };
        return digest.Length > 0 && reader.Octets(reader.Left).SequenceEqual(digest);
    }

    /// <summary>How DS and the keys of each name server stand to each other.</summary>
    /// <param name="zone">The zone.</param>
    /// <param name="signers">The parent's DS records.</param>
    /// <param name="keysByServer">What each name server shows as DNSKEY.</param>
    public static SignerState State(DnsName zone, IReadOnlyCollection<RecordData> signers, IEnumerable<IReadOnlyCollection<RecordData>> keysByServer)
    {
        if (signers.Count == 0) return SignerState.Unsigned;
        return keysByServer.All(keys => keys.Any(key => signers.Any(signer => Names(zone, signer, key)))) ? SignerState.Matching : SignerState.Bogus;
    }
}
