using System.Net.Sockets;

namespace Cassiopea.Sites.Checks;

/// <summary>HTTP to one place: its address is connected to whatever name is asked for; no redirection is followed, no cookie kept.</summary>
internal static class PlaceClient
{
    public static HttpClient Make(SitePlace place, TimeSpan idle)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            AutomaticDecompression = System.Net.DecompressionMethods.All,
            ConnectCallback = async (_, token) =>
            {
                Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                try
                {
                    await socket.ConnectAsync(place.ConnectTo, token);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            },
        };
        HttpClient client = new(handler) { Timeout = idle };
        client.DefaultRequestHeaders.UserAgent.ParseAdd("Cassiopea-site-check/1.0");
        return client;
    }
}
