using System.Text.Encodings.Web;
using System.Text.Unicode;
using Cassiopea.Gateway.Access;
using Cassiopea.Gateway.Api;
using Cassiopea.Gateway.Board;
using Cassiopea.Gateway.Checklist;
using Cassiopea.Gateway.Domains;
using Cassiopea.Gateway.Events;
using Cassiopea.Gateway.Inventory;
using Cassiopea.Gateway.House;
using Cassiopea.Gateway.Links;
using Cassiopea.Gateway.Operations;
using Cassiopea.Gateway.Pages;
using Cassiopea.Gateway.Pages.Member;
using Cassiopea.Gateway.Pages.Staff;
using Cassiopea.Gateway.Problems;
using Cassiopea.Gateway.Reports;
using Cassiopea.Gateway.SignIn;
using Cassiopea.Gateway.Waves;
using Cassiopea.ServiceDefaults;
using Cassiopea.ServiceDefaults.Vault;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;

namespace Cassiopea.Gateway;

/// <summary>All registrations of the gateway, in the order of a request.</summary>
internal static class GatewaySetup
{
    public static void AddGateway(this WebApplicationBuilder builder)
    {
        builder.AddServiceDefaults("gateway");
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning); // its request log would hold what people search for
        builder.AddDatabase<GatewayContext>("gateway-db");
        builder.AddBus<GatewayContext>("gateway", AddBoard);
        builder.AddVaultClient();

        var services = builder.Services;
        services.AddOptions<GatewayOptions>().BindConfiguration(GatewayOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddHttpContextAccessor();
        services.AddAuthentication(ApiKeyHandler.Scheme)
            .AddScheme<AuthenticationSchemeOptions, ApiKeyHandler>(ApiKeyHandler.Scheme, null)
            .AddScheme<AuthenticationSchemeOptions, SessionHandler>(SessionHandler.Scheme, null);
        services.AddAuthorization();
        services.AddSingleton<IAuthorizationHandler, AccessHandler>();
        services.AddHostedService<AdminKey>();

        services.AddProblemDetails(problems => problems.CustomizeProblemDetails = Problem.Complete);
        services.AddExceptionHandler<ExceptionProblems>();
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        services.ConfigureHttpJsonOptions(json => ApiJson.Apply(json.SerializerOptions));
        builder.AddRequestLimits();
        builder.AddApiDescription();

        services.AddScoped<CommandDesk>();
        services.AddScoped<OperationEnd>();
        services.AddScoped<BoardQueries>();
        services.AddScoped<ChecklistQueries>();
        services.AddScoped<InventoryQueries>();
        services.AddScoped<WaveQueries>();
        services.AddScoped<CredentialBook>();
        services.AddScoped<LinkDesk>();
        services.AddScoped<EventLog>();
        services.AddSingleton<EventTail>();
        services.AddHostedService(provider => provider.GetRequiredService<EventTail>());
        services.AddSingleton<EventStream>();
        services.AddHostedService<Sweeper>();

        services.AddRazorComponents();
        services.AddSingleton(HtmlEncoder.Create(UnicodeRanges.All)); // accents stay letters
        services.AddSingleton<SignInLimits>();
        services.AddScoped<MemberSignIn>();
        services.AddScoped<StaffSignIn>();
        services.AddScoped<Visit>();
        services.AddScoped<ApiCall>();
        services.AddScoped<MemberDesk>();
        services.AddScoped<StaffDesk>();
        services.AddScoped<WorkDesk>();
        services.AddScoped<ReportQueries>();
    }

    public static void UseGateway(this WebApplication app)
    {
        app.UseForwardedHeaders();
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.UseRouting();
        app.UsePages();
        app.UseAuthentication();
        app.UseRateLimiter();
        app.UseAuthorization();
        app.UseRequestLimits();

        app.MapDefaultEndpoints();
        app.MapApiDescription();
        app.MapApi();
        app.MapPages();
    }

    static void AddBoard(ServiceBus<GatewayContext> bus)
    {
        bus.AddConsumer<MemberRegisteredConsumer>();
        bus.AddConsumer<LedgerChangedConsumer>();
        bus.AddConsumer<PaymentRecordedConsumer>();
        bus.AddConsumer<InvoicesCheckedConsumer>();
        bus.AddConsumer<InvoicesImportedConsumer>();
        bus.AddConsumer<PaymentsImportedConsumer>();
        bus.AddConsumer<TextEditedConsumer>();
        bus.AddConsumer<DeadLetterParkedConsumer>();
        bus.AddConsumer<DeadLetterEndedConsumer>();
        bus.AddConsumer<AuditVerifiedConsumer>();
        bus.AddConsumer<MigrationAdvancedConsumer>();
        bus.AddConsumer<ServiceSurveyedConsumer>();
        bus.AddConsumer<ItemAdvancedConsumer>();
        bus.AddConsumer<WaveChangedConsumer>();
        bus.AddConsumer<ItemTransferAdvancedConsumer>();
        bus.AddConsumer<ItemTransferredConsumer>();
        bus.AddConsumer<ItemTransferFailedConsumer>();
        bus.AddConsumer<ItemVerifiedConsumer>();
        bus.AddConsumer<CredentialStoredConsumer>();
        bus.AddConsumer<CredentialsErasedConsumer>();
        bus.AddConsumer<QuestionAnsweredConsumer>();
        bus.AddConsumer<TaskAdvancedConsumer>();
        bus.AddConsumer<InventoryImportedConsumer>();
        bus.AddConsumer<NoticeSentConsumer>();
        bus.AddConsumer<DossierDeliveredConsumer>();
        bus.AddConsumer<ReceiptSignedConsumer>();
        bus.AddConsumer<DomainStepReachedConsumer>();
        bus.AddConsumer<DomainsComparedConsumer>();
        bus.AddConsumer<TransferCodePreparedConsumer>();
        bus.AddConsumer<CommandAcceptedConsumer>();
        bus.AddConsumer<CommandRefusedConsumer>();
        bus.AddConsumer<SignInLinkSentConsumer>();
    }
}
