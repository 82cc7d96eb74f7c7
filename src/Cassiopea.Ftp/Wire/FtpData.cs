using System.Net.Security;
using System.Net.Sockets;

namespace Cassiopea.Ftp.Wire;

/// <summary>One data connection.</summary>
internal sealed class FtpData(FtpControl control, Socket socket, Stream stream) : OneWayStream
{
    public override bool CanRead => true;

    public override bool CanWrite => true;

    public static async Task<FtpData> OpenAsync(FtpControl control, FtpTls? tls, int port, CancellationToken token)
    {
        control.Guard.Begin();
        try
        {
            var socket = await Dial.AddressAsync(control.Peer, port, token);
            control.Data = socket;
            Stream stream = new NetworkStream(socket, ownsSocket: true);
            if (tls is not null) stream = await tls.SecureAsync(stream, token);
            return new(control, socket, new GuardedStream(stream, control.Guard)) { Tls = stream as SslStream };
        }
        finally
        {
            control.Guard.End();
        }
    }

    private SslStream? Tls { get; init; }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return await stream.ReadAsync(buffer, cancellationToken);
        }
        catch (Exception lost) when (FtpControl.IsLoss(lost, cancellationToken))
        {
            throw DataLost(lost);
        }
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            await stream.WriteAsync(buffer, cancellationToken);
        }
        catch (Exception lost) when (FtpControl.IsLoss(lost, cancellationToken))
        {
            throw DataLost(lost);
        }
    }

    /// <summary>Ends it before the final reply is awaited: close_notify, then the socket. A server waits for both.</summary>
    public async ValueTask FinishAsync()
    {
        if (Tls is { } tls)
        {
            control.Guard.Begin();
            try
            {
                await tls.ShutdownAsync();
            }
            catch (Exception lost) when (FtpControl.IsLoss(lost, CancellationToken.None))
            {
                // the server closed first: its reply on the control connection tells what became of the transfer
            }
            finally
            {
                control.Guard.End();
            }
        }

        Drop();
    }

    /// <summary>Breaks it off.</summary>
    public void Drop()
    {
        control.Data = null;
        stream.Dispose();
        socket.Dispose();
    }

    private SiteException DataLost(Exception lost) => control.Guard.TimedOut
        ? control.Loss(lost)
        : new(control.Side, Transfer.TransferFailureKind.Passing, Transfer.TransferCode.ConnectionLost, "The data connection was lost.", 426, usable: true, inner: lost);
}
