using Cassiopea.ServiceDefaults;

namespace Cassiopea.WebHosting;

/// <summary>The only place where the web hosting service registers anything, in the order of the story.</summary>
internal static class WebHostingSetup
{
    public static void AddWebHosting(this IHostApplicationBuilder builder)
    {
        builder.AddServiceDefaults("web-hosting");
        builder.AddDatabase<WebHostingContext>("web-hosting-db");
        builder.Services.AddOptions<WebHostingOptions>().BindConfiguration("WebHosting").ValidateDataAnnotations().ValidateOnStart();
        builder.AddMemberInventory<WebHostingOptions>(FindSitesConsumer.Form, static options => options.InventoryFile);
        builder.AddPasses();
        builder.Services.AddSingleton<SiteEnds>();
        builder.Services.AddSingleton<SiteEngine>();
        builder.Services.AddSingleton<SiteFiles>();
        builder.Services.AddSingleton<SiteWeb>();
        builder.Services.AddSingleton<SiteCertificate>();
        builder.Services.AddSingleton<FoundCredentials>();
        builder.Services.AddScoped<OldPlace>();

        var options = builder.Configuration.GetSection("WebHosting").Get<WebHostingOptions>() ?? new WebHostingOptions();
        builder.AddBus<WebHostingContext>("web-hosting", bus =>
        {
            bus.AddConsumer<FindSitesConsumer>();

            bus.AddConsumer<SurveySiteConsumer>();
            bus.AddJobWorker<SurveySiteJob>(SurveySiteJob.Kind, options.SurveyWorkers);

            bus.AddConsumer<SaveStatisticsConsumer>();
            bus.AddJobWorker<SaveStatisticsJob>(SaveStatisticsJob.Kind, options.SurveyWorkers);

            bus.AddConsumer<ArchiveSiteConsumer>();
            bus.AddJobWorker<ArchiveSiteJob>(ArchiveSiteJob.Kind, options.SurveyWorkers);

            bus.AddConsumer<TransferSiteConsumer>();
            bus.AddJobWorker<TransferSiteJob>(TransferSiteJob.Kind, options.BulkWorkers);
            bus.AddJobWorker<CutOverTransferJob>(CutOverTransferJob.Kind, options.CutOverWorkers);

            bus.AddConsumer<VerifySiteConsumer>();
            bus.AddJobWorker<VerifySiteJob>(VerifySiteJob.Kind, options.BulkWorkers);
            bus.AddJobWorker<CutOverVerifyJob>(CutOverVerifyJob.Kind, options.CutOverWorkers);

            bus.AddConsumer<ConfigureSiteConsumer>();
            bus.AddJobWorker<ConfigureSiteJob>(ConfigureSiteJob.Kind, options.CutOverWorkers);

            bus.AddConsumer<EraseWorkConsumer>();
        });
    }
}
