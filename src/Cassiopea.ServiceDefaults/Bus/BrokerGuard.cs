using System.Net.Sockets;
using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Cassiopea.ServiceDefaults;

/// <summary>
/// The broker's client can hang for ever when its broker dies at a bad moment (docs/decisions/0001). When the bus does not recover although the
/// broker answers, it is stopped and started; when even that hangs, the process ends and its supervisor starts another.
/// </summary>
internal sealed class BrokerGuard(IBusControl bus, IHostApplicationLifetime lifetime, IOptions<BusOptions> options, ILogger<BrokerGuard> log)
    : BackgroundService
{
    private const int DefaultPort = 5672;
    private const int SoftwareError = 70; // EX_SOFTWARE of sysexits.h
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private volatile bool _sendsHang;

    /// <summary>Told by the dispatcher: sends that neither succeeded nor failed in their time, and nothing else went through.</summary>
    public void SendsHang(bool hang) => _sendsHang = hang;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (bus.Address.Scheme != "rabbitmq" && bus.Address.Scheme != "rabbitmqs") return;
        long? since = null;
        try
        {
            await bus.WaitForHealthStatus(BusHealthStatus.Healthy, stoppingToken);
            using var timer = new PeriodicTimer(Look < options.Value.StuckAfter ? Look : options.Value.StuckAfter, TimeProvider.System);
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                var isWell = bus.CheckHealth().Status == BusHealthStatus.Healthy && !_sendsHang;
                if (isWell || !await BrokerAnswersAsync(stoppingToken))
                {
                    since = null;
                    continue;
                }

                since ??= TimeProvider.System.GetTimestamp();
                if (TimeProvider.System.GetElapsedTime(since.Value) < options.Value.StuckAfter) continue;
                since = null;
                await RestartAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // the host stops
        }
    }

    private async Task RestartAsync(CancellationToken token)
    {
        log.BusRestarts();
        try
        {
            await StopBusAsync().WaitAsync(StopLimit * 2, TimeProvider.System, token);
            await bus.StartAsync(token).WaitAsync(StartLimit, TimeProvider.System, token);
            _sendsHang = false;
        }
        catch (Exception e) when (!token.IsCancellationRequested)
        {
            log.BusStuck(e);
            Environment.ExitCode = SoftwareError;
            lifetime.StopApplication();
        }
    }

    private async Task StopBusAsync()
    {
        using var limit = new CancellationTokenSource(StopLimit, TimeProvider.System);
        await bus.StopAsync(limit.Token);
    }

    private async Task<bool> BrokerAnswersAsync(CancellationToken token)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(bus.Address.Host, bus.Address.Port > 0 ? bus.Address.Port : DefaultPort, token).AsTask()
                .WaitAsync(AnswerLimit, TimeProvider.System, token);
            return true;
        }
        catch (Exception e) when (e is SocketException or TimeoutException)
        {
            return false; // away: nothing is wrong with us
        }
    }
}
