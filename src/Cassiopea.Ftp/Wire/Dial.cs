using System.Net;
using System.Net.Sockets;
using Cassiopea.Transfer;

namespace Cassiopea.Ftp.Wire;

/// <summary>Opens TCP connections.</summary>
internal static class Dial
{
    public static async Task<Socket> HostAsync(SiteEndpoint endpoint, TransferSide side, CancellationToken token)
    {
        try
        {
            if (endpoint.Address is { } address) return await AddressAsync(address, endpoint.Port, token);
            SocketException? last = null;
            foreach (var candidate in await Dns.GetHostAddressesAsync(endpoint.Host, token))
            {
                try
                {
                    return await AddressAsync(candidate, endpoint.Port, token);
                }
                catch (SocketException refused)
                {
                    last = refused;
                }
            }

            throw last ?? new SocketException((int)SocketError.HostNotFound);
        }
        catch (SocketException failed)
        {
            throw new SiteException(side, TransferFailureKind.Passing, TransferCode.Unreachable, $"{endpoint.Host}:{endpoint.Port} cannot be reached: {failed.SocketErrorCode}.", inner: failed);
        }
    }

    public static async Task<Socket> AddressAsync(IPAddress address, int port, CancellationToken token)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(address, port, token);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
