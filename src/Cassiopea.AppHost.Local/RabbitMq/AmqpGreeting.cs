using System.Net.Sockets;

namespace Aspire.Hosting.RabbitMq;

/// <summary>Asks a broker whether it speaks AMQP 0-9-1: it answers our header with a method frame (specification §4.2.2).</summary>
internal static class AmqpGreeting
{
    private const byte MethodFrame = 1;
    private const int PlainPort = 5672;
    private const int TlsPort = 5671;

    public static async Task<string?> CheckAsync(Uri broker, CancellationToken token)
    {
        var tls = broker.Scheme == "amqps";
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(broker.Host, broker.Port > 0 ? broker.Port : tls ? TlsPort : PlainPort, token);
            if (tls)
                return null; // the services judge the certificate
            var stream = client.GetStream();
            await stream.WriteAsync("AMQP\0\0\x9\x1"u8.ToArray(), token);
            var answer = new byte[1];
            return await stream.ReadAsync(answer, token) == 1 && answer[0] == MethodFrame ? null : "no AMQP greeting";
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            return e.Message;
        }
    }
}
