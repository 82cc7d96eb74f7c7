using System.IO.Pipelines;
using Cassiopea.Transfer;
using Cassiopea.Transfer.Messages;

namespace Cassiopea.Imap.Stores;

/// <summary>
/// Lets a store be read as if it were an IMAP server: each connection to it is a conversation in memory with a small server of our own, so that
/// copy, verification, archive, survey and dry run are the same code for every kind of source (docs/decisions/0042).
/// </summary>
/// <param name="open">Opens a session of the store.</param>
/// <param name="exclusive">True when a store allows one session at a time (POP3 locks its maildrop); another then waits for the end of the first.</param>
public sealed class StoredMailbox(Func<CancellationToken, Task<IMessageStore>> open, bool exclusive = false) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly SemaphoreSlim? _one = exclusive ? new(1) : null;

    /// <summary>True when a store allows one session at a time.</summary>
    internal bool Exclusive => _one is not null;

    /// <inheritdoc />
    public void Dispose() => _one?.Dispose();

    internal async Task<StoreSession> OpenAsync(TransferSide side, CancellationToken token)
    {
        if (_one is not null && !await _one.WaitAsync(Patience, token))
            throw new ImapException(side, TransferFailureKind.Passing, TransferCode.Throttled, "Another session of ours still holds the mailbox.");
        try
        {
            return new(await open(token), side, _one);
        }
        catch (Exception failed)
        {
            _one?.Release();
            if (failed is TransferException known and not ImapException) throw StoreSession.Convert(known, side);
            throw;
        }
    }
}

/// <summary>One conversation: the client's end of it, and the task that answers at the other.</summary>
internal sealed class StoreSession : IDisposable
{
    private static readonly PipeOptions Wide = new(pauseWriterThreshold: 4 << 20, resumeWriterThreshold: 2 << 20, minimumSegmentSize: 64 << 10, useSynchronizationContext: false);
    private readonly CancellationTokenSource _end = new();
    private readonly Pipe _asked = new(Wide);
    private readonly Pipe _answered = new(Wide);
    private int _ended;

    public StoreSession(IMessageStore store, TransferSide side, SemaphoreSlim? one)
    {
        Stream = new StorePipe(_answered.Reader, _asked.Writer);
        _ = Task.Run(() => AnswerAsync(store, side, one), CancellationToken.None);
    }

    public Stream Stream { get; }

    public static ImapException Convert(TransferException failed, TransferSide side) =>
        new(side, failed.Kind, failed.Code, failed.Message, inner: failed) { Backoff = failed.Backoff };

    /// <summary>Ends the conversation; the store is closed a moment later.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _ended, 1) == 0) _end.Cancel();
    }

    private async Task AnswerAsync(IMessageStore store, TransferSide side, SemaphoreSlim? one)
    {
        Exception? why = null;
        try
        {
            await using var stream = new StorePipe(_asked.Reader, _answered.Writer);
            using var server = new StoreServer(store, stream);
            await server.RunAsync(_end.Token);
        }
        catch (TransferException failed)
        {
            why = Convert(failed, side);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            why = new ImapException(side, TransferFailureKind.Refused, TransferCode.PermissionDenied, $"The source cannot be read: {failed.Message}", inner: failed);
        }
        catch (Exception over) when (over is OperationCanceledException or EndOfStreamException)
        {
            // The client went: that is how a conversation ends.
        }
        catch (Exception defect)
        {
            why = new ImapException(side, TransferFailureKind.Broken, TransferCode.InternalError, $"Reading the source failed: {defect.GetType().Name}: {defect.Message}", inner: defect);
        }
        finally
        {
            await _answered.Writer.CompleteAsync(why);
            await _asked.Reader.CompleteAsync();
            await store.DisposeAsync();
            one?.Release();
            if (Interlocked.Exchange(ref _ended, 1) == 0) await _end.CancelAsync();
        }
    }
}
