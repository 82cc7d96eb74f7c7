using System.Buffers.Binary;
using System.Collections.Concurrent;
using Cassiopea.Ftp.Wire;
using Cassiopea.Transfer;

namespace Cassiopea.Ftp.Sftp;

/// <summary>An answer: its type and what follows the request's number.</summary>
internal readonly record struct SftpAnswer(SftpType Type, ReadOnlyMemory<byte> Body)
{
    public SftpReader Reader => new(Body.Span);
}

/// <summary>Requests and answers over two pipes; any number may be on their way.</summary>
internal sealed class SftpChannel : IDisposable
{
    private const int LargestPacket = 1 << 20;
    private readonly Stream _toServer;
    private readonly Stream _fromServer;
    private readonly TransferSide _side;
    private readonly IdleGuard _guard;
    private readonly ConcurrentDictionary<uint, TaskCompletionSource<SftpAnswer>> _open = new();
    private readonly Task _reading;
    private readonly Func<Exception?, SiteException> _lost;
    private SiteException? _end;
    private uint _next;

    private SftpChannel(Stream toServer, Stream fromServer, TransferSide side, TimeSpan idle, Action close, Func<Exception?, SiteException> lost)
    {
        (_toServer, _fromServer, _side, _lost) = (toServer, fromServer, side, lost);
        _guard = new(idle, close);
        _reading = ReadAsync();
    }

    public long RoundTrips { get; private set; }

    /// <summary>Speaks INIT and VERSION.</summary>
    /// <param name="toServer">Where requests go.</param>
    /// <param name="fromServer">Where answers come from.</param>
    /// <param name="side">Whose failures its failures are.</param>
    /// <param name="idle">Longest silence while something is waited for.</param>
    /// <param name="close">Ends both pipes.</param>
    /// <param name="lost">What the end of the pipes means.</param>
    /// <param name="token">Stops it.</param>
    public static async Task<SftpChannel> OpenAsync(Stream toServer, Stream fromServer, TransferSide side, TimeSpan idle, Action close, Func<Exception?, SiteException> lost, CancellationToken token)
    {
        try
        {
            await toServer.WriteAsync(new byte[] { 0, 0, 0, 5, (byte)SftpType.Init, 0, 0, 0, 3 }, token);
            await toServer.FlushAsync(token);
            var (type, body) = await PacketAsync(fromServer, token);
            if (type != SftpType.Version || Version(body) < 3) throw SiteException.Broken(side, "The server does not speak SFTP version 3.");
        }
        catch (Exception failed) when (failed is IOException or ObjectDisposedException or EndOfStreamException)
        {
            throw lost(failed);
        }
        catch (InvalidDataException wrong)
        {
            throw SiteException.Broken(side, wrong.Message);
        }

        return new(toServer, fromServer, side, idle, close, lost);
    }

    /// <summary>Sends a request; its answer comes with the task.</summary>
    public Task<SftpAnswer> Send(SftpType type, Action<SftpWriter> body)
    {
        if (_end is not null) return Task.FromException<SftpAnswer>(_end);
        var id = ++_next;
        var writer = new SftpWriter(type, id);
        body(writer);
        var answer = new TaskCompletionSource<SftpAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
        _open[id] = answer;
        _guard.Begin();
        RoundTrips++;
        try
        {
            _toServer.Write(writer.ToArray());
            _toServer.Flush();
        }
        catch (Exception lost) when (lost is IOException or ObjectDisposedException)
        {
            End(_lost(lost));
        }

        if (_end is not null) answer.TrySetException(_end);
        return answer.Task;
    }

    public void Dispose()
    {
        _guard.Dispose();
        End(SiteException.Lost(_side, "The session was closed."));
    }

    /// <summary>Reads one packet.</summary>
    /// <exception cref="InvalidDataException">Larger than any that was asked for.</exception>
    internal static async Task<(SftpType Type, byte[] Body)> PacketAsync(Stream stream, CancellationToken token)
    {
        var head = new byte[5];
        await stream.ReadExactlyAsync(head, token);
        var length = BinaryPrimitives.ReadUInt32BigEndian(head);
        if (length is 0 or > LargestPacket) throw new InvalidDataException("An SFTP packet of a size that nobody asked for.");
        var body = new byte[length - 1];
        await stream.ReadExactlyAsync(body, token);
        return ((SftpType)head[4], body);
    }

    private static uint Version(byte[] body) => new SftpReader(body).UInt32();

    private async Task ReadAsync()
    {
        try
        {
            while (true)
            {
                var (type, body) = await PacketAsync(_fromServer, CancellationToken.None);
                if (body.Length < 4 || !_open.TryRemove(BinaryPrimitives.ReadUInt32BigEndian(body), out var answer)) throw new InvalidDataException("An SFTP answer to nothing.");
                _guard.End();
                answer.TrySetResult(new(type, body.AsMemory(4)));
            }
        }
        catch (InvalidDataException wrong)
        {
            End(SiteException.Broken(_side, wrong.Message));
        }
        catch (Exception lost) when (lost is IOException or ObjectDisposedException or OperationCanceledException)
        {
            End(_guard.TimedOut ? new(_side, TransferFailureKind.Passing, TransferCode.TimedOut, "The server did not answer in time.", inner: lost) : _lost(lost));
        }
    }

    private void End(SiteException end)
    {
        _end ??= end;
        foreach (var id in _open.Keys)
            if (_open.TryRemove(id, out var answer)) answer.TrySetException(_end);
    }
}
