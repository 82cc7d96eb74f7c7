using Cassiopea.Contracts;
using Cassiopea.ServiceDefaults;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Migrations.Members;

/// <summary>Remembers that the vault holds a credential, and tells the member's open migrations.</summary>
internal sealed class CredentialStoredConsumer(MigrationsContext db) : IConsumer<CredentialStored>
{
    public async Task Consume(ConsumeContext<CredentialStored> context)
    {
        var (told, token) = (context.Message, context.CancellationToken);
        // the newest version stays, whichever message comes last
        var changed = await db.Database.ExecuteSqlAsync(
            $"""
            insert into credential (id, member_id, version, stored_at) values ({told.CredentialId}, {told.MemberId}, {told.Version}, {told.AsOf})
            on conflict (id) do update set version = excluded.version, stored_at = excluded.stored_at where credential.version < excluded.version
            """,
            token);
        if (changed == 0)
            return; // known already: nothing is tried again
        var migrations = await db.Migrations.Where(m => m.MemberId == told.MemberId && m.EndedAt == null).Select(m => m.CorrelationId).ToListAsync(token);
        foreach (var migration in migrations)
            await context.SendCommand(new CredentialArrived(migration, told.CredentialId, told.Version, told.AsOf), token);
    }
}
