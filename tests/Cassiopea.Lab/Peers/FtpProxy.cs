using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Cassiopea.Lab.Peers;

/// <summary>A relay in front of a plain FTP server that holds data connections back too: the ports in replies 227 and 229 become relays of their own.</summary>
public sealed partial class FtpProxy : IAsyncDisposable
{
    private readonly ConcurrentDictionary<int, Lazy<FaultProxy>> _data = new();
    private TimeSpan _latency;

    private FtpProxy(int targetPort)
    {
        Control = FaultProxy.Start(targetPort);
        Control.ToClient = Rewrite;
    }

    /// <summary>The relay of control connections.</summary>
    public FaultProxy Control { get; }

    /// <summary>Where clients connect, on 127.0.0.1.</summary>
    public int Port => Control.Port;

    /// <summary>How long each byte is held, in each direction, on all connections.</summary>
    public TimeSpan Latency
    {
        get => _latency;
        set
        {
            _latency = value;
            Control.Latency = value;
            foreach (var proxy in _data.Values) proxy.Value.Latency = value;
        }
    }

    /// <summary>The relays of data connections.</summary>
    public IEnumerable<FaultProxy> Data => _data.Values.Select(proxy => proxy.Value);

    /// <summary>Bytes of data connections so far.</summary>
    public long DataBytes(Toward toward) => Data.Sum(proxy => proxy.Bytes(toward));

    /// <summary>Starts a relay to a server of this machine.</summary>
    public static FtpProxy Start(int targetPort) => new(targetPort);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Control.DisposeAsync();
        foreach (var proxy in _data.Values) await proxy.Value.DisposeAsync();
    }

    private byte[] Rewrite(byte[] bytes)
    {
        var text = Encoding.Latin1.GetString(bytes);
        if (!text.Contains("227 ", StringComparison.Ordinal) && !text.Contains("229 ", StringComparison.Ordinal)) return bytes;
        text = Extended().Replace(text, m => string.Create(CultureInfo.InvariantCulture, $"(|||{Relay(int.Parse(m.Groups["port"].Value, CultureInfo.InvariantCulture))}|)"));
        text = Passive().Replace(text, m =>
        {
            var port = Relay((int.Parse(m.Groups["high"].Value, CultureInfo.InvariantCulture) << 8) + int.Parse(m.Groups["low"].Value, CultureInfo.InvariantCulture));
            return string.Create(CultureInfo.InvariantCulture, $"({m.Groups["address"].Value},{port >> 8},{port & 255})");
        });
        return Encoding.Latin1.GetBytes(text);
    }

    private int Relay(int port) => _data.GetOrAdd(port, target => new(() =>
    {
        var proxy = FaultProxy.Start(target);
        proxy.Latency = _latency;
        return proxy;
    })).Value.Port;

    [GeneratedRegex(@"(?<=^229 [^\r\n]*)\(\|\|\|(?<port>\d+)\|\)", RegexOptions.Multiline | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Extended();

    [GeneratedRegex(@"(?<=^227 [^\r\n]*)\((?<address>\d+,\d+,\d+,\d+),(?<high>\d+),(?<low>\d+)\)", RegexOptions.Multiline | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Passive();
}
