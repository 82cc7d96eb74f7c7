using System.Net.Http.Headers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Cassiopea.ServiceDefaults.Vault;

public static class VaultClientSetup
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(300);

    /// <summary>Registers <see cref="VaultClient"/> on <c>services:vault:http:0</c> with the token <c>Vault:ServiceToken</c>; a missing one is told at the first use.</summary>
    public static void AddVaultClient(this IHostApplicationBuilder builder)
    {
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddHttpClient(VaultClient.ClientName, (provider, client) =>
        {
            var configuration = provider.GetRequiredService<IConfiguration>();
            client.BaseAddress = new Uri(Required(configuration, "services:vault:http:0").TrimEnd('/') + "/");
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Required(configuration, "Vault:ServiceToken"));
        });
        builder.Services.AddSingleton(provider => new VaultClient(provider.GetRequiredService<IHttpClientFactory>(), provider.GetRequiredService<TimeProvider>(), FirstPause));
    }

    private static string Required(IConfiguration configuration, string key) =>
        configuration[key] is { Length: > 0 } value ? value : throw new InvalidOperationException($"Set {key}.");
}
