using Cassiopea.Contracts;
using MassTransit;

namespace Cassiopea.Gateway.Board;

internal sealed class ReceiptSignedConsumer(GatewayContext db) : IConsumer<ReceiptSigned>
{
    public async Task Consume(ConsumeContext<ReceiptSigned> context)
    {
        var said = context.Message;
        if (await db.Receipts.FindAsync([said.MigrationId, said.Name], context.CancellationToken) is null)
            db.Receipts.Add(new ReceiptRow
            {
                MigrationId = said.MigrationId,
                Name = said.Name,
                Json = said.Json,
                Signature = said.Signature,
                AsOf = said.AsOf,
                Number = said.Number,
                Contents = said.Contents,
                ContentsSignature = said.ContentsSignature,
            });
    }
}
