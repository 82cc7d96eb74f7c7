using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Cassiopea.Transfer;
using Cassiopea.Zones.Wire;

namespace Cassiopea.Zones.Client;

/// <summary>Limits of a <see cref="DnsClient"/>.</summary>
public sealed record DnsClientOptions
{
    /// <summary>How long one datagram's answer is waited for.</summary>
    /// <value>2 seconds.</value>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Datagrams sent before a server counts as silent.</summary>
    /// <value>3.</value>
    public int Tries { get; init; } = 3;

    /// <summary>How long a stream may stand still; reset by each message.</summary>
    /// <value>10 seconds.</value>
    public TimeSpan StreamTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Size of answers that we take by datagram, octets (RFC 6891 §6.2.3).</summary>
    /// <value>1232, which no path cuts.</value>
    public int DatagramSize { get; init; } = 1232;

    /// <summary>Most records of a transfer.</summary>
    /// <value>1,000,000.</value>
    public int MostTransferred { get; init; } = 1_000_000;

    /// <summary>Whose side a failure is on.</summary>
    public TransferSide Side { get; init; } = TransferSide.Source;
}

/// <summary>Asks one chosen server; no cache, no system resolver. Safe for several threads.</summary>
/// <param name="options">Limits; null = the defaults.</param>
public sealed class DnsClient(DnsClientOptions? options = null)
{
    private readonly DnsClientOptions _options = options ?? new();

    /// <summary>Asks a question: by datagram, by stream when the answer was cut (RFC 7766 §5). Id and port are random; a wrong id or question is not taken (RFC 5452 §9).</summary>
    /// <param name="server">The server.</param>
    /// <param name="name">Name.</param>
    /// <param name="type">Type.</param>
    /// <param name="token">Cancels.</param>
    /// <param name="recurse">True for a resolver, which shall ask others.</param>
    /// <param name="dnssec">True to be given signatures too.</param>
    /// <exception cref="ZoneException">Unreachable, or not DNS. A refusal is an answer: look at <see cref="DnsMessage.Rcode"/>.</exception>
    public async Task<DnsMessage> QueryAsync(IPEndPoint server, DnsName name, RecordType type, CancellationToken token, bool recurse = false, bool dnssec = false)
    {
        var answer = await DatagramAsync(server, name, type, recurse, dnssec, _options.DatagramSize, token);
        // RFC 6891 §7: a server that does not know EDNS says FORMERR
        if (answer.Rcode == Rcode.FormErr && !answer.Edns) answer = await DatagramAsync(server, name, type, recurse, dnssec: false, ednsSize: 0, token);
        return answer.Truncated ? await StreamAsync(server, name, type, recurse, dnssec, token) : answer;
    }

    /// <summary>Transfers a zone (RFC 5936): all records as the server has them, the closing SOA left out.</summary>
    /// <param name="server">The server.</param>
    /// <param name="zone">The zone.</param>
    /// <param name="key">Signs the request and checks each answer; null without.</param>
    /// <param name="token">Cancels.</param>
    /// <exception cref="ZoneException">Refused, cut, or not a transfer.</exception>
    public async Task<IReadOnlyList<ZoneRecord>> TransferAsync(IPEndPoint server, DnsName zone, TsigKey? key, CancellationToken token)
    {
        await using var stream = await ConnectAsync(server, token);
        var id = NewId();
        var exchange = key is null ? null : new TsigExchange(key, _options.Side);
        var request = DnsMessage.Ask(id, zone, RecordType.Axfr, recurse: false, ednsSize: 0, dnssec: false);
        await WriteAsync(stream, exchange?.Sign(request.Written) ?? request.ToArray(), token);
        var records = new List<ZoneRecord>();
        for (var first = true; ; first = false)
        {
            var octets = await ReadAsync(stream, token);
            var message = DnsMessage.Parse(octets);
            if (message.Id != id || !message.IsResponse) throw Broken("A transfer holds a message that does not belong to it.");
            var ends = message.Answers.Count(static record => record.Type == RecordType.Soa) + (records.Count > 0 ? 1 : 0) >= 2 || message.Rcode != Rcode.NoError;
            exchange?.Check(octets, message, ends);
            if (message.Rcode != Rcode.NoError) throw Refused(message.Rcode, $"The server refuses the transfer of {zone.Host}");
            if (first && (message.Answers.Count == 0 || message.Answers[0].Type != RecordType.Soa || !message.Answers[0].Name.Equals(zone))) throw Broken("A transfer does not begin with the zone's SOA.");
            foreach (var record in message.Answers)
            {
                if (record.Type == RecordType.Soa && records.Count > 0) return records;
                if (records.Count >= _options.MostTransferred) throw new ZoneException(_options.Side, TransferFailureKind.Refused, TransferCode.TooBig, $"The zone has more than {_options.MostTransferred} records.");
                records.Add(record);
            }
        }
    }

    /// <summary>Sends a dynamic update (RFC 2136) by stream.</summary>
    /// <param name="server">The primary server.</param>
    /// <param name="update">What must hold and what changes.</param>
    /// <param name="key">Signs it; null without.</param>
    /// <param name="token">Cancels.</param>
    /// <returns>The server's code: <see cref="Rcode.NxRrset"/> and the like when a prerequisite does not hold; then nothing was changed.</returns>
    public async Task<Rcode> UpdateAsync(IPEndPoint server, DynamicUpdate update, TsigKey? key, CancellationToken token)
    {
        await using var stream = await ConnectAsync(server, token);
        var id = NewId();
        var exchange = key is null ? null : new TsigExchange(key, _options.Side);
        var request = update.ToMessage(id);
        await WriteAsync(stream, exchange?.Sign(request) ?? request, token);
        var octets = await ReadAsync(stream, token);
        var answer = DnsMessage.Parse(octets);
        if (answer.Id != id || !answer.IsResponse || answer.Opcode != DynamicUpdate.Opcode) throw Broken("The answer to an update does not belong to it.");
        exchange?.Check(octets, answer, last: true);
        return answer.Rcode;
    }

