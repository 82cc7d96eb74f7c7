using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Cassiopea.Imap.Wire;
using Cassiopea.Transfer;

namespace Cassiopea.Imap;

/// <summary>Called for an untagged response: <c>* number name rest</c>; number is 0 where there is none.</summary>
internal delegate void OnUntagged(uint number, ReadOnlySpan<byte> name, ref ImapTokens rest);

/// <summary>How connections are made and guarded.</summary>
internal sealed record ImapConnectionOptions
{
    /// <summary>Longest time without an octet, while one is waited for.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Longest time for connecting, TLS and greeting.</summary>
    public TimeSpan Connect { get; init; } = TimeSpan.FromSeconds(30);

    public ImapLimits Limits { get; init; } = ImapLimits.Standard;

    /// <summary>The clock by which a certificate exception ends.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Capabilities not to be used although offered.</summary>
    public IReadOnlyCollection<string> WithoutCapabilities { get; init; } = [];

    /// <summary>Most capable certificate check; null = the system's trust. For tests with a private authority.</summary>
    public System.Security.Cryptography.X509Certificates.X509Certificate2Collection? TrustedRoots { get; init; }
}

/// <summary>
/// One conversation. Used by one task at a time. Commands are written with <see cref="Begin"/>, may be sent several at once, and are
/// ended in order with <see cref="EndAsync"/>. After an <see cref="ImapException"/> that is not a NO the connection is closed.
/// </summary>
internal sealed partial class ImapConnection : IAsyncDisposable
{
    /// <summary>Thrown instead of connecting: with it a test proves that another driver does without this engine.</summary>
    internal static readonly AsyncLocal<Exception?> Fault = new();

    private readonly IdleGuardStream _stream;
    private readonly ImapConnectionOptions _options;
    private uint _tags;
    private uint _answered;
    private string _bye = "";
    private bool _enteredByToken;

    private ImapConnection(IdleGuardStream stream, TransferSide side, ImapConnectionOptions options)
    {
        (_stream, Side, _options) = (stream, side, options);
        Reader = new(stream, options.Limits);
        Out = new(stream);
    }

    public TransferSide Side { get; }

    public ImapCapabilities Capabilities { get; private set; } = ImapCapabilities.None;

    public ImapLimits Limits => _options.Limits;

    public ImapWriter Out { get; }

    public ImapReader Reader { get; }

    public long RoundTrips => _stream.RoundTrips;

    public long BytesRead => _stream.BytesRead;

    public bool Closed { get; private set; }

    /// <summary>True when every command that was begun is answered: only then may another be sent.</summary>
    public bool BetweenCommands => !Closed && _tags == _answered && !Out.Pending;

    /// <summary>Writes the tag of a new command; the caller writes the rest and <c>EndLine</c>.</summary>
    public uint Begin(string command)
    {
        var tag = ++_tags;
        Out.Write("C"u8).Write(tag).Write(" "u8).Write(command);
        return tag;
    }

    /// <summary>Writes a command without arguments.</summary>
    public uint BeginLine(string command)
    {
        var tag = Begin(command);
        Out.EndLine();
        return tag;
    }

    /// <summary>Reads until the tagged answer. Commands sent before must have been ended before.</summary>
    public async ValueTask<ImapStatus> EndAsync(uint tag, OnUntagged? untagged, CancellationToken token, ILiteralSink? sink = null)
    {
        await FlushAsync(token);
        for (var count = 0; ; count++)
        {
            var line = await ReadAsync(sink, token);
            if (sink is null && count > Limits.Responses) throw Broken("The server sends responses without end.");
            if (IsContinuation(line.Span)) continue;
            if (Dispatch(line.Span, tag, untagged, out var status)) return status.Ok ? status : OrTokenEnded(status);
        }
    }

    /// <summary>As <see cref="EndAsync"/>, and throws when the answer is not OK.</summary>
    public async ValueTask<ImapStatus> EndOkAsync(uint tag, string command, OnUntagged? untagged, CancellationToken token, ILiteralSink? sink = null)
    {
        var status = await EndAsync(tag, untagged, token, sink);
        return status.Ok ? status : throw Refused(status, command);
    }

    /// <summary>Waits for a continuation, <c>+</c>; a tagged answer instead is given back.</summary>
    public async ValueTask<ImapStatus?> ContinuationAsync(uint tag, OnUntagged? untagged, CancellationToken token)
    {
        await FlushAsync(token);
        while (true)
        {
            var line = await ReadAsync(null, token);
            if (IsContinuation(line.Span))
            {
                Continuation = Encoding.Latin1.GetString(line.Span.TrimStart((byte)'+').Trim((byte)' '));
                return null;
            }

            if (Dispatch(line.Span, tag, untagged, out var status)) return status.Ok ? status : OrTokenEnded(status);
        }
    }

    /// <summary>The text of the last continuation (a SASL challenge).</summary>
    public string Continuation { get; private set; } = "";

