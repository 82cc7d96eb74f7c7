using System.Net.Sockets;
using System.Text;
using Cassiopea.Imap.Sasl;
using Cassiopea.Imap.Wire;
using Cassiopea.Transfer;

namespace Cassiopea.Imap.Sieve;

/// <summary>The end of a command: OK, NO or BYE with code and text (RFC 5804 §1.3).</summary>
internal sealed record SieveAnswer(bool Ok, string Code, string Text, IReadOnlyList<List<SieveToken>> Lines);

/// <summary>One conversation by ManageSieve, RFC 5804. Used by one task at a time. After an exception that is not a NO it is closed.</summary>
internal sealed class SieveConnection : IAsyncDisposable
{
    private readonly IdleGuardStream _stream;
    private readonly ImapConnectionOptions _options;
    private readonly SieveLimits _limits;
    private readonly SieveReader _reader;
    private readonly ImapEndpoint _endpoint;
    private readonly Dictionary<string, string> _capabilities = new(StringComparer.OrdinalIgnoreCase);

    private SieveConnection(IdleGuardStream stream, ImapEndpoint endpoint, TransferSide side, ImapConnectionOptions options, SieveLimits limits)
    {
        (_stream, _endpoint, Side, _options, _limits) = (stream, endpoint, side, options, limits);
        _reader = new(stream, limits);
    }

    public TransferSide Side { get; }

    /// <summary>The Sieve extensions that scripts of this server may require, separated by spaces.</summary>
    public string Extensions => _capabilities.GetValueOrDefault("SIEVE", "");

    /// <summary>CHECKSCRIPT and what else came with version 1.0 (§1.7).</summary>
    public bool HasCheckScript => _capabilities.ContainsKey("VERSION");

    /// <summary>Connects, secures, reads the capabilities and logs in.</summary>
    /// <exception cref="ImapException">Unreachable, TLS or authentication; nothing stays open.</exception>
    public static async Task<SieveConnection> OpenAsync(ImapAccount account, TransferSide side, ImapConnectionOptions options, CancellationToken token, SieveLimits? limits = null)
    {
        var endpoint = account.Endpoint;
        using var limit = new CancellationTokenSource(options.Connect, TimeProvider.System);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(token, limit.Token);
        SieveConnection? made = null;
        try
        {
            var socket = await EndpointDial.ConnectAsync(endpoint, side, options.Time, both.Token);
            made = new(new(new NetworkStream(socket, ownsSocket: true), socket, options.Idle), endpoint, side, options, limits ?? SieveLimits.Standard);
            if (endpoint.Tls == ImapTls.Implicit) await made.SecureAsync(both.Token);
            await made.CapabilitiesAsync(both.Token);
            if (endpoint.Tls == ImapTls.StartTls) await made.StartTlsAsync(both.Token);
            await made.LoginAsync(await account.Credential(both.Token), both.Token);
            return made;
        }
        catch (Exception failed)
        {
            if (made is not null) await made.DisposeAsync();
            if (failed is OperationCanceledException && limit.IsCancellationRequested && !token.IsCancellationRequested)
                throw new ImapException(side, TransferFailureKind.Passing, TransferCode.TimedOut, $"{endpoint.Host}:{endpoint.Port} did not let us in within {options.Connect.TotalSeconds:0} s.", inner: failed);
            throw;
        }
    }

    /// <summary>Sends a command, <paramref name="strings"/> as its arguments, and reads its answer: one round trip.</summary>
    public async Task<SieveAnswer> CommandAsync(string verb, CancellationToken token, params ReadOnlyMemory<byte>[] strings)
    {
        await WriteAsync(verb, strings, token);
        return await AnswerAsync(token);
    }

    /// <summary>The server's refusal as an exception; the connection stays usable.</summary>
    public ImapException Refused(SieveAnswer answer, string verb) => new(
        Side, answer.Code.StartsWith("TRYLATER", StringComparison.OrdinalIgnoreCase) ? TransferFailureKind.Passing : TransferFailureKind.Refused,
        answer.Code.StartsWith("QUOTA", StringComparison.OrdinalIgnoreCase) ? TransferCode.OverQuota : TransferCode.ItemRefused,
        $"{verb}: NO {(answer.Code.Length > 0 ? $"({answer.Code}) " : "")}{answer.Text}", answer.Code, usable: true);

    public async ValueTask DisposeAsync() => await _stream.DisposeAsync();

    private async Task StartTlsAsync(CancellationToken token)
    {
        if (!_capabilities.ContainsKey("STARTTLS")) throw TlsMissing("The ManageSieve server does not offer STARTTLS.");
        var answer = await CommandAsync("STARTTLS", token);
        if (!answer.Ok) throw TlsMissing($"The ManageSieve server refuses STARTTLS: {answer.Text}");
        _reader.Discard();
        await SecureAsync(token);
        await CapabilitiesAsync(token);
    }

    private async Task SecureAsync(CancellationToken token)
    {
        try
        {
            _stream.Inner = await EndpointDial.SecureAsync(_stream.Inner, _endpoint, Side, _options.TrustedRoots, token);
        }
        catch (Exception lost) when (IsLoss(lost, token))
        {
            throw Loss(lost);
        }
    }