    internal ZoneException Refused(Rcode rcode, string what)
    {
        var (kind, code) = rcode switch
        {
            Rcode.Refused or Rcode.NotAuth or Rcode.NotZone => (TransferFailureKind.Refused, TransferCode.PermissionDenied),
            Rcode.ServFail => (TransferFailureKind.Passing, TransferCode.Unreachable),
            _ => (TransferFailureKind.Refused, TransferCode.ItemRefused),
        };
        return new(_options.Side, kind, code, $"{what}: {rcode}.");
    }

    private static ushort NewId() => (ushort)RandomNumberGenerator.GetInt32(ushort.MaxValue + 1);

    private async Task<DnsMessage> DatagramAsync(IPEndPoint server, DnsName name, RecordType type, bool recurse, bool dnssec, int ednsSize, CancellationToken token)
    {
        var buffer = new byte[DnsMessage.Longest];
        for (var attempt = 1; ; attempt++)
        {
            var id = NewId();
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(token);
            limit.CancelAfter(_options.Timeout);
            try
            {
                // a new socket each time: the system gives it a random port, and being connected it hears this server only
                using var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
                await socket.ConnectAsync(server, limit.Token);
                await socket.SendAsync(DnsMessage.Ask(id, name, type, recurse, ednsSize, dnssec).ToArray(), limit.Token);
                while (true)
                {
                    var count = await socket.ReceiveAsync(buffer, limit.Token);
                    if (Answers(buffer.AsSpan(0, count), id, new(name, type)) is { } answer) return answer;
                }
            }
            catch (Exception silent) when (!token.IsCancellationRequested && silent is OperationCanceledException or SocketException)
            {
                if (attempt >= _options.Tries) throw Unreachable(server, silent);
            }
        }
    }

    // what does not belong to the question, or is not DNS, may come from anybody: it is not listened to
    private static DnsMessage? Answers(ReadOnlySpan<byte> octets, ushort id, Question question)
    {
        if (octets.Length < 12 || BinaryPrimitives.ReadUInt16BigEndian(octets) != id) return null;
        try
        {
            var answer = DnsMessage.Parse(octets);
            var fits = answer.Question is { } asked ? asked.Name.Equals(question.Name) && asked.Type == question.Type : answer.Rcode is Rcode.FormErr or Rcode.NotImp or Rcode.Refused or Rcode.ServFail;
            return answer.IsResponse && fits ? answer : null;
        }
        catch (ZoneException)
        {
            return null;
        }
    }

    private async Task<DnsMessage> StreamAsync(IPEndPoint server, DnsName name, RecordType type, bool recurse, bool dnssec, CancellationToken token)
    {
        await using var stream = await ConnectAsync(server, token);
        var id = NewId();
        await WriteAsync(stream, DnsMessage.Ask(id, name, type, recurse, _options.DatagramSize, dnssec).ToArray(), token);
        var answer = DnsMessage.Parse(await ReadAsync(stream, token));
        return answer.Id == id && answer.IsResponse && answer.Question is { } asked && asked.Name.Equals(name) && asked.Type == type
            ? answer
            : throw Broken("An answer does not belong to its question.");
    }

    private async Task<NetworkStream> ConnectAsync(IPEndPoint server, CancellationToken token)
    {
        var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await InTimeAsync(server, async limited => await socket.ConnectAsync(server, limited), token);
            return new(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private Task WriteAsync(NetworkStream stream, byte[] message, CancellationToken token)
    {
        byte[] framed = [(byte)(message.Length >> 8), (byte)message.Length, .. message];
        return InTimeAsync((IPEndPoint)stream.Socket.RemoteEndPoint!, async limited => await stream.WriteAsync(framed, limited), token);
    }

    private async Task<byte[]> ReadAsync(NetworkStream stream, CancellationToken token)
    {
        var length = new byte[2];
        var message = Array.Empty<byte>();
        await InTimeAsync(
            (IPEndPoint)stream.Socket.RemoteEndPoint!,
            async limited =>
            {
                await stream.ReadExactlyAsync(length, limited);
                message = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
                await stream.ReadExactlyAsync(message, limited);
            },
            token);
        return message;
    }

    private async Task InTimeAsync(IPEndPoint server, Func<CancellationToken, Task> step, CancellationToken token)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(token);
        limit.CancelAfter(_options.StreamTimeout);
        try
        {
            await step(limit.Token);
        }
        catch (Exception silent) when (!token.IsCancellationRequested && silent is OperationCanceledException or SocketException)
        {
            throw Unreachable(server, silent);
        }
        catch (IOException lost)
        {
            throw new ZoneException(_options.Side, TransferFailureKind.Passing, TransferCode.ConnectionLost, $"The connection to {server} was lost.", lost);
        }
    }

    private ZoneException Broken(string text) => new(_options.Side, TransferFailureKind.Broken, TransferCode.ProtocolBroken, text);

    private ZoneException Unreachable(IPEndPoint server, Exception cause) =>
        new(_options.Side, TransferFailureKind.Passing, cause is OperationCanceledException ? TransferCode.TimedOut : TransferCode.Unreachable, $"{server} does not answer.", cause);
}
