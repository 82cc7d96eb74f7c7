using Cassiopea.Contracts;
using Cassiopea.Gateway.Events;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Gateway.Board;

internal sealed class CredentialStoredConsumer(GatewayContext db, EventLog events) : IConsumer<CredentialStored>
{
    public async Task Consume(ConsumeContext<CredentialStored> context)
    {
        var (said, token) = (context.Message, context.CancellationToken);
        var changed = await db.Database.ExecuteSqlAsync(
            $"""
             insert into credential (id, member_id, version, stored_at) values ({said.CredentialId}, {said.MemberId}, {said.Version}, {said.AsOf})
             on conflict (id) do update set
                 member_id = coalesce(credential.member_id, excluded.member_id), version = excluded.version, stored_at = excluded.stored_at, erased_at = null
             where credential.version < excluded.version
             """, token);
        if (changed == 0)
            return;
        var row = await db.Credentials.AsNoTracking().SingleAsync(c => c.Id == said.CredentialId, token);
        await events.AddAsync(
            EventType.Message, row.MigrationId, row.ItemId, new { message = "credential-stored", said.CredentialId, said.Version, row.Side },
            said.AsOf, token, said.MemberId);
    }
}

internal sealed class CredentialsErasedConsumer(GatewayContext db, EventLog events) : IConsumer<CredentialsErased>
{
    public async Task Consume(ConsumeContext<CredentialsErased> context)
    {
        var (said, token) = (context.Message, context.CancellationToken);
        await db.Credentials.Where(c => c.MemberId == said.MemberId && c.StoredAt != null && c.StoredAt <= said.AsOf)
            .ExecuteUpdateAsync(c => c.SetProperty(x => x.ErasedAt, said.AsOf), token);
        await events.AddAsync(
            EventType.Message, said.MigrationId, null,
            new { message = "credentials-erased", said.Count, said.DataKeyId, said.MasterKeyVersion }, said.AsOf, token, said.MemberId);
    }
}
