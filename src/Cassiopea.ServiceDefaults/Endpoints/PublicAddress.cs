using System.Net;

namespace Cassiopea.ServiceDefaults.Endpoints;

/// <summary>Which addresses belong to the public internet; everything else is inside somebody's network (sec-S8).</summary>
public static class PublicAddress
{
    /// <summary>IANA special-purpose registries (RFC 6890), IPv4: none of these is a provider's mail server.</summary>
    private static readonly IPNetwork[] Special4 = [.. new[]
    {
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
        "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
    }.Select(n => IPNetwork.Parse(n))];

    /// <summary>IPv6: only global unicast 2000::/3 is public, less these.</summary>
    private static readonly IPNetwork[] Special6 = [.. new[] { "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20" }.Select(n => IPNetwork.Parse(n))];

    private static readonly IPNetwork Global6 = IPNetwork.Parse("2000::/3");

    /// <summary>NAT64 (RFC 6052): the last 32 bits are an IPv4 address.</summary>
    private static readonly IPNetwork Nat64 = IPNetwork.Parse("64:ff9b::/96");

    /// <summary>True when the address is on the public internet; forms that carry an IPv4 address are judged by it.</summary>
    public static bool Is(IPAddress address)
    {
        var plain = Unwrap(address);
        return plain.GetAddressBytes().Length == 4
            ? !Array.Exists(Special4, n => n.Contains(plain))
            : Global6.Contains(plain) && !Array.Exists(Special6, n => n.Contains(plain));
    }

    /// <summary>The IPv4 address inside an IPv4-mapped or NAT64 address; else the address itself without zone.</summary>
    public static IPAddress Unwrap(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        var bytes = address.GetAddressBytes();
        if (bytes.Length != 16)
            return address;
        var plain = new IPAddress(bytes);
        return Nat64.Contains(plain) ? new IPAddress(bytes.AsSpan(12)) : plain;
    }
}