    public async ValueTask FlushAsync(CancellationToken token)
    {
        if (!Out.Pending) return;
        try
        {
            await Out.FlushAsync(token);
        }
        catch (Exception lost) when (IsLoss(lost, token))
        {
            throw Loss(lost);
        }
    }

    /// <summary>Sends a part of a literal.</summary>
    public async ValueTask WriteBodyAsync(ReadOnlyMemory<byte> octets, CancellationToken token)
    {
        try
        {
            await Out.WriteBodyAsync(octets, token);
        }
        catch (Exception lost) when (IsLoss(lost, token))
        {
            throw Loss(lost);
        }
    }

    public ImapException Refused(ImapStatus status, string command)
    {
        var refused = status.ToException(Side, command);
        if (!refused.ConnectionUsable) Close();
        return refused;
    }

    public ImapException Broken(string text)
    {
        Close();
        return ImapException.Protocol(Side, text);
    }

    public ValueTask DisposeAsync()
    {
        Close();
        Reader.Dispose();
        Out.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Ends the connection at once. What was written and has not left this machine is thrown away, so that it cannot arrive later.</summary>
    public void Close()
    {
        if (Closed) return;
        Closed = true;
        _stream.Abort();
    }

    /// <summary>Ends the connection behind what was written.</summary>
    public void CloseAfterwards()
    {
        if (Closed) return;
        Closed = true;
        _stream.Dispose();
    }

    /// <summary>A session that was entered with an access token ends with it: that is no refusal, for a new login with a new token goes on.</summary>
    private ImapStatus OrTokenEnded(in ImapStatus status)
    {
        if (!_enteredByToken || status.Code is not ("AUTHENTICATIONFAILED" or "EXPIRED" or "REAUTHENTICATE")) return status;
        Close();
        throw ImapException.Lost(Side, $"The access token has ended: {status.Text}");
    }

    private static bool IsContinuation(ReadOnlySpan<byte> line) => line.Length > 0 && line[0] == (byte)'+';

    private async ValueTask<ReadOnlyMemory<byte>> ReadAsync(ILiteralSink? sink, CancellationToken token)
    {
        try
        {
            return await Reader.ReadAsync(sink, token);
        }
        catch (ImapSyntaxException wrong)
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

    private ImapException Loss(Exception lost)
    {
        var timedOut = _stream.TimedOut;
        Close();
        if (timedOut)
            return new(Side, TransferFailureKind.Passing, TransferCode.TimedOut, $"The server sent nothing for {_options.Idle.TotalSeconds:0} s.", inner: lost);
        return ImapException.Lost(Side, _bye.Length > 0 ? $"The server closed the connection: BYE {_bye}" : "The connection was lost.", lost);
    }

    /// <summary>Handles one response; true when it is the tagged answer to <paramref name="tag"/>.</summary>
    private bool Dispatch(ReadOnlySpan<byte> line, uint tag, OnUntagged? untagged, out ImapStatus status)
    {
        status = default;
        try
        {
            var tokens = new ImapTokens(line);
            if (tokens.TryTake((byte)'*'))
            {
                tokens.SkipSpaces();
                Untagged(ref tokens, untagged);
                return false;
            }

            tokens.Take((byte)'C');
            var answered = tokens.Uid();
            tokens.SkipSpaces();
            if (answered != tag) throw new ImapSyntaxException("The server answered another command than the one waited for.");
            var kind = Kind(tokens.Atom()) ?? throw new ImapSyntaxException("A tagged answer is neither OK, NO nor BAD.");
            status = ImapStatus.Parse(kind, tokens.Rest);
            _answered = tag;
            if (status.Code == "CAPABILITY") Know(Encoding.Latin1.GetBytes(status.Arguments));
            return true;
        }
        catch (ImapSyntaxException wrong)
        {
            throw Broken(wrong.Message);
        }
    }

    private void Untagged(ref ImapTokens tokens, OnUntagged? untagged)
    {
        uint number = 0;
        if (tokens.Peek() is >= (byte)'0' and <= (byte)'9')
        {
            number = tokens.Uid();
            tokens.SkipSpaces();
        }

        var name = tokens.Atom();
        tokens.SkipSpaces();
        if (Ascii.EqualsIgnoreCase(name, "CAPABILITY"u8)) Know(tokens.Rest);
        else if (Ascii.EqualsIgnoreCase(name, "BYE"u8)) _bye = ImapStatus.Parse(StatusKind.No, tokens.Rest).Text;
        untagged?.Invoke(number, name, ref tokens);
    }

    private void Know(ReadOnlySpan<byte> words) => Capabilities = ImapCapabilities.Parse(words).Without(_options.WithoutCapabilities);

    private static StatusKind? Kind(ReadOnlySpan<byte> word) =>
        Ascii.EqualsIgnoreCase(word, "OK"u8) ? StatusKind.Ok
        : Ascii.EqualsIgnoreCase(word, "NO"u8) ? StatusKind.No
        : Ascii.EqualsIgnoreCase(word, "BAD"u8) ? StatusKind.Bad
        : null;

    private static string Shown(long number) => number.ToString(CultureInfo.InvariantCulture);
}
