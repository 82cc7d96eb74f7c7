using Cassiopea.Contracts;
using Cassiopea.Gateway.Events;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Gateway.Board;

internal sealed class ItemAdvancedConsumer(GatewayContext db, EventLog events, CredentialBook credentials) : IConsumer<ItemAdvanced>
{
    public async Task Consume(ConsumeContext<ItemAdvanced> context)
    {
        var (said, token) = (context.Message, context.CancellationToken);
        await db.HoldAsync("item", said.ItemId.ToString(), token);
        var row = await db.Items.FindAsync([said.ItemId], token);
        if (row is null)
            db.Items.Add(row = new ItemRow { Id = said.ItemId, MigrationId = said.MigrationId, Kind = said.Kind, Name = said.Name });
        else if (said.Version <= row.Version)
            return;

        (row.State, row.Version, row.Pass, row.Grade, row.Failure) = (said.State, said.Version, said.Pass, said.Grade, said.Failure);
        (row.Source, row.Target, row.Facts, row.Exceptions) = (said.Source, said.Target, said.Facts, said.Exceptions);
        (row.ExceptionsApproved, row.Reason, row.Arrangement, row.AsOf) = (said.ExceptionsApproved, said.Reason, said.Arrangement, said.AsOf);
        var memberId = await db.Migrations.Where(m => m.Id == said.MigrationId).Select(m => (Guid?)m.MemberId).FirstOrDefaultAsync(token);
        await credentials.NoteAsync(memberId, said.MigrationId, said.ItemId, said.Source, said.Target, token);
        await events.AddAsync(
            EventType.State, said.MigrationId, said.ItemId,
            new
            {
                subject = "item",
                said.MigrationId,
                said.ItemId,
                said.Kind,
                said.Name,
                said.State,
                said.Version,
                said.Pass,
                said.Grade,
                said.Failure,
                exceptions = said.Exceptions.Count,
                said.ExceptionsApproved,
                said.Reason,
            },
            said.AsOf, token, memberId);
    }
}
