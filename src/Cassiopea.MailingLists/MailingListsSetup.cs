using Cassiopea.ServiceDefaults;
using Cassiopea.ServiceDefaults.Passes;

namespace Cassiopea.MailingLists;

/// <summary>The only place where this service registers anything.</summary>
internal static class MailingListsSetup
{
    private static readonly TimeSpan ApiTimeout = TimeSpan.FromSeconds(60);

    public static void AddMailingLists(this IHostApplicationBuilder builder)
    {
        builder.AddServiceDefaults("mailing-lists");
        builder.AddDatabase<MailingListsContext>("mailing-lists-db");
        builder.Services.AddOptions<MailingListsOptions>().BindConfiguration("MailingLists").ValidateDataAnnotations().ValidateOnStart();
        builder.AddMemberInventory<MailingListsOptions>(FindMailingListsConsumer.Form, static options => options.InventoryFile);
        builder.AddPasses();
        builder.Services.AddSingleton<ListHosts>();
        builder.Services.AddHttpClient(ListHosts.HttpName, static client => client.Timeout = ApiTimeout)
            .ConfigurePrimaryHttpMessageHandler(static () => new SocketsHttpHandler { AllowAutoRedirect = false });
        builder.Services.AddSingleton<ListFiles>();

        var options = builder.Configuration.GetSection("MailingLists").Get<MailingListsOptions>() ?? new MailingListsOptions();
        builder.AddBus<MailingListsContext>("mailing-lists", bus =>
        {
            bus.AddConsumer<FindMailingListsConsumer>();
            bus.AddConsumer<EraseWorkConsumer>();

            bus.AddConsumer<SurveyMailingListConsumer>();
            bus.AddJobWorker<SurveyMailingListJob>(SurveyMailingListJob.Kind, options.Workers);

            bus.AddConsumer<TransferMailingListConsumer>();
            bus.AddJobWorker<TransferMailingListJob>(TransferMailingListJob.Kind, options.Workers);

            bus.AddConsumer<VerifyMailingListConsumer>();
            bus.AddJobWorker<VerifyMailingListJob>(VerifyMailingListJob.Kind, options.Workers);

            bus.AddConsumer<FreezeMailingListConsumer>();
            bus.AddJobWorker<FreezeMailingListJob>(FreezeMailingListJob.Kind, options.Workers);

            bus.AddConsumer<UnfreezeMailingListConsumer>();
            bus.AddJobWorker<UnfreezeMailingListJob>(UnfreezeMailingListJob.Kind, options.Workers);
        });
    }
}