    /// <summary>The greeting, and what follows STARTTLS: capabilities up to OK (§1.7).</summary>
    private async Task CapabilitiesAsync(CancellationToken token)
    {
        var answer = await AnswerAsync(token);
        if (!answer.Ok) throw new ImapException(Side, TransferFailureKind.Passing, TransferCode.Throttled, $"The ManageSieve server turns us away: {answer.Text}");
        _capabilities.Clear();
        foreach (var line in answer.Lines.Where(static line => line.Count > 0)) _capabilities[line[0].Text] = line.Count > 1 ? line[1].Text : "";
    }

    private async Task LoginAsync(ImapCredential credential, CancellationToken token)
    {
        var offered = _capabilities.GetValueOrDefault("SASL", "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var mechanism = SaslMechanism.Choose(ImapCapabilities.Parse(Encoding.UTF8.GetBytes(string.Join(' ', offered.Select(static name => "AUTH=" + name)))), _endpoint, credential)
            ?? throw LoginFailed("the server offers no mechanism that we speak");
        var initial = mechanism.Initial();
        ReadOnlyMemory<byte>[] first = initial is null ? [Encoding.ASCII.GetBytes(mechanism.Name)] : [Encoding.ASCII.GetBytes(mechanism.Name), Base64(initial)];
        await WriteAsync("AUTHENTICATE", first, token);
        for (var count = 0; count < 10; count++)
        {
            var line = await LineAsync(token);
            if (line is [{ IsString: true }])
            {
                await WriteAsync("", [Base64(Answer(mechanism, line[0].Text))], token);
                continue;
            }

            var ended = Ended(line, []) ?? throw Broken("The server answers AUTHENTICATE with something else.");
            if (!ended.Ok) throw LoginFailed(ended.Text);
            if (SaslData(line) is { } last) Answer(mechanism, last);
            return;
        }

        throw Broken("The server asks without end while we log in.");
    }

    /// <summary>The server's last word in <c>OK (SASL "…")</c>: by it the server proves itself.</summary>
    private static string? SaslData(List<SieveToken> line) => line is [_, { IsString: false }, var code, { IsString: true } data, ..] && code.Is("SASL") ? data.Text : null;

    private byte[] Answer(SaslMechanism mechanism, string challenge)
    {
        try
        {
            return mechanism.Answer(Convert.FromBase64String(challenge));
        }
        catch (Exception wrong) when (wrong is SaslException or FormatException)
        {
            throw LoginFailed(wrong is SaslException ? wrong.Message : "a challenge of the server is not base64");
        }
    }

    private async Task<SieveAnswer> AnswerAsync(CancellationToken token)
    {
        var lines = new List<List<SieveToken>>();
        while (true)
        {
            var line = await LineAsync(token);
            if (Ended(line, lines) is { } answer) return answer;
            lines.Add(line);
            if (lines.Count > _limits.Lines) throw Broken("The server sends lines without end.");
        }
    }

    private static SieveAnswer? Ended(List<SieveToken> line, IReadOnlyList<List<SieveToken>> before)
    {
        if (line.Count == 0 || !(line[0].Is("OK") || line[0].Is("NO") || line[0].Is("BYE"))) return null;
        var close = line.FindIndex(static token => token.Is(")"));
        var code = line.Count > 1 && line[1].Is("(") && close > 2 ? line[2].Text.ToUpperInvariant() : "";
        var text = line[^1].IsString && line.Count - 1 > close ? line[^1].Text : "";
        return new(line[0].Is("OK"), code, text.Length > 400 ? text[..400] : text, before);
    }

    private async Task WriteAsync(string verb, ReadOnlyMemory<byte>[] strings, CancellationToken token)
    {
        using var writer = new ImapWriter(_stream);
        try
        {
            writer.Write(verb);
            for (var i = 0; i < strings.Length; i++)
            {
                if (i > 0 || verb.Length > 0) writer.Write(" "u8);
                if (strings[i].Length <= 1024 && !strings[i].Span.ContainsAny((byte)'\r', (byte)'\n', (byte)0))
                {
                    writer.Quoted(strings[i].Span);
                    continue;
                }

                writer.Write("{"u8).Write(strings[i].Length).Write("+}\r\n"u8);
                await writer.WriteBodyAsync(strings[i], token);
            }

            writer.EndLine();
            await writer.FlushAsync(token);
        }
        catch (Exception lost) when (IsLoss(lost, token))
        {
            throw Loss(lost);
        }
    }

    private async Task<List<SieveToken>> LineAsync(CancellationToken token)
    {
        try
        {
            return await _reader.ReadLineAsync(token);
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

    private static byte[] Base64(byte[] octets) => Encoding.ASCII.GetBytes(Convert.ToBase64String(octets));

    private static bool IsLoss(Exception lost, CancellationToken token) => lost is IOException or SocketException or ObjectDisposedException && !token.IsCancellationRequested;

    private ImapException Loss(Exception lost) => _stream.TimedOut
        ? new(Side, TransferFailureKind.Passing, TransferCode.TimedOut, $"The ManageSieve server sent nothing for {_options.Idle.TotalSeconds:0} s.", inner: lost)
        : ImapException.Lost(Side, "The connection to the ManageSieve server was lost.", lost);

    private ImapException Broken(string text)
    {
        _stream.Dispose();
        return ImapException.Protocol(Side, text);
    }

    private ImapException LoginFailed(string text) => new(Side, TransferFailureKind.Refused, TransferCode.AuthenticationFailed, $"The ManageSieve login was refused: {text}");

    private ImapException TlsMissing(string text) => new(Side, TransferFailureKind.Refused, TransferCode.TlsNotOffered, text);
}
