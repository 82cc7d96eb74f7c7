using Cassiopea.ServiceDefaults;

namespace Cassiopea.Databases;

/// <summary>The only place where this service registers anything.</summary>
internal static class DatabasesSetup
{
    public static void AddDatabases(this IHostApplicationBuilder builder)
    {
        builder.AddServiceDefaults("databases");
        builder.AddDatabase<DatabasesContext>("databases-db");
        builder.AddBus<DatabasesContext>("databases", bus => bus.AddConsumer<FindDatabasesConsumer>());
    }
}
