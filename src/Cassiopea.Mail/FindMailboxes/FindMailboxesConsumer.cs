using Cassiopea.Contracts;
using MassTransit;

namespace Cassiopea.Mail;

/// <summary>Looks into the old host's inventory and answers at once.</summary>
internal sealed class FindMailboxesConsumer(MailInventory inventory) : IConsumer<FindMailboxes>
{
    public async Task Consume(ConsumeContext<FindMailboxes> context) =>
        await context.Publish(await inventory.FindAsync(context.Message, context.CancellationToken), context.CancellationToken);
}
