using Cassiopea.Contracts;
using MassTransit;

namespace Cassiopea.Mail;

/// <summary>Looks into the old host's inventory and its login log, and answers at once.</summary>
internal sealed class FindMailboxesConsumer(MemberInventory inventory, ProtocolFacts protocols) : IConsumer<FindMailboxes>
{
    public static readonly InventoryForm Form = new(
        ItemKind.Mailbox, "mailbox", "Mail:InventoryFile", static port => port is 110 or 995 ? "pop3" : "imap", static name => name.Contains('@', StringComparison.Ordinal));

    public async Task Consume(ConsumeContext<FindMailboxes> context)
    {
        var token = context.CancellationToken;
        var answer = await inventory.FindAsync(context.Message.MigrationId, context.Message.MemberReference, context.Message.Declared, token);
        List<FoundItem> found = [];
        foreach (var item in answer.Items)
            found.Add(item with { Facts = [.. await protocols.OfAsync(item.Source?.Login ?? item.Name, token)] });
        await context.Publish(answer with { Items = found }, token);
    }
}
