using Cassiopea.Contracts;
using MassTransit;

namespace Cassiopea.Domains;

/// <summary>Looks into the inventory and answers at once.</summary>
internal sealed class FindDomainsConsumer(DomainInventory inventory) : IConsumer<FindDomains>
{
    public async Task Consume(ConsumeContext<FindDomains> context) =>
        await context.Publish(await inventory.FindAsync(context.Message, context.CancellationToken), context.CancellationToken);
}
