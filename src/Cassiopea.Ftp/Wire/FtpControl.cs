using System.Buffers;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Cassiopea.Transfer;

namespace Cassiopea.Ftp.Wire;

/// <summary>The control connection: commands go out in batches, replies come back in order.</summary>
internal sealed class FtpControl : IDisposable
{
    private readonly Socket _socket;
    private readonly ArrayBufferWriter<byte> _out = new(512);
    private Stream _stream;
    private FtpReplyReader _reader;

    public FtpControl(Socket socket, TransferSide side, TimeSpan idle)
    {
        (_socket, Side) = (socket, side);
        Guard = new(idle, Close);
        _stream = new GuardedStream(new NetworkStream(socket, ownsSocket: true), Guard);
        _reader = new(_stream);
        Peer = ((IPEndPoint)socket.RemoteEndPoint!).Address;
    }

    public TransferSide Side { get; }

    public IdleGuard Guard { get; }

    /// <summary>Who is spoken to: data connections go there and nowhere else.</summary>
    public IPAddress Peer { get; }

    /// <summary>Closed together with the session when nothing moves.</summary>
    public Socket? Data { get; set; }

    public long RoundTrips { get; private set; }

    /// <summary>Octets 255 in an argument are doubled (RFC 854: they would begin a telnet command).</summary>
    public bool DoubleIac { get; set; }

    public async Task SecureAsync(FtpTls tls, CancellationToken token)
    {
        // What arrived in clear behind the reply to AUTH was put there by somebody else: it is not read.
        if (_reader.HasMore) throw SiteException.Broken(Side, "Octets in clear behind the reply to AUTH.");
        _stream = await tls.SecureAsync(_stream, token);
        _reader = new(_stream);
    }

    /// <summary>Adds a command to the batch.</summary>
    /// <param name="verb">Without spaces at its ends.</param>
    /// <param name="argument">Bytes; no CR, LF or NUL.</param>
    public void Queue(ReadOnlySpan<byte> verb, ReadOnlySpan<byte> argument = default)
    {
        if (argument.IndexOfAny((byte)'\r', (byte)'\n', (byte)0) >= 0)
            throw FtpRefusal.LineBreak(Side, argument);
        _out.Write(verb);
        if (!argument.IsEmpty)
        {
            _out.Write(" "u8);
            if (DoubleIac && argument.Contains((byte)255)) WriteDoubled(argument);
            else _out.Write(argument);
        }

        _out.Write("\r\n"u8);
    }

    /// <summary>Sends the batch.</summary>
    public async ValueTask SendAsync(CancellationToken token)
    {
        if (_out.WrittenCount == 0) return;
        RoundTrips++;
        try
        {
            await _stream.WriteAsync(_out.WrittenMemory, token);
        }
        catch (Exception lost) when (IsLoss(lost, token))
        {
            throw Loss(lost);
        }
        finally
        {
            _out.ResetWrittenCount();
        }
    }

    /// <summary>Reads the next reply; 421 ends the session (RFC 959 §4.2.2).</summary>
    public async ValueTask<FtpReply> ReadAsync(CancellationToken token)
    {
        FtpReply reply;
        try
        {
            reply = await _reader.ReadAsync(token);
        }
        catch (FtpSyntaxException wrong)
        {
            Close();
            throw SiteException.Broken(Side, wrong.Message);
        }
        catch (Exception lost) when (IsLoss(lost, token))
        {
            throw Loss(lost);
        }

        if (reply.Code != 421) return reply;
        Close();
        throw FtpRefusal.Ended(Side, reply);
    }

    public static bool IsLoss(Exception failed, CancellationToken token) =>
        failed is IOException or SocketException or ObjectDisposedException or InvalidOperationException or OperationCanceledException && !token.IsCancellationRequested;

    public SiteException Loss(Exception lost)
    {
        Close();
        return Guard.TimedOut
            ? new(Side, TransferFailureKind.Passing, TransferCode.TimedOut, "The server did not answer in time.", inner: lost)
            : SiteException.Lost(Side, "The connection was lost.", lost);
    }

    public void Dispose()
    {
        Guard.Dispose();
        Close();
        (_stream as SslStream)?.Dispose();
    }

    private void Close()
    {
        _socket.Dispose();
        Data?.Dispose();
    }

    private void WriteDoubled(ReadOnlySpan<byte> argument)
    {
        foreach (var b in argument)
        {
            _out.Write([b]);
            if (b == 255) _out.Write([b]);
        }
    }
}
