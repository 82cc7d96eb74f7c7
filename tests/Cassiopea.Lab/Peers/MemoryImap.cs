using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Cassiopea.Lab.Peers;

/// <summary>A message of a <see cref="MemoryImap"/>.</summary>
/// <param name="Uid">UID.</param>
/// <param name="Octets">The whole message.</param>
/// <param name="Date">INTERNALDATE as on the wire.</param>
/// <param name="Flags">Separated by spaces.</param>
/// <param name="GmailId">X-GM-MSGID; 0 = none.</param>
/// <param name="Labels">X-GM-LABELS as on the wire, separated by spaces.</param>
public sealed record MemoryMessage(uint Uid, byte[] Octets, string Date = "17-Jul-2016 02:44:25 +0200", string Flags = "", ulong GmailId = 0, string Labels = "");

/// <summary>A folder of a <see cref="MemoryImap"/>.</summary>
/// <param name="Name">As on the wire.</param>
/// <param name="Attributes">What LIST says of it, for example <c>\Sent</c>.</param>
public sealed record MemoryFolder(string Name, string Attributes = "")
{
    /// <summary>Its messages by UID.</summary>
    public List<MemoryMessage> Messages { get; } = [];

    /// <summary>UIDNEXT.</summary>
    public uint Next => Messages.Count == 0 ? 1 : Messages[^1].Uid + 1;
}

/// <summary>
/// A small IMAP server in memory, with no line of the engine in it, that knows as little as wanted and misbehaves on demand. One account, any
/// password. What it stores is in <see cref="Folders"/>.
/// </summary>
public sealed class MemoryImap : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentBag<Task> _sessions = [];
    private readonly Task _accepting;
    private int _open;
    private int _accepted;

    private MemoryImap()
    {
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    /// <summary>Where it listens, on 127.0.0.1.</summary>
    public int Port { get; }

    /// <summary>What it announces.</summary>
    public string Capabilities { get; init; } = "IMAP4rev1";

    /// <summary>The separator of levels; null = NIL, folders have no levels.</summary>
    public char? Separator { get; init; } = '/';

    /// <summary>The answer to NAMESPACE behind the word.</summary>
    public string Namespaces { get; init; } = "((\"\" \"/\")) NIL NIL";

    /// <summary>Connections beyond this number are turned away with BYE.</summary>
    public int MostConnections { get; init; } = int.MaxValue;

    /// <summary>What stands between parentheses behind PERMANENTFLAGS.</summary>
    public string PermanentFlags { get; init; } = @"\Answered \Flagged \Deleted \Seen \Draft \*";

    /// <summary>UIDVALIDITY of all folders.</summary>
    public uint UidValidity { get; set; } = 7;

    /// <summary>Its folders; hold <see cref="Lock"/> while changing them.</summary>
    public List<MemoryFolder> Folders { get; } = [new("INBOX")];

    /// <summary>Names that are subscribed.</summary>
    public HashSet<string> Subscribed { get; } = new(StringComparer.Ordinal);

    /// <summary>Guards <see cref="Folders"/>.</summary>
    public Lock Lock { get; } = new();

    /// <summary>All commands received, without tag.</summary>
    public ConcurrentQueue<string> Commands { get; } = new();

    /// <summary>Called for each command line: an answer instead of the command's own, without tag; null = as usual. <c>BYE</c> in front closes.</summary>
    public Func<string, string?> Answer { get; set; } = static _ => null;

    /// <summary>Called before a body is sent: how many of its octets are sent before the connection is cut; null = all.</summary>
    public Func<MemoryMessage, int?> CutBody { get; set; } = static _ => null;

    /// <summary>The size of a body as it is announced, when it lies; null = the true one.</summary>
    public Func<MemoryMessage, string?> AnnouncedSize { get; set; } = static _ => null;

    /// <summary>RFC822.SIZE as it is told.</summary>
    public Func<MemoryMessage, long> ToldSize { get; set; } = static message => message.Octets.Length;

    /// <summary>Called with the octets of each APPEND before it is stored: the answer instead; null = it is stored.</summary>
    public Func<byte[], string?> Refuse { get; set; } = static _ => null;

    /// <summary>Connections that are open now.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>Connections so far.</summary>
    public int Accepted => Volatile.Read(ref _accepted);

    /// <summary>Most connections at the same time, the refused ones left out.</summary>
    public int MostOpen { get; private set; }

    /// <summary>Starts one.</summary>
    public static MemoryImap Start(string capabilities = "IMAP4rev1", char? separator = '/', int mostConnections = int.MaxValue, string namespaces = "((\"\" \"/\")) NIL NIL", string? permanentFlags = null) => new()
    {
        Capabilities = capabilities,
        Separator = separator,
        MostConnections = mostConnections,
        Namespaces = namespaces,
        PermanentFlags = permanentFlags ?? @"\Answered \Flagged \Deleted \Seen \Draft \*",
    };

    /// <summary>The folder of a name; made when it is missing.</summary>
    public MemoryFolder Folder(string name, string attributes = "")
    {
        lock (Lock)
        {
            if (Find(name) is { } known) return known;
            var made = new MemoryFolder(name, attributes);
            Folders.Add(made);
            return made;
        }
    }

    /// <summary>Adds a message and gives it the next UID.</summary>
    public MemoryMessage Add(string folder, byte[] octets, string date = "17-Jul-2016 02:44:25 +0200", string flags = "", ulong gmailId = 0, string labels = "")
    {
        var to = Folder(folder);
        lock (Lock)
        {
            var message = new MemoryMessage(to.Next, octets, date, flags, gmailId, labels);
            to.Messages.Add(message);
            return message;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Dispose();
        await _accepting;
        await Task.WhenAll(_sessions);
        _end.Dispose();
    }

    internal MemoryFolder? Find(string name) =>
        Folders.Find(folder => folder.Name == name || (folder.Name.Equals("INBOX", StringComparison.OrdinalIgnoreCase) && name.Equals("INBOX", StringComparison.OrdinalIgnoreCase)));

    private async Task AcceptAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            try
            {
                var socket = await _listener.AcceptSocketAsync(_end.Token);
                Interlocked.Increment(ref _accepted);
                _sessions.Add(ServeAsync(socket));
            }
            catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        socket.NoDelay = true;
        await using var stream = new NetworkStream(socket, ownsSocket: true);
        var open = Interlocked.Increment(ref _open);
        try
        {
            if (open > MostConnections)
            {
                await stream.WriteAsync("* BYE [LIMIT] Too many simultaneous connections\r\n"u8.ToArray(), _end.Token);
                return;
            }

            lock (Lock) MostOpen = Math.Max(MostOpen, open);
            await new MemoryImapSession(this, stream).RunAsync(_end.Token);
        }
        catch (Exception error) when (error is IOException or SocketException or OperationCanceledException or ObjectDisposedException or EndOfStreamException)
        {
            // the client, or this server, has hung up
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }
}
