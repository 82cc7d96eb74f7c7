using Cassiopea.Contracts;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Vault.GrantCredential;

/// <summary>Opens a credential to a service, unless the migration's grants have ended.</summary>
internal sealed class CredentialGrantedConsumer(VaultContext db) : IConsumer<CredentialGranted>
{
    public async Task Consume(ConsumeContext<CredentialGranted> context)
    {
        var grant = context.Message;
        var token = context.CancellationToken;
        await db.LockMemberAsync(grant.MemberId, token);
        if (await db.EndedMigrations.AnyAsync(row => row.MigrationId == grant.MigrationId, token)) return;
        var known = await db.Grants.SingleOrDefaultAsync(row => row.CredentialId == grant.CredentialId && row.Service == grant.Service && row.ItemId == grant.ItemId, token);
        if (known is null)
        {
            db.Grants.Add(new CredentialGrant
            {
                CredentialId = grant.CredentialId,
                Service = grant.Service,
                ItemId = grant.ItemId,
                MemberId = grant.MemberId,
                MigrationId = grant.MigrationId,
                Until = grant.Until,
            });
        }
        else
        {
            (known.MemberId, known.MigrationId, known.Until) = (grant.MemberId, grant.MigrationId, grant.Until);
        }
    }
}
