using System.Globalization;
using Cassiopea.Contracts;
using Cassiopea.ServiceDefaults;
using Cassiopea.Vault.GrantCredential;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Vault.EraseCredentials;

/// <summary>Deletes a member's data key and all that stands under it; a repeated command gets the same answer (sec-S4).</summary>
internal sealed class EraseCredentialsConsumer(VaultContext db, Grants grants, TimeProvider time, ILogger<EraseCredentialsConsumer> log) : IConsumer<Contracts.EraseCredentials>
{
    public async Task Consume(ConsumeContext<Contracts.EraseCredentials> context)
    {
        var (migration, member) = (context.Message.MigrationId, context.Message.MemberId);
        var token = context.CancellationToken;
        await db.LockMemberAsync(member, token);
        var erasure = await db.Erasures.SingleOrDefaultAsync(row => row.MigrationId == migration, token);
        if (erasure is null) db.Erasures.Add(erasure = await EraseAsync(migration, member, token));
        await context.Publish(new CredentialsErased(migration, member, erasure.Count, erasure.DataKeyId, erasure.MasterKeyVersion, erasure.ErasedAt), token);
    }

    private async Task<Erasure> EraseAsync(Guid migration, Guid member, CancellationToken token)
    {
        await grants.EndAsync(migration, token);
        var credentials = db.Credentials.Where(row => row.MemberId == member);
        await db.Grants.Where(row => row.MemberId == member).ExecuteDeleteAsync(token);
        await db.Leases.Where(lease => credentials.Any(row => row.Id == lease.CredentialId)).ExecuteDeleteAsync(token);
        var count = await credentials.ExecuteDeleteAsync(token);

        // a rotation may be wrapping the row again: lock it first, so that the version told is the one that was last stored
        var keys = await db.DataKeys.FromSql($"select * from data_key where member_id = {member} for update").AsNoTracking().ToListAsync(token);
        await db.DataKeys.Where(row => row.MemberId == member).ExecuteDeleteAsync(token);
        var key = keys.SingleOrDefault();
        db.Audit("system", "erase-credentials", $"member/{member}", string.Create(CultureInfo.InvariantCulture, $"migration {migration}, {count} credentials, data key {key?.Id}, master key {key?.MasterKeyVersion}"));
        log.Erased(count, member);
        return new Erasure
        {
            MigrationId = migration,
            MemberId = member,
            Count = count,
            DataKeyId = key?.Id ?? Guid.Empty,
            MasterKeyVersion = key?.MasterKeyVersion ?? 0,
            ErasedAt = time.GetUtcNow(),
        };
    }
}
