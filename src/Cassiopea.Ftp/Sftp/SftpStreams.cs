using Cassiopea.Ftp.Wire;

namespace Cassiopea.Ftp.Sftp;

/// <summary>Reads a file with many requests on their way.</summary>
internal sealed class SftpReadFile(SftpSession session, byte[] handle, long offset) : OneWayStream
{
    private const int Window = 32;
    private const int Piece = 32 << 10;
    private readonly Queue<(long Offset, int Length, Task<SftpAnswer> Answer)> _asked = new();
    private ReadOnlyMemory<byte> _rest;
    private long _next = offset;
    private bool _end;

    public byte[] Handle => handle;

    public override bool CanRead => true;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_rest.IsEmpty)
        {
            while (!_end && _asked.Count < Window)
            {
                _asked.Enqueue((_next, Piece, session.Channel.Send(SftpType.Read, Request(_next, Piece))));
                _next += Piece;
            }

            if (!_asked.TryDequeue(out var first)) return 0;
            var answer = await first.Answer.WaitAsync(cancellationToken);
            if (answer.Type == SftpType.Status)
            {
                session.Demand(answer, default, "cannot be read", allowed: SftpStatus.Eof);
                _end = true;
                continue;
            }

            if (answer.Type != SftpType.Data) throw SiteException.Broken(session.Side, "An SFTP answer of the wrong kind.");
            var length = answer.Reader.String().Length;
            if (length == 0 || length > first.Length) throw SiteException.Broken(session.Side, "An SFTP answer of the wrong length.");
            _rest = answer.Body.Slice(4, length);

            // a short answer in the middle: what is missing is asked for again, before what follows
            if (length < first.Length && !_end) await FillAsync(first.Offset + length, first.Length - length, cancellationToken);
        }

        var read = Math.Min(buffer.Length, _rest.Length);
        _rest[..read].CopyTo(buffer);
        _rest = _rest[read..];
        return read;
    }

    /// <summary>Waits for what is still on its way.</summary>
    public async Task DrainAsync()
    {
        while (_asked.TryDequeue(out var asked)) await asked.Answer;
    }

    private Action<SftpWriter> Request(long offset, int length) => writer => writer.String(handle).UInt64((ulong)offset).UInt32((uint)length);

    private async Task FillAsync(long offset, int length, CancellationToken token)
    {
        var whole = new MemoryStream();
        whole.Write(_rest.Span);
        while (length > 0)
        {
            var answer = await session.Channel.Send(SftpType.Read, Request(offset, length)).WaitAsync(token);
            if (answer.Type != SftpType.Data)
            {
                session.Demand(answer, default, "cannot be read", allowed: SftpStatus.Eof);
                _end = true;
                break;
            }

            var more = answer.Reader.String();
            if (more.IsEmpty || more.Length > length) throw SiteException.Broken(session.Side, "An SFTP answer of the wrong length.");
            whole.Write(more);
            (offset, length) = (offset + more.Length, length - more.Length);
        }

        _rest = whole.ToArray();
    }
}

/// <summary>Writes a file with many requests on their way.</summary>
internal sealed class SftpWriteFile(SftpSession session, byte[] handle, SitePath path, long offset) : OneWayStream
{
    private const int Window = 32;
    private const int Piece = 32 << 10;
    private readonly Queue<Task<SftpAnswer>> _sent = new();
    private long _offset = offset;

    public byte[] Handle => handle;

    public override bool CanWrite => true;

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!buffer.IsEmpty)
        {
            var piece = buffer[..Math.Min(Piece, buffer.Length)];
            var at = _offset;
            _sent.Enqueue(session.Channel.Send(SftpType.Write, writer => writer.String(handle).UInt64((ulong)at).String(piece.Span)));
            _offset += piece.Length;
            buffer = buffer[piece.Length..];
            while (_sent.Count > Window) session.Demand(await _sent.Dequeue().WaitAsync(cancellationToken), path, "cannot be written");
        }
    }

    /// <summary>Waits for what is still on its way.</summary>
    public async Task DrainAsync(bool demand)
    {
        while (_sent.TryDequeue(out var sent))
        {
            var answer = await sent;
            if (demand) session.Demand(answer, path, "cannot be written");
        }
    }
}
