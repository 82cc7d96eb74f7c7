using Cassiopea.ServiceDefaults;

namespace Cassiopea.Mail;

/// <summary>The only place where the mail service registers anything, in the order of the story.</summary>
internal static class MailSetup
{
    public static void AddMail(this IHostApplicationBuilder builder)
    {
        builder.AddServiceDefaults("mail");
        builder.AddDatabase<MailContext>("mail-db");
        builder.Services.AddOptions<MailOptions>().BindConfiguration("Mail").ValidateDataAnnotations().ValidateOnStart();
        builder.AddMemberInventory<MailOptions>(FindMailboxesConsumer.Form, static options => options.InventoryFile);
        builder.Services.AddSingleton<LoginLog>();
        builder.Services.AddSingleton<ProtocolFacts>();
        builder.AddPasses();
        builder.Services.AddSingleton<MailboxEnds>();
        builder.Services.AddSingleton<MailboxSurroundings>();
        builder.Services.AddSingleton<MailboxEngine>();
        builder.Services.AddSingleton<MailboxFiles>();
        builder.Services.AddSingleton<MailboxPass>();
        builder.Services.AddSingleton<MailboxSettingsCarrier>();

        var options = builder.Configuration.GetSection("Mail").Get<MailOptions>() ?? new MailOptions();
        builder.AddBus<MailContext>("mail", bus =>
        {
            bus.AddConsumer<FindMailboxesConsumer>();

            bus.AddConsumer<SurveyMailboxConsumer>();
            bus.AddJobWorker<SurveyMailboxJob>(SurveyMailboxJob.Kind, options.SurveyWorkers);

            bus.AddConsumer<TransferMailboxConsumer>();
            bus.AddJobWorker<TransferMailboxJob>(TransferMailboxJob.Kind, options.BulkWorkers);
            bus.AddJobWorker<CutOverTransferJob>(CutOverTransferJob.Kind, options.CutOverWorkers);

            bus.AddConsumer<ArchiveMailboxConsumer>();
            bus.AddJobWorker<ArchiveMailboxJob>(ArchiveMailboxJob.Kind, options.BulkWorkers);
            bus.AddJobWorker<CutOverArchiveJob>(CutOverArchiveJob.Kind, options.CutOverWorkers);

            bus.AddConsumer<VerifyMailboxConsumer>();
            bus.AddJobWorker<VerifyMailboxJob>(VerifyMailboxJob.Kind, options.BulkWorkers);
            bus.AddJobWorker<CutOverVerifyJob>(CutOverVerifyJob.Kind, options.CutOverWorkers);

            bus.AddConsumer<EraseWorkConsumer>();
        });
    }
}
