using System.Net.Sockets;

namespace Aspire.Hosting.RabbitMq;

/// <summary>
/// Asks a broker whether it speaks AMQP 0-9-1: it answers our header with a method frame (specification §4.2.2). Afterwards a connection is
/// enough, since a broker writes a warning for each greeting that is not followed by a login.
/// </summary>
internal sealed class AmqpGreeting(Func<Uri> broker)
{
    private const byte MethodFrame = 1;
    private const int PlainPort = 5672;
    private const int TlsPort = 5671;

    private bool _greeted;

    public async Task<string?> CheckAsync(CancellationToken token)
    {
        var address = broker();
        var tls = address.Scheme == "amqps"; // then the services judge the certificate, and a connection is enough
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(address.Host, address.Port > 0 ? address.Port : tls ? TlsPort : PlainPort, token);
            if (_greeted || tls)
                return null;
            var stream = client.GetStream();
            await stream.WriteAsync("AMQP\0\0\x9\x1"u8.ToArray(), token);
            var answer = new byte[1];
            _greeted = await stream.ReadAsync(answer, token) == 1 && answer[0] == MethodFrame;
            return _greeted ? null : "no AMQP greeting";
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            _greeted = false;
            return e.Message;
        }
    }
}
