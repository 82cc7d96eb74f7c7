using Cassiopea.Contracts;
using MassTransit;

namespace Cassiopea.Databases;

/// <summary>Looks into the old host's inventory and answers at once.</summary>
internal sealed class FindDatabasesConsumer(DatabaseInventory inventory) : IConsumer<FindDatabases>
{
    public async Task Consume(ConsumeContext<FindDatabases> context) =>
        await context.Publish(await inventory.FindAsync(context.Message, context.CancellationToken), context.CancellationToken);
}
