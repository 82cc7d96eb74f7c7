using Cassiopea.Contracts;
using MassTransit;

namespace Cassiopea.Gateway.Inventory;

internal sealed class InventoryImportedConsumer(GatewayContext db) : IConsumer<InventoryImported>
{
    public async Task Consume(ConsumeContext<InventoryImported> context)
    {
        var (said, token) = (context.Message, context.CancellationToken);
        await db.HoldAsync("listed", $"{said.MemberReference}/{said.Source}", token);
        var row = await db.Listed.FindAsync([said.MemberReference, said.Source], token);
        if (row is null)
            db.Listed.Add(row = new ListedRow { MemberReference = said.MemberReference, Source = said.Source });
        else if (said.AsOf < row.AsOf)
            return;
        (row.Services, row.AsOf) = (said.Services, said.AsOf);
    }
}
