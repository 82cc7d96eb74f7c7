using Cassiopea.Contracts;
using MassTransit;

namespace Cassiopea.Databases;

/// <summary>Looks into the old host's inventory and answers at once.</summary>
internal sealed class FindDatabasesConsumer(MemberInventory inventory) : IConsumer<FindDatabases>
{
    public static readonly InventoryForm Form = new(ItemKind.Database, "database", "Databases:InventoryFile", static _ => "mysql", static name => name.Length > 0, NameIsPath: true);

    public async Task Consume(ConsumeContext<FindDatabases> context)
    {
        var question = context.Message;
        await context.Publish(await inventory.FindAsync(question.MigrationId, question.MemberReference, question.Declared, context.CancellationToken), context.CancellationToken);
    }
}
