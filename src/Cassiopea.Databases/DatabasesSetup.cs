using Cassiopea.ServiceDefaults;
using Cassiopea.ServiceDefaults.Endpoints;
using Cassiopea.ServiceDefaults.Vault;

namespace Cassiopea.Databases;

/// <summary>The only place where this service registers anything, in the order of the story.</summary>
internal static class DatabasesSetup
{
    public static void AddDatabases(this IHostApplicationBuilder builder)
    {
        builder.AddServiceDefaults("databases");
        builder.AddDatabase<DatabasesContext>("databases-db");
        builder.AddVaultClient();
        builder.Services.AddOptions<DatabasesOptions>().BindConfiguration("Databases").ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton(RemoteAddresses.From(builder.Configuration, builder.Environment));
        builder.Services.AddSingleton<DatabaseInventory>();
        builder.Services.AddSingleton<DatabaseLogins>();
        builder.Services.AddSingleton<DatabaseEngine>();
        builder.Services.AddSingleton<DatabaseFiles>();
        builder.Services.AddSingleton<DatabasePass>();

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

            bus.AddConsumer<EraseWorkConsumer>();
        });
    }
}
