using Cassiopea.Contracts;
using Cassiopea.ServiceDefaults.Passes;
using MassTransit;

namespace Cassiopea.MailingLists;

/// <summary>Looks into the old host's inventory and answers at once.</summary>
internal sealed class FindMailingListsConsumer(MemberInventory inventory) : IConsumer<FindMailingLists>
{
    public static readonly InventoryForm Form = new(
        ItemKind.MailingList, "list", "MailingLists:InventoryFile", static _ => "sympa", static name => name.Contains('@', StringComparison.Ordinal));

    public async Task Consume(ConsumeContext<FindMailingLists> context)
    {
        var question = context.Message;
        await context.Publish(await inventory.FindAsync(question.MigrationId, question.MemberReference, question.Declared, context.CancellationToken), context.CancellationToken);
    }
}
