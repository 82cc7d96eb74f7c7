using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Gateway.Board;

/// <summary>Remembers which credential opens which end: a credential that is in no item cannot be stored by anyone.</summary>
internal sealed class CredentialBook(GatewayContext db)
{
    public async Task NoteAsync(
        Guid? memberId, Guid migrationId, Guid itemId, Contracts.Endpoint? source, Contracts.Endpoint? target, CancellationToken token)
    {
        await NoteAsync(memberId, migrationId, itemId, source, "source", token);
        await NoteAsync(memberId, migrationId, itemId, target, "target", token);
    }

    // one statement: the consumers of ItemAdvanced and CredentialStored may meet here
    async Task NoteAsync(Guid? memberId, Guid migrationId, Guid itemId, Contracts.Endpoint? end, string side, CancellationToken token)
    {
        if (end is null || end.CredentialId == Guid.Empty)
            return;
        await db.Database.ExecuteSqlAsync(
            $"""
             insert into credential (id, member_id, migration_id, item_id, side, version)
             values ({end.CredentialId}, {memberId}, {migrationId}, {itemId}, {side}, 0)
             on conflict (id) do update set
                 member_id = coalesce(excluded.member_id, credential.member_id), migration_id = excluded.migration_id,
                 item_id = excluded.item_id, side = excluded.side
             """, token);
    }
}
