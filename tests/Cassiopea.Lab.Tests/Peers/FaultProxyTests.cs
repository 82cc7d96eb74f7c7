using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Cassiopea.Lab.Peers;

namespace Cassiopea.Lab.Tests.Peers;

public sealed class FaultProxyTests : IAsyncLifetime
{
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;
    private readonly TcpListener _echo = new(IPAddress.Loopback, 0);
    private FaultProxy _proxy = null!;

    public ValueTask InitializeAsync()
    {
        _echo.Start();
        _ = EchoAsync();
        _proxy = FaultProxy.Start(((IPEndPoint)_echo.LocalEndpoint).Port);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        _echo.Dispose();
        await _proxy.DisposeAsync();
    }

    [Fact]
    public async Task It_passes_all_octets_both_ways()
    {
        using var client = await ConnectAsync();
        var sent = new byte[1_000_000];
        new Random(1).NextBytes(sent);
        var writing = client.GetStream().WriteAsync(sent, Token);
        Assert.Equal(sent, await ReadAsync(client, sent.Length));
        await writing;
        Assert.Equal(sent.Length, _proxy.Bytes(Toward.Server));
        Assert.Equal(sent.Length, _proxy.Bytes(Toward.Client));
    }

    [Fact]
    public async Task Latency_holds_each_direction_and_does_not_slow_what_is_in_flight()
    {
        _proxy.Latency = TimeSpan.FromMilliseconds(60);
        using var client = await ConnectAsync();
        await ReadEchoAsync(client, 1);
        var clock = Stopwatch.StartNew();
        await ReadEchoAsync(client, 1);
        Assert.True(clock.ElapsedMilliseconds >= 118, $"{clock.ElapsedMilliseconds} ms for one round trip");
        clock.Restart();
        for (var i = 0; i < 60; i++)
            await client.GetStream().WriteAsync(new byte[100], Token);
        await ReadAsync(client, 6_000);
        Assert.True(clock.ElapsedMilliseconds < 60 * 118, $"{clock.ElapsedMilliseconds} ms for sixty writes in flight");
    }

    [Theory]
    [InlineData(Toward.Server, false)]
    [InlineData(Toward.Client, false)]
    [InlineData(Toward.Client, true)]
    public async Task It_cuts_at_the_byte(Toward toward, bool reset)
    {
        _proxy.CutAfter(1234, toward, reset);
        using var client = await ConnectAsync();
        await client.GetStream().WriteAsync(new byte[5000], Token);
        var got = 0;
        try
        {
            int read;
            while ((read = await client.GetStream().ReadAsync(new byte[5000], Token)) > 0)
                got += read;
            Assert.False(reset, "a reset is seen as an error");
        }
        catch (IOException)
        {
            // reset
        }

        Assert.True(got <= 1234, $"{got} octets came back");
        Assert.Equal(1234, _proxy.Bytes(toward));
        using var next = await ConnectAsync();
        await ReadEchoAsync(next, 5000);
    }

    [Fact]
    public async Task It_changes_one_byte()
    {
        _proxy.CorruptAfter(10, Toward.Client);
        using var client = await ConnectAsync();
        var got = await ReadEchoAsync(client, 100);
        Assert.Equal([10], Enumerable.Range(0, 100).Where(i => got[i] != 0));
    }

    [Fact]
    public async Task A_black_hole_takes_and_holds_until_it_is_healed()
    {
        _proxy.BlackHole = true;
        using var client = await ConnectAsync();
        await client.GetStream().WriteAsync(new byte[10], Token);
        var reading = ReadAsync(client, 10);
        await Eventually.TrueAsync("the connection is taken", () => _proxy.Accepted == 1);
        Assert.Equal(0, _proxy.Bytes(Toward.Client));
        Assert.False(reading.IsCompleted);
        _proxy.Heal();
        await reading;
    }

    [Fact]
    public async Task A_throttle_limits_the_rate()
    {
        _proxy.BytesPerSecond = 200_000;
        using var client = await ConnectAsync();
        var clock = Stopwatch.StartNew();
        var writing = client.GetStream().WriteAsync(new byte[100_000], Token);
        await ReadAsync(client, 100_000);
        await writing;
        Assert.True(clock.ElapsedMilliseconds >= 480, $"{clock.ElapsedMilliseconds} ms");
    }

    [Fact]
    public async Task Refusal_means_that_nobody_listens()
    {
        _proxy.Refuse();
        await Assert.ThrowsAsync<SocketException>(ConnectAsync);
        _proxy.AcceptAgain();
        using var client = await ConnectAsync();
        await ReadEchoAsync(client, 1);
    }

    private async Task<TcpClient> ConnectAsync()
    {
        var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(IPAddress.Loopback, _proxy.Port, Token);
        return client;
    }

    private static async Task<byte[]> ReadEchoAsync(TcpClient client, int count)
    {
        await client.GetStream().WriteAsync(new byte[count], Token);
        return await ReadAsync(client, count);
    }

    private static async Task<byte[]> ReadAsync(TcpClient client, int count)
    {
        var bytes = new byte[count];
        await client.GetStream().ReadExactlyAsync(bytes, Token);
        return bytes;
    }

    private async Task EchoAsync()
    {
        try
        {
            while (true)
                _ = CopyAsync(await _echo.AcceptTcpClientAsync());
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // the test is over
        }
    }

    private static async Task CopyAsync(TcpClient client)
    {
        using var _ = client;
        try
        {
            await client.GetStream().CopyToAsync(client.GetStream());
        }
        catch (IOException)
        {
            // cut, as asked for
        }
    }
}
