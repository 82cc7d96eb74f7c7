using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Cassiopea.AppHost;

/// <summary>Says where the console's first admin key is; shows it on the run in which the gateway makes it.</summary>
internal sealed class AdminKeyNotice(string file) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (File.Exists(file))
        {
            Console.WriteLine($"Admin key: in {file}");
            return;
        }

        using var timer = new PeriodicTimer(Pause);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            if (File.Exists(file) && await File.ReadAllTextAsync(file, stoppingToken) is { Length: > 0 } key)
            {
                Console.WriteLine($"First admin key: {key.Trim()} (kept in {file})");
                return;
            }
        }
    }
}

internal static class AdminKeyNoticeRegistration
{
    public static void AddAdminKeyNotice(this IDistributedApplicationBuilder builder, string file) =>
        builder.Services.AddHostedService(_ => new AdminKeyNotice(file));
}
