using Cassiopea.Contracts;
using Cassiopea.ServiceDefaults.Passes;
using MassTransit;
using Microsoft.Extensions.Options;

namespace Cassiopea.MailingLists;

/// <summary>Looks into the old host's inventory and answers at once.</summary>
internal sealed class FindMailingListsConsumer(IOptions<MailingListsOptions> options, TimeProvider time) : IConsumer<FindMailingLists>
{
    private static readonly InventoryForm Form = new(ItemKind.MailingList, "list", "MailingLists:InventoryFile", static _ => "sympa", static name => name.Contains('@', StringComparison.Ordinal));

    public async Task Consume(ConsumeContext<FindMailingLists> context)
    {
        var question = context.Message;
        var inventory = new MemberInventory(Form, options.Value.InventoryFile, time);
        await context.Publish(await inventory.FindAsync(question.MigrationId, question.MemberReference, question.Declared, context.CancellationToken), context.CancellationToken);
    }
}
