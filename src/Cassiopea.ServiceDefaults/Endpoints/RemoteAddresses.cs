using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Cassiopea.ServiceDefaults.Endpoints;

/// <summary>An end of a transfer that we do not connect to: <c>address-refused</c>.</summary>
public sealed class AddressRefusedException(string message) : Exception(message);

/// <summary>
/// Turns the host of an endpoint into the one address to connect to: resolved once, checked, and handed on, so that a second answer of
/// the DNS cannot lead elsewhere (sec-S8).
/// </summary>
/// <param name="allowed">Networks that are allowed although they are not public: a lab's own.</param>
/// <param name="resolve">Asks the DNS for all addresses of a name.</param>
public sealed class RemoteAddresses(IReadOnlyList<IPNetwork> allowed, Func<string, CancellationToken, Task<IPAddress[]>> resolve)
{
    /// <summary>Name of the setting: networks in CIDR form, separated by commas.</summary>
    public const string Setting = "AllowedTestNetworks";

    /// <summary>Reads <see cref="Setting"/>; in production it must be empty.</summary>
    /// <exception cref="InvalidOperationException">The setting is used in production, or is not a list of networks.</exception>
    public static RemoteAddresses From(IConfiguration configuration, IHostEnvironment environment)
    {
        var words = (configuration[Setting] ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (words.Length > 0 && environment.IsProduction())
            throw new InvalidOperationException($"{Setting} is for a lab and is refused in production: unset it, or set the environment to Development.");
        List<IPNetwork> networks = [];
        foreach (var word in words)
            networks.Add(IPNetwork.TryParse(word, out var network) ? network : throw new InvalidOperationException($"{Setting}: “{word}” is not a network such as 127.0.0.0/8."));
        return new RemoteAddresses(networks, Dns.GetHostAddressesAsync);
    }

    /// <summary>True when an address is public, or one of an allowed test network.</summary>
    /// <param name="address">Found elsewhere, for example as a name server's.</param>
    public bool Permits(IPAddress address) => allowed.Any(network => network.Contains(PublicAddress.Unwrap(address))) || PublicAddress.Is(address);

    /// <summary>The address to connect to; IPv4 first, since a provider that has both serves both.</summary>
    /// <param name="host">DNS name or address.</param>
    /// <param name="port">TCP port.</param>
    /// <param name="ports">Ports of the protocol; other ports are refused outside the allowed test networks.</param>
    /// <param name="token">Cancels the question.</param>
    /// <exception cref="AddressRefusedException">One of the addresses is not public, or the port is not one of the protocol's.</exception>
    /// <exception cref="SocketException">The name has no address, or the DNS does not answer.</exception>
    public async Task<IPAddress> ResolveAsync(string host, int port, IReadOnlyList<int> ports, CancellationToken token)
    {
        IPAddress[] addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await resolve(host, token);
        if (addresses.Length == 0)
            throw new SocketException((int)SocketError.HostNotFound);
        foreach (var address in addresses)
        {
            var plain = PublicAddress.Unwrap(address);
            if (allowed.Any(n => n.Contains(plain)))
                continue;
            if (!PublicAddress.Is(address))
                throw new AddressRefusedException("The host's address is loopback, private or reserved: give the provider's public server name.");
            if (!ports.Contains(port))
                throw new AddressRefusedException($"Port {port} is not one of {string.Join(", ", ports)}.");
        }

        return addresses.OrderBy(a => a.AddressFamily == AddressFamily.InterNetwork ? 0 : 1).First();
    }
}
