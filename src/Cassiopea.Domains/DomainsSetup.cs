using Cassiopea.ServiceDefaults;
using Cassiopea.ServiceDefaults.Endpoints;
using Cassiopea.ServiceDefaults.Vault;

namespace Cassiopea.Domains;

/// <summary>The only place where the domains service registers anything, in the order of the story.</summary>
internal static class DomainsSetup
{
    private static readonly TimeSpan ApiTimeout = TimeSpan.FromSeconds(60);

    public static void AddDomains(this IHostApplicationBuilder builder)
    {
        builder.AddServiceDefaults("domains");
        builder.AddDatabase<DomainsContext>("domains-db");
        builder.Services.AddOptions<DomainsOptions>().BindConfiguration("Domains").ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddHttpClient(DnsWorld.HttpName, static client => client.Timeout = ApiTimeout)
            .ConfigurePrimaryHttpMessageHandler(static () => new SocketsHttpHandler { AllowAutoRedirect = false });
        builder.AddVaultClient();
        builder.Services.AddSingleton(RemoteAddresses.From(builder.Configuration, builder.Environment));
        builder.Services.AddSingleton<DnsWorld>();
        builder.Services.AddSingleton<DomainInventory>();
        builder.Services.AddSingleton<OldZone>();
        builder.Services.AddSingleton<WantedZone>();
        builder.Services.AddSingleton<NameServerJourney>();
        builder.Services.AddSingleton<TaskSheets>();
        builder.Services.AddSingleton<ServedWatch>();
        builder.Services.AddSingleton<RightsTelling>();
        builder.Services.AddHostedService<RightsWatch>();

        var workers = (builder.Configuration.GetSection("Domains").Get<DomainsOptions>() ?? new DomainsOptions()).Workers;
        builder.AddBus<DomainsContext>("domains", bus =>
        {
            bus.AddConsumer<FindDomainsConsumer>();
            bus.AddJobWorker<FindDomainsJob>(FindDomainsJob.Kind, 2);

            bus.AddConsumer<SurveyDomainConsumer>();
            bus.AddJobWorker<SurveyDomainJob>(SurveyDomainJob.Kind, workers);

            bus.AddConsumer<LowerTtlConsumer>();
            bus.AddJobWorker<LowerTtlJob>(LowerTtlJob.Kind, workers);

            bus.AddConsumer<ApproveZoneDeletionsConsumer>();

            bus.AddConsumer<PublishZoneConsumer>();
            bus.AddJobWorker<PublishZoneJob>(PublishZoneJob.Kind, workers);

            bus.AddConsumer<CutOverZoneConsumer>();
            bus.AddJobWorker<CutOverZoneJob>(CutOverZoneJob.Kind, workers);

            bus.AddConsumer<RollBackZoneConsumer>();
            bus.AddJobWorker<RollBackZoneJob>(RollBackZoneJob.Kind, workers);

            bus.AddConsumer<RecordRungConsumer>();

            bus.AddConsumer<PrepareTransferConsumer>();
            bus.AddJobWorker<PrepareTransferJob>(PrepareTransferJob.Kind, 2);
        });
    }
}
