using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;

namespace Cassiopea.Transfer.Net;

/// <summary>
/// The stream of one connection. It counts octets and round trips, and closes what is below when nothing has moved for a time:
/// the limit starts anew with every octet, so a large message on a slow line is never cut (facts: timeouts are reset by progress).
/// </summary>
internal sealed class IdleGuardStream : Stream
{
    private readonly ITimer _timer;
    private readonly IDisposable _below;
    private long _waitingSince;
    private bool _asked;

    public IdleGuardStream(Stream inner, IDisposable below, TimeSpan idle)
    {
        (Inner, _below, Limit) = (inner, below, idle);
        var step = TimeSpan.FromMilliseconds(Math.Max(50, idle.TotalMilliseconds / 8));
        _timer = TimeProvider.System.CreateTimer(static state => ((IdleGuardStream)state!).Look(), this, step, step);
    }

    /// <summary>Replaced when TLS starts.</summary>
    public Stream Inner { get; set; }

    public bool TimedOut { get; private set; }

    public long BytesRead { get; private set; }

    public long BytesWritten { get; private set; }

    /// <summary>Longest time without an octet; may change while the stream is in use.</summary>
    public TimeSpan Limit { get; set; }

    /// <summary>Times that an answer was waited for after something was sent.</summary>
    public long RoundTrips { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_asked)
        {
            _asked = false;
            RoundTrips++;
        }

        Volatile.Write(ref _waitingSince, Environment.TickCount64);
        var read = Inner.ReadAsync(buffer, cancellationToken);
        if (!read.IsCompletedSuccessfully) return AwaitAsync(read);
        Volatile.Write(ref _waitingSince, 0);
        var got = read.Result;
        BytesRead += got;
        return new(got);
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _asked = true;
        BytesWritten += buffer.Length;
        Volatile.Write(ref _waitingSince, Environment.TickCount64);
        var write = Inner.WriteAsync(buffer, cancellationToken);
        if (!write.IsCompletedSuccessfully) return AwaitAsync(write);
        write.GetAwaiter().GetResult();
        Volatile.Write(ref _waitingSince, 0);
        return ValueTask.CompletedTask;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    /// <summary>Closes by RST: the kernel forgets what it has not sent yet.</summary>
    public void Abort()
    {
        try
        {
            if (_below is Socket socket) socket.LingerState = new(enable: true, seconds: 0);
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // Closed already, by the other end or by the guard.
        }

        Dispose();
    }

    [SuppressMessage("Usage", "CA2215", Justification = "Disposing Inner and the socket is all there is to do.")]
    protected override void Dispose(bool disposing)
    {
        if (!disposing) return;
        _timer.Dispose();
        Inner.Dispose();
        _below.Dispose();
    }

    private async ValueTask<int> AwaitAsync(ValueTask<int> read)
    {
        try
        {
            var got = await read;
            BytesRead += got;
            return got;
        }
        finally
        {
            Volatile.Write(ref _waitingSince, 0);
        }
    }

    private async ValueTask AwaitAsync(ValueTask write)
    {
        try
        {
            await write;
        }
        finally
        {
            Volatile.Write(ref _waitingSince, 0);
        }
    }

    private void Look()
    {
        var since = Volatile.Read(ref _waitingSince);
        if (since == 0 || Environment.TickCount64 - since < Limit.TotalMilliseconds) return;
        TimedOut = true;
        Abort();
    }
}
