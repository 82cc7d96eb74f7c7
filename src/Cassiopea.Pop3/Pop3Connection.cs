using System.Net.Sockets;
using System.Text;
using Cassiopea.Pop3.Wire;
using Cassiopea.Transfer.Net;

namespace Cassiopea.Pop3;

/// <summary>
/// One session with a maildrop, RFC 1939. There is no command here that changes it: DELE is not implemented. Used by one task at a time; after a
/// <see cref="TransferException"/> that is not a refusal of one command it is closed.
/// </summary>
internal sealed partial class Pop3Connection : IAsyncDisposable
{
    private readonly IdleGuardStream _stream;
    private readonly Pop3Options _options;
    private readonly List<byte> _out = [];
    private bool _closed;

    private Pop3Connection(IdleGuardStream stream, Pop3Options options)
    {
        (_stream, _options) = (stream, options);
        Reader = new(stream);
    }

    public Pop3Capabilities Capabilities { get; private set; } = Pop3Capabilities.None;

    public Pop3Reader Reader { get; }

    public long RoundTrips => _stream.RoundTrips;

    /// <summary>Adds a command to what is to be sent.</summary>
    public void Queue(string command)
    {
        if (command.AsSpan().ContainsAny('\r', '\n', '\0')) throw Failed("a command would hold a line end");
        _out.AddRange(Encoding.UTF8.GetBytes(command + "\r\n"));
    }

    /// <summary>Sends what was queued.</summary>
    public async ValueTask FlushAsync(CancellationToken token)
    {
        if (_out.Count == 0) return;
        var octets = _out.ToArray();
        _out.Clear();
        try
        {
            await _stream.WriteAsync(octets, token);
        }
        catch (Exception lost) when (IsLoss(lost, token))
        {
            throw Loss(lost);
        }
    }

    /// <summary>Reads the first line of an answer.</summary>
    public ValueTask<Pop3Status> StatusAsync(CancellationToken token) => GuardAsync(async () =>
    {
        var line = await Reader.ReadLineAsync(token);
        return Pop3Status.Parse(line) ?? throw new Pop3SyntaxException("An answer is neither +OK nor -ERR.");
    }, token);

    /// <summary>Sends one command and reads the first line of its answer: one round trip.</summary>
    public async ValueTask<Pop3Status> CommandAsync(string command, CancellationToken token)
    {
        Queue(command);
        await FlushAsync(token);
        return await StatusAsync(token);
    }

    /// <summary>Reads the rest of a multi-line answer.</summary>
    public ValueTask<List<string>> LinesAsync(int most, CancellationToken token) => GuardAsync(async () =>
    {
        var lines = new List<string>();
        await foreach (var line in Reader.ReadLinesAsync(most, token)) lines.Add(line);
        return lines;
    }, token);

    /// <summary>Reads a part of the message of a RETR or TOP; 0 at its end.</summary>
    public ValueTask<int> ContentAsync(Memory<byte> into, CancellationToken token) => GuardAsync(() => Reader.ReadContentAsync(into, token), token);

    /// <summary>Says QUIT, which without DELE changes nothing, and hears the answer so that the lock on the maildrop is gone.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_closed)
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5), TimeProvider.System);
            try
            {
                await CommandAsync("QUIT", limit.Token);
            }
            catch (Exception gone) when (gone is TransferException or OperationCanceledException)
            {
                // The server was faster in closing, or does not answer: nothing depends on it.
            }
        }

        Close();
        Reader.Dispose();
    }

    /// <summary>Closes without QUIT: there are answers on their way that nobody wants any more.</summary>
    public void Close()
    {
        if (_closed) return;
        _closed = true;
        _stream.Dispose();
    }

    public TransferException Broken(string text)
    {
        Close();
        return new(TransferSide.Source, TransferFailureKind.Broken, TransferCode.ProtocolBroken, text);
    }

    private async ValueTask<T> GuardAsync<T>(Func<ValueTask<T>> read, CancellationToken token)
    {
        try
        {
            return await read();
        }
        catch (Pop3SyntaxException wrong)
        {
            throw Broken(wrong.Message);
        }
        catch (Exception lost) when (IsLoss(lost, token))
        {
            throw Loss(lost);
        }
    }

    private static bool IsLoss(Exception lost, CancellationToken token) =>
        lost is IOException or SocketException or ObjectDisposedException && !token.IsCancellationRequested;

    private TransferException Loss(Exception lost)
    {
        var timedOut = _stream.TimedOut;
        Close();
        return timedOut
            ? new(TransferSide.Source, TransferFailureKind.Passing, TransferCode.TimedOut, $"The server sent nothing for {_options.Idle.TotalSeconds:0} s.", lost)
            : new(TransferSide.Source, TransferFailureKind.Passing, TransferCode.ConnectionLost, "The connection was lost.", lost);
    }
}
