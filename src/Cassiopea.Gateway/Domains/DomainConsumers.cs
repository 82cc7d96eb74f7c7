using Cassiopea.Contracts;
using Cassiopea.Gateway.Events;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Gateway.Domains;

/// <summary>A domain's step, as a sentence of the timeline in three languages.</summary>
internal sealed class DomainStepReachedConsumer(EventLog events) : IConsumer<DomainStepReached>
{
    public Task Consume(ConsumeContext<DomainStepReached> context)
    {
        var said = context.Message;
        return events.AddAsync(
            EventType.Message, said.MigrationId, said.ItemId,
            new { message = "domain-step", said.ItemId, said.Step, said.Rung, said.Until, text = DomainSentences.All(said) },
            said.AsOf, context.CancellationToken);
    }
}

/// <summary>What inventory and registrar do not agree about, for staff; the newest comparison counts.</summary>
internal sealed class DomainsComparedConsumer(GatewayContext db) : IConsumer<DomainsCompared>
{
    public async Task Consume(ConsumeContext<DomainsCompared> context)
    {
        var (said, token) = (context.Message, context.CancellationToken);
        await db.HoldAsync("domain_comparison", "1", token);
        var row = await db.DomainComparisons.FindAsync([DomainComparisonRow.Only], token);
        if (row is null)
            db.DomainComparisons.Add(row = new DomainComparisonRow { Id = DomainComparisonRow.Only });
        else if (said.AsOf < row.AsOf)
            return;
        (row.Domains, row.Conflicts, row.AsOf) = (said.Domains, said.Conflicts, said.AsOf);
    }
}

/// <summary>The place of a transfer code in the vault: staff may enter there what the registry mailed.</summary>
internal sealed class TransferCodePreparedConsumer(GatewayContext db) : IConsumer<TransferCodePrepared>
{
    public async Task Consume(ConsumeContext<TransferCodePrepared> context)
    {
        var (said, token) = (context.Message, context.CancellationToken);
        await db.HoldAsync("transfer_code", said.ItemId.ToString(), token);
        var row = await db.TransferCodes.FindAsync([said.ItemId], token);
        if (row is null)
            db.TransferCodes.Add(row = new TransferCodeRow { ItemId = said.ItemId, MigrationId = said.MigrationId });
        else if (said.AsOf < row.AsOf)
            return;
        (row.CredentialId, row.FromRegistry, row.ExpiresAt, row.AsOf) = (said.CredentialId, said.FromRegistry, said.ExpiresAt, said.AsOf);
        var member = await db.Migrations.Where(m => m.Id == said.MigrationId).Select(m => (Guid?)m.MemberId).FirstOrDefaultAsync(token);
        await db.Database.ExecuteSqlAsync(
            $"""
             insert into credential (id, member_id, migration_id, item_id, side, version)
             values ({said.CredentialId}, {member}, {said.MigrationId}, {said.ItemId}, {"transfer-code"}, 0)
             on conflict (id) do update set
                 member_id = coalesce(excluded.member_id, credential.member_id), migration_id = excluded.migration_id,
                 item_id = excluded.item_id, side = excluded.side
             """, token);
    }
}
