using System.Buffers;
using System.Globalization;
using System.Runtime.CompilerServices;
using Cassiopea.Transfer.Messages;

namespace Cassiopea.Pop3;

/// <summary>
/// A maildrop as a store with the one folder INBOX. A message is known again by its UIDL; where the server has no UIDL, each session has other
/// numbers, and messages are known again by their content (facts R22).
/// </summary>
public sealed class Pop3Store : IMessageStore
{
    private readonly Pop3Connection _connection;
    private readonly Pop3Options _options;
    private readonly UidMap _map;
    private readonly TimeProvider _time;
    private readonly Dictionary<uint, string> _unique = [];
    private List<StoredMessage>? _messages;
    private bool _byUidl;

    private Pop3Store(Pop3Connection connection, Pop3Options options, UidMap map, TimeProvider time) =>
        (_connection, _options, _map, _time) = (connection, options, map, time);

    /// <summary>Logs in and reads the list of messages.</summary>
    /// <param name="account">The maildrop.</param>
    /// <param name="options">How it is read.</param>
    /// <param name="map">The numbers given so far; stays the caller's.</param>
    /// <param name="time">The clock of numbers without UIDL.</param>
    /// <param name="token">Cancels.</param>
    /// <exception cref="TransferException">Unreachable, TLS, authentication, or a server that does not speak POP3.</exception>
    public static async Task<IMessageStore> OpenAsync(Pop3Account account, Pop3Options options, UidMap map, TimeProvider time, CancellationToken token)
    {
        var store = new Pop3Store(await Pop3Connection.OpenAsync(account, options, token), options, map, time);
        try
        {
            await store.ListAsync(token);
            return store;
        }
        catch
        {
            await store.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<StoredFolder>> FoldersAsync(CancellationToken token)
    {
        var messages = _messages ?? [];
        var (validity, next) = _byUidl ? (_map.UidValidity, _map.UidNext) : (SessionValidity, (uint)messages.Count + 1);
        return new([new(["INBOX"], validity, next, messages.Count, messages.Sum(static message => message.Size ?? 0))]);
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<StoredMessage>> MessagesAsync(StoredFolder folder, CancellationToken token) => new(_messages ?? []);

    /// <inheritdoc />
    public async IAsyncEnumerable<DateTimeOffset?> DatesAsync(StoredFolder folder, IReadOnlyList<StoredMessage> messages, [EnumeratorCancellation] CancellationToken token)
    {
        var part = ArrayPool<byte>.Shared.Rent(64 << 10);
        try
        {
            await foreach (var (_, status) in AnswersAsync(messages, static place => $"TOP {place} 0", token))
            {
                if (!status.Ok)
                {
                    yield return null;
                    continue;
                }

                var length = 0;
                for (int got; (got = await _connection.ContentAsync(part.AsMemory(length), token)) > 0;)
                {
                    length = Math.Min(length + got, part.Length - 4096); // what is beyond is read and left
                }

                yield return MailDate.Received(part.AsSpan(0, length));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(part);
        }
    }

    /// <inheritdoc />
    public async IAsyncEnumerable<StoredContent> ReadAsync(StoredFolder folder, IReadOnlyList<StoredMessage> messages, [EnumeratorCancellation] CancellationToken token)
    {
        await using var spool = new Spool();
        await foreach (var (message, status) in AnswersAsync(messages, static place => $"RETR {place}", token))
        {
            if (!status.Ok)
            {
                var why = status.ToException("RETR");
                if (why.Kind == TransferFailureKind.Passing) throw why;
                yield return new(message, null, 0, null, why.Message);
                continue;
            }

            spool.Begin();
            for (int got; (got = await _connection.ContentAsync(spool.Room, token)) > 0;)
            {
                await spool.AddAsync(got, token);
                if (spool.Length > _options.LargestMessage) throw _connection.Broken($"A message exceeds {_options.LargestMessage} bytes.");
            }

            yield return new(message, MailDate.Received(spool.Head), spool.Length, spool.Open());
        }
    }

    /// <summary>The UIDL of each message, by the number under which it is moved; empty where the server has none.</summary>
    public IReadOnlyDictionary<uint, string> UniqueIds => _unique;

    /// <inheritdoc />
    public async ValueTask DisposeAsync() => await _connection.DisposeAsync();

    private uint SessionValidity { get; set; }

    /// <summary>Sends commands ahead, as many as the window holds, and gives the answers in order; each must be read before the next.</summary>
    private async IAsyncEnumerable<(StoredMessage Message, Pop3Status Status)> AnswersAsync(
        IReadOnlyList<StoredMessage> messages, Func<string, string> command, [EnumeratorCancellation] CancellationToken token)
    {
        var window = _connection.Capabilities.Pipelining ? _options.Window : 1;
        var (asked, whole) = (0, false);
        try
        {
            for (var at = 0; at < messages.Count; at++)
            {
                if (asked - at <= window / 2)
                {
                    for (; asked < messages.Count && asked - at < window; asked++) _connection.Queue(command(messages[asked].Place));
                    await _connection.FlushAsync(token);
                }

                var status = await _connection.StatusAsync(token);
                if (status.Ok) _connection.Reader.BeginContent();
                yield return (messages[at], status);
            }

            whole = true;
        }
        finally
        {
            // Left in the middle there are answers on their way that nobody reads.
            if (!whole) _connection.Close();
        }
    }

    private async Task ListAsync(CancellationToken token)
    {
        _connection.Queue("LIST");
        var uidl = !_options.WithoutCapabilities.Contains("UIDL", StringComparer.OrdinalIgnoreCase);
        if (uidl && _connection.Capabilities.Pipelining) _connection.Queue("UIDL");
        await _connection.FlushAsync(token);
        var listed = await _connection.StatusAsync(token);
        if (!listed.Ok) throw listed.ToException("LIST");
        var sizes = await NumbersAsync(token);
        var unique = new SortedDictionary<int, string>();
        if (uidl)
        {
            var answer = _connection.Capabilities.Pipelining ? await _connection.StatusAsync(token) : await _connection.CommandAsync("UIDL", token);
            if (answer.Ok) unique = await NumbersAsync(token);
        }

        // A server that gives some messages no UIDL is taken as one without.
        _byUidl = sizes.Count == 0 ? uidl : sizes.Keys.All(number => unique.TryGetValue(number, out var id) && id.Length is > 0 and <= 500);
        if (!_byUidl) SessionValidity = (uint)Math.Clamp(_time.GetUtcNow().ToUnixTimeMilliseconds() / 10 % uint.MaxValue, 1, uint.MaxValue);
        _map.Begin();
        var messages = new List<StoredMessage>(sizes.Count);
        foreach (var (number, size) in sizes)
        {
            var uid = _byUidl ? _map[unique[number]] : (uint)messages.Count + 1;
            if (_byUidl) _unique[uid] = unique[number];
            messages.Add(new(uid, "", long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out var octets) ? octets : null, null, number.ToString(CultureInfo.InvariantCulture)));
        }

        _map.Flush();
        messages.Sort(static (a, b) => a.Uid.CompareTo(b.Uid));
        _messages = messages;
    }

    /// <summary>The lines of LIST or UIDL: number and value. A line that is none ends the conversation.</summary>
    private async Task<SortedDictionary<int, string>> NumbersAsync(CancellationToken token)
    {
        var found = new SortedDictionary<int, string>();
        foreach (var line in await _connection.LinesAsync(_options.MostMessages, token))
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length < 2 || !int.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < 1 || !found.TryAdd(number, words[1]))
                throw _connection.Broken("A line of the list of messages is not valid.");
        }

        return found;
    }
}
