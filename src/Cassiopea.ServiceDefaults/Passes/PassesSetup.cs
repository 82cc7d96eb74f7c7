using Cassiopea.ServiceDefaults.Endpoints;
using Cassiopea.ServiceDefaults.Vault;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Cassiopea.ServiceDefaults.Passes;

/// <summary>Registers what services that move items share.</summary>
public static class PassesSetup
{
    /// <summary>Entering ends: checked addresses, secrets leased from the vault, and passes over them.</summary>
    /// <param name="builder">The service.</param>
    public static void AddPasses(this IHostApplicationBuilder builder)
    {
        builder.AddVaultClient();
        builder.Services.AddSingleton(RemoteAddresses.From(builder.Configuration, builder.Environment));
        builder.Services.AddSingleton<EndpointLogins>();
        builder.Services.AddSingleton<ItemPass>();
    }

    /// <summary>The old host's list of one kind.</summary>
    /// <param name="builder">The service.</param>
    /// <param name="form">What the list looks like.</param>
    /// <param name="file">Where the service's options name it; empty = there is none.</param>
    public static void AddMemberInventory<TOptions>(this IHostApplicationBuilder builder, InventoryForm form, Func<TOptions, string> file) where TOptions : class =>
        builder.Services.AddSingleton(services => new MemberInventory(form, file(services.GetRequiredService<IOptions<TOptions>>().Value), services.GetRequiredService<TimeProvider>()));
}
