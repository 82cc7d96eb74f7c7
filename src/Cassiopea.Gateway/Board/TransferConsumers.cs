using Cassiopea.Contracts;
using Cassiopea.Gateway.Events;
using MassTransit;

namespace Cassiopea.Gateway.Board;

/// <summary>Progress: only the last report is kept, in the table and in the event log.</summary>
internal sealed class ItemTransferAdvancedConsumer(GatewayContext db, EventLog events) : IConsumer<ItemTransferAdvanced>
{
    public async Task Consume(ConsumeContext<ItemTransferAdvanced> context)
    {
        var (said, token) = (context.Message, context.CancellationToken);
        await db.HoldAsync("progress", said.ItemId.ToString(), token);
        var row = await db.Progress.FindAsync([said.ItemId], token);
        if (row is null)
            db.Progress.Add(row = new ProgressRow { ItemId = said.ItemId, MigrationId = said.MigrationId });
        else if (said.Pass < row.Pass || said.AsOf < row.AsOf)
            return;

        (row.Pass, row.Done, row.Total, row.BytesDone, row.BytesTotal) = (said.Pass, said.Done, said.Total, said.BytesDone, said.BytesTotal);
        (row.BytesPerSecond, row.Remaining, row.AsOf) = (said.BytesPerSecond, said.Remaining, said.AsOf);
        await events.AddAsync(
            EventType.Progress, said.MigrationId, said.ItemId,
            new
            {
                said.MigrationId,
                said.ItemId,
                said.Pass,
                said.Done,
                said.Total,
                said.BytesDone,
                said.BytesTotal,
                said.BytesPerSecond,
                remainingSeconds = said.Remaining?.TotalSeconds,
            },
            said.AsOf, token);
    }
}

internal sealed class ItemTransferredConsumer(EventLog events) : IConsumer<ItemTransferred>
{
    public Task Consume(ConsumeContext<ItemTransferred> context)
    {
        var said = context.Message;
        return events.AddAsync(
            EventType.Message, said.MigrationId, said.ItemId,
            new { message = "item-transferred", said.ItemId, said.Pass, said.Counts, said.Bytes, said.Seconds, exceptions = said.Exceptions.Count },
            said.AsOf, context.CancellationToken);
    }
}

internal sealed class ItemTransferFailedConsumer(EventLog events) : IConsumer<ItemTransferFailed>
{
    public Task Consume(ConsumeContext<ItemTransferFailed> context)
    {
        var said = context.Message;
        return events.AddAsync(
            EventType.Message, said.MigrationId, said.ItemId, new { message = "item-transfer-failed", said.ItemId, said.Pass, said.Failure },
            said.AsOf, context.CancellationToken);
    }
}

internal sealed class ItemVerifiedConsumer(EventLog events) : IConsumer<ItemVerified>
{
    public Task Consume(ConsumeContext<ItemVerified> context)
    {
        var said = context.Message;
        return events.AddAsync(
            EventType.Message, said.MigrationId, said.ItemId,
            new
            {
                message = "item-verified",
                said.ItemId,
                said.Pass,
                said.Compared,
                said.Bytes,
                said.Equal,
                said.DifferenceCount,
                said.Grade,
                said.ManifestSha256,
            },
            said.AsOf, context.CancellationToken);
    }
}
