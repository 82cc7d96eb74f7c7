using System.Diagnostics.CodeAnalysis;
using Cassiopea.ServiceDefaults;
using Cassiopea.Vault.Access;
using Cassiopea.Vault.Credentials;
using Cassiopea.Vault.EraseCredentials;
using Cassiopea.Vault.GrantCredential;
using Cassiopea.Vault.Keys;
using Cassiopea.Vault.Leases;
using Cassiopea.Vault.RotateMasterKey;
using Microsoft.Extensions.Options;

namespace Cassiopea.Vault;

/// <summary>The only place where the vault registers anything.</summary>
internal static class VaultSetup
{
    public static void AddVault(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<VaultOptions>()
            .BindConfiguration("Vault")
            .ValidateDataAnnotations()
            .Validate(TokensAreLong, $"Each of Vault:Tokens must be at least {VaultOptions.MinTokenLength} characters long, and no two may be equal.")
            .ValidateOnStart();
        builder.AddDatabase<VaultContext>("vault-db");
        builder.Services.AddSingleton(provider => new MasterKeyFiles(provider.GetRequiredService<IOptions<VaultOptions>>().Value.MasterKeyFile));
        builder.Services.AddSingleton<MasterKeyRing>();
        builder.Services.AddHostedService<MasterKeyStart>();
        builder.Services.AddSingleton<MasterKeyRotation>();
        builder.Services.AddHostedService<MasterKeySchedule>();
        builder.Services.AddSingleton<ServiceTokens>();
        builder.Services.AddScoped<DataKeys>();
        builder.Services.AddScoped<Grants>();
        builder.AddBus<VaultContext>("vault", bus =>
        {
            bus.AddConsumer<CredentialGrantedConsumer>();
            bus.AddConsumer<CredentialGrantsEndedConsumer>();
            bus.AddConsumer<EraseCredentialsConsumer>();
        });
    }

    [SuppressMessage("Usage", "ASP0018:Unused route parameter", Justification = "bound by the named methods")]
    public static void MapVault(this WebApplication app)
    {
        app.UseExceptionHandler();
        app.UseRouting();
        app.Use(Caller.CheckAsync);
        app.MapPut("/credentials/{credentialId:guid}", PutCredential.HandleAsync).RequireCaller(VaultOptions.Gateway, VaultOptions.WebHosting, VaultOptions.Domains);
        app.MapGet("/credentials/{credentialId:guid}", GetCredential.HandleAsync).RequireCaller(VaultOptions.Gateway);
        app.MapPost("/leases", LeaseCredential.HandleAsync).RequireCaller();
        app.MapPost("/leases/{leaseId:guid}/renew", RenewLease.HandleAsync).RequireCaller();
        app.MapDelete("/leases/{leaseId:guid}", EndLease.HandleAsync).RequireCaller();
        app.MapPost("/master-key/rotation", RotateMasterKeyEndpoint.HandleAsync).RequireCaller(VaultOptions.Operator);
    }

    private static bool TokensAreLong(VaultOptions options) =>
        options.Tokens.Values.All(token => token.Length >= VaultOptions.MinTokenLength)
        && options.Tokens.Values.Distinct(StringComparer.Ordinal).Count() == options.Tokens.Count;
}
