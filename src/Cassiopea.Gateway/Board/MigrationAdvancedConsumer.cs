using Cassiopea.Contracts;
using Cassiopea.Gateway.Events;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Gateway.Board;

internal sealed class MigrationAdvancedConsumer(GatewayContext db, EventLog events, TimeProvider time) : IConsumer<MigrationAdvanced>
{
    public async Task Consume(ConsumeContext<MigrationAdvanced> context)
    {
        var (said, token) = (context.Message, context.CancellationToken);
        await db.HoldAsync("migration", said.MigrationId.ToString(), token);
        var row = await db.Migrations.FindAsync([said.MigrationId], token);
        if (row is null)
        {
            db.Migrations.Add(row = new MigrationRow { Id = said.MigrationId, MemberId = said.MemberId, MemberReference = said.MemberReference });
            await GiveToMemberAsync(said, token);
        }
        else if (said.Version <= row.Version)
        {
            return;
        }

        (row.State, row.Version, row.Actor, row.Reason) = (said.To, said.Version, said.Actor, said.Reason);
        (row.WaitingFor, row.WaitingText, row.NextDueAt) = (said.WaitingFor, said.WaitingText, said.NextDueAt);
        (row.Allowed, row.AsOf, row.SeenAt) = ([.. said.Allowed], said.AsOf, time.GetUtcNow());
        await events.AddAsync(
            EventType.State, said.MigrationId, null,
            new
            {
                subject = "migration",
                said.MigrationId,
                said.MemberId,
                said.MemberReference,
                said.From,
                state = said.To,
                said.Version,
                said.Actor,
                said.Reason,
                said.WaitingFor,
                said.WaitingText,
                said.NextDueAt,
                said.Allowed,
            },
            said.AsOf, token, said.MemberId);
    }

    // what arrived before its migration could not be given to a member yet
    async Task GiveToMemberAsync(MigrationAdvanced said, CancellationToken token)
    {
        await db.Events.Where(e => e.MigrationId == said.MigrationId && e.MemberId == null)
            .ExecuteUpdateAsync(e => e.SetProperty(x => x.MemberId, said.MemberId), token);
        await db.Credentials.Where(c => c.MigrationId == said.MigrationId && c.MemberId == null)
            .ExecuteUpdateAsync(c => c.SetProperty(x => x.MemberId, said.MemberId), token);
    }
}
