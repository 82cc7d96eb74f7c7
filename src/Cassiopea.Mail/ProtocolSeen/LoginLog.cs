using System.IO.Compression;
using System.Net;
using Microsoft.Extensions.Options;

namespace Cassiopea.Mail;

/// <summary>How often and when last a mailbox was entered by one way.</summary>
internal readonly record struct SeenLogins(string Protocol, int Count, DateTimeOffset Last);

/// <summary>What the login log says of one mailbox.</summary>
/// <param name="Since">The oldest line of the log, or the start of the days that are looked at, whichever is later.</param>
/// <param name="Logins">By protocol, most used first; empty when nobody logged in.</param>
internal sealed record ProtocolsSeen(DateTimeOffset Since, IReadOnlyList<SeenLogins> Logins);

/// <summary>The old host's login log: a file that its administrators made, with its rotated copies beside it; read again when one of them changed.</summary>
internal sealed class LoginLog(IOptions<MailOptions> options, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _reading = new(1, 1);
    private readonly List<IPNetwork> _webmail = [.. options.Value.WebmailAddresses.Select(Network)];
    private Digest? _digest;

    public void Dispose() => _reading.Dispose();

    /// <summary>Null when no log is configured.</summary>
    /// <exception cref="IOException">The log cannot be read.</exception>
    public async Task<ProtocolsSeen?> OfAsync(string login, CancellationToken token)
    {
        if (options.Value.LoginLogFile.Length == 0)
            return null;
        var digest = await ReadAsync(token);
        var since = time.GetUtcNow() - options.Value.LoginDays;
        return new ProtocolsSeen(
            digest.Oldest > since ? digest.Oldest.Value : since,
            digest.Users.TryGetValue(login.ToLowerInvariant(), out var seen)
                ? [.. seen.Where(s => s.Value.Last >= since).Select(s => new SeenLogins(s.Key, s.Value.Count, s.Value.Last)).OrderByDescending(s => s.Count).ThenBy(s => s.Protocol, StringComparer.Ordinal)]
                : []);
    }

    private async Task<Digest> ReadAsync(CancellationToken token)
    {
        await _reading.WaitAsync(token);
        try
        {
            var files = Files(options.Value.LoginLogFile);
            var day = time.GetUtcNow().UtcDateTime.Date;
            var state = string.Join('\n', files.Select(f => FormattableString.Invariant($"{f.FullName} {f.Length} {f.LastWriteTimeUtc.Ticks}"))) + day.Ticks;
            return _digest?.State == state ? _digest : _digest = await DigestAsync(files, state, token);
        }
        finally
        {
            _reading.Release();
        }
    }

    private async Task<Digest> DigestAsync(IReadOnlyList<FileInfo> files, string state, CancellationToken token)
    {
        var now = time.GetUtcNow();
        var zone = TimeZoneInfo.FindSystemTimeZoneById(options.Value.LoginLogTimeZone);
        var since = now - options.Value.LoginDays;
        Digest digest = new(state, new(StringComparer.Ordinal));
        foreach (var file in files)
        {
            await using var raw = file.Open(FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            await using Stream plain = file.Extension == ".gz" ? new GZipStream(raw, CompressionMode.Decompress) : raw;
            using var lines = new StreamReader(plain);
            DateTimeOffset written = new(file.LastWriteTimeUtc);
            var newest = written < now ? written : now; // a rotated copy ended when it was last written: years are guessed from there
            var first = true;
            while (await lines.ReadLineAsync(token) is { } line)
            {
                if (first && LoginLine.Time(line, newest, zone) is { } start)
                {
                    digest.Oldest = digest.Oldest < start ? digest.Oldest : start;
                    first = false;
                }

                if (LoginLine.Parse(line, newest, zone) is { } login && login.At >= since)
                    digest.Add(login.User, ProtocolOf(login), login.At);
            }
        }

        return digest;
    }

    private string ProtocolOf(LoginLine login) =>
        IsWebmail(login.Remote) || IsWebmail(login.Local) ? SeenProtocol.Webmail
        : login.Protocol == LoginProtocol.Pop3 ? SeenProtocol.Pop3
        : SeenProtocol.Imap;

    private bool IsWebmail(IPAddress? address) => address is not null && _webmail.Exists(network => network.Contains(address));

    /// <summary>The file and its rotated copies: <c>mail.log</c>, <c>mail.log.1</c>, <c>mail.log.2.gz</c>, <c>mail.log-20261101</c>.</summary>
    private static List<FileInfo> Files(string path)
    {
        var main = new FileInfo(path);
        if (main.Directory is not { Exists: true } folder)
            throw new DirectoryNotFoundException("The folder of the login log is not there.");
        var found = folder.EnumerateFiles(main.Name + "*")
            .Where(f => f.Name.Length == main.Name.Length || f.Name[main.Name.Length] is '.' or '-')
            .OrderBy(f => f.Name, StringComparer.Ordinal).ToList();
        return found.Count > 0 ? found : throw new FileNotFoundException("The login log is not there.");
    }

    private static IPNetwork Network(string text) =>
        text.Contains('/', StringComparison.Ordinal) ? IPNetwork.Parse(text)
        : IPAddress.Parse(text) is var one ? new IPNetwork(one, one.GetAddressBytes().Length * 8)
        : default;

    private sealed record Digest(string State, Dictionary<string, Dictionary<string, (int Count, DateTimeOffset Last)>> Users)
    {
        public DateTimeOffset? Oldest { get; set; }

        public void Add(string user, string protocol, DateTimeOffset at)
        {
            if (!Users.TryGetValue(user, out var seen))
                Users[user] = seen = new(StringComparer.Ordinal);
            seen[protocol] = seen.TryGetValue(protocol, out var before) ? (before.Count + 1, at > before.Last ? at : before.Last) : (1, at);
        }
    }
}
