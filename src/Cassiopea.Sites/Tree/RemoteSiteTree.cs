using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace Cassiopea.Sites.Tree;

/// <summary>A site behind connections that do one thing at a time: each reading has one of its own until it is disposed. Connections are kept and used again.</summary>
/// <typeparam name="TSession">A connection.</typeparam>
/// <param name="most">Connections at once, from 1.</param>
public abstract class RemoteSiteTree<TSession>(int most) : ISiteTree, IAsyncDisposable
    where TSession : class, IAsyncDisposable
{
    private readonly SemaphoreSlim _slots = new(most, most);
    private readonly ConcurrentBag<TSession> _idle = [];

    /// <summary>Readings at once.</summary>
    public int Readers => most;

    /// <inheritdoc/>
    public async IAsyncEnumerable<SiteEntry> ListAsync([EnumeratorCancellation] CancellationToken token)
    {
        await _slots.WaitAsync(token);
        TSession? session = null;
        var usable = false;
        try
        {
            session = await TakeAsync(token);
            await foreach (var entry in ListAsync(session, token))
                yield return entry;
            usable = true;
        }
        finally
        {
            await GiveBackAsync(session, usable);
        }
    }

    /// <inheritdoc/>
    public async Task<Stream> OpenAsync(SitePath path, CancellationToken token)
    {
        await _slots.WaitAsync(token);
        TSession? session = null;
        try
        {
            session = await TakeAsync(token);
            return new Reading(await OpenAsync(session, path, token), this, session);
        }
        catch (Exception e)
        {
            await GiveBackAsync(session, IsUsableAfter(e));
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        while (_idle.TryTake(out var session))
            await session.DisposeAsync();
        _slots.Dispose();
    }

    /// <summary>Connects and logs in.</summary>
    /// <param name="token">Stops it.</param>
    protected abstract Task<TSession> ConnectAsync(CancellationToken token);

    /// <summary>Everything below the site's root.</summary>
    /// <param name="session">A connection.</param>
    /// <param name="token">Stops it.</param>
    protected abstract IAsyncEnumerable<SiteEntry> ListAsync(TSession session, CancellationToken token);

    /// <summary>Opens a file; throws <see cref="FileNotFoundException"/> when it is gone, an <see cref="IOException"/> when it may not be read.</summary>
    /// <param name="session">A connection.</param>
    /// <param name="path">The file.</param>
    /// <param name="token">Stops it.</param>
    protected abstract Task<Stream> OpenAsync(TSession session, SitePath path, CancellationToken token);

    /// <summary>True when the connection can be used after this exception.</summary>
    /// <param name="exception">What a reading threw.</param>
    protected abstract bool IsUsableAfter(Exception exception);

    private async Task<TSession> TakeAsync(CancellationToken token) => _idle.TryTake(out var session) ? session : await ConnectAsync(token);

    private async ValueTask GiveBackAsync(TSession? session, bool usable)
    {
        if (session is not null && usable)
            _idle.Add(session);
        else if (session is not null)
            await session.DisposeAsync();
        _slots.Release();
    }

    /// <summary>A file being read; its connection is free again when it is disposed, and usable only when it was read to its end.</summary>
    private sealed class Reading(Stream inner, RemoteSiteTree<TSession> tree, TSession session) : Stream
    {
        private bool _ended;
        private bool _over;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await inner.ReadAsync(buffer, cancellationToken);
            _ended |= read == 0 && buffer.Length > 0;
            return read;
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Only read asynchronously.");

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override async ValueTask DisposeAsync()
        {
            if (_over)
                return;
            _over = true;
            try
            {
                await inner.DisposeAsync();
            }
            finally
            {
                await tree.GiveBackAsync(session, _ended);
            }

            await base.DisposeAsync();
        }
    }
}
