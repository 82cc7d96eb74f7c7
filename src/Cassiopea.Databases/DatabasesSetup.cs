using Cassiopea.ServiceDefaults;

namespace Cassiopea.Databases;

/// <summary>The only place where this service registers anything, in the order of the story.</summary>
internal static class DatabasesSetup
{
    public static void AddDatabases(this IHostApplicationBuilder builder)
    {
        builder.AddServiceDefaults("databases");
        builder.AddDatabase<DatabasesContext>("databases-db");
        builder.Services.AddOptions<DatabasesOptions>().BindConfiguration("Databases").ValidateDataAnnotations().ValidateOnStart();
        builder.AddMemberInventory<DatabasesOptions>(FindDatabasesConsumer.Form, static options => options.InventoryFile);
        builder.AddPasses();
        builder.Services.AddSingleton<DatabaseEngine>();
        builder.Services.AddSingleton<DatabaseFiles>();
        builder.Services.AddSingleton<OldServer>();

        var options = builder.Configuration.GetSection("Databases").Get<DatabasesOptions>() ?? new DatabasesOptions();
        builder.AddBus<DatabasesContext>("databases", bus =>
        {
            bus.AddConsumer<FindDatabasesConsumer>();

            bus.AddConsumer<SurveyDatabaseConsumer>();
            bus.AddJobWorker<SurveyDatabaseJob>(SurveyDatabaseJob.Kind, options.SurveyWorkers);

            bus.AddConsumer<TransferDatabaseConsumer>();
            bus.AddJobWorker<TransferDatabaseJob>(TransferDatabaseJob.Kind, options.BulkWorkers);
            bus.AddJobWorker<CutOverTransferJob>(CutOverTransferJob.Kind, options.CutOverWorkers);

            bus.AddConsumer<VerifyDatabaseConsumer>();
            bus.AddJobWorker<VerifyDatabaseJob>(VerifyDatabaseJob.Kind, options.BulkWorkers);
            bus.AddJobWorker<CutOverVerifyJob>(CutOverVerifyJob.Kind, options.CutOverWorkers);

            bus.AddConsumer<RepairCharsetsConsumer>();
            bus.AddJobWorker<RepairCharsetsJob>(RepairCharsetsJob.Kind, options.CutOverWorkers);
            bus.AddConsumer<ReplaceInDatabaseConsumer>();
            bus.AddJobWorker<ReplaceInDatabaseJob>(ReplaceInDatabaseJob.Kind, options.CutOverWorkers);
            bus.AddJobWorker<CountInDatabaseJob>(CountInDatabaseJob.Kind, options.CutOverWorkers);

            bus.AddConsumer<ArchiveDatabaseConsumer>();
            bus.AddJobWorker<ArchiveDatabaseJob>(ArchiveDatabaseJob.Kind, options.BulkWorkers);

            bus.AddConsumer<AddReadAccountConsumer>();
            bus.AddJobWorker<AddReadAccountJob>(AddReadAccountJob.Kind, options.SurveyWorkers);
            bus.AddConsumer<RemoveReadAccountConsumer>();
            bus.AddJobWorker<RemoveReadAccountJob>(RemoveReadAccountJob.Kind, options.SurveyWorkers);

            bus.AddConsumer<EraseWorkConsumer>();
        });
    }
}
