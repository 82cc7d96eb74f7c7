using System.Net;
using System.Net.Sockets;

namespace Cassiopea.Lab.Servers;

/// <summary>Ports that nobody listens on at this moment.</summary>
public static class FreePort
{
    /// <summary>One free port on 127.0.0.1.</summary>
    public static int Next() => Next(1)[0];

    /// <summary>Several different free ports on 127.0.0.1.</summary>
    public static int[] Next(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToArray();
        foreach (var listener in listeners) listener.Start();
        var ports = listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port).ToArray();
        foreach (var listener in listeners) listener.Dispose();
        return ports;
    }
}
