using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Vault.Keys;

/// <summary>Seals and opens with a member's data key, which is unwrapped for that moment only.</summary>
internal sealed class DataKeys(VaultContext db, MasterKeyRing ring, TimeProvider time)
{
    private const int Looks = 5;

    /// <summary>The member's data key, made now when there is none. Inside a transaction that holds the member's lock.</summary>
    public async Task<DataKey> OfMemberAsync(Guid memberId, CancellationToken token)
    {
        if (await db.DataKeys.SingleOrDefaultAsync(key => key.MemberId == memberId, token) is { } known) return known;
        var version = await ActiveAsync(token);
        var dataKey = GC.AllocateUninitializedArray<byte>(Envelope.KeyBytes, pinned: true);
        try
        {
            RandomNumberGenerator.Fill(dataKey);
            var id = Guid.CreateVersion7();
            var made = new DataKey { Id = id, MemberId = memberId, MasterKeyVersion = version, Wrapped = ring.Wrap(memberId, id, version, dataKey), CreatedAt = time.GetUtcNow() };
            db.DataKeys.Add(made);
            return made;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(dataKey);
        }
    }

    /// <summary>Seals under the name of a credential's field.</summary>
    public byte[] Seal(DataKey key, byte[] name, ReadOnlySpan<byte> plain)
    {
        var dataKey = Unwrap(key);
        try
        {
            return Envelope.Seal(dataKey, name, plain);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(dataKey);
        }
    }

    /// <summary>Opens into a pinned buffer that the caller zeroes; null when the data key was erased.</summary>
    /// <exception cref="BrokenSealException">The row was altered or moved.</exception>
    public async Task<byte[]?> OpenAsync(Guid dataKeyId, byte[] name, byte[] @sealed, CancellationToken token)
    {
        for (var look = 1; ; look++)
        {
            var key = await db.DataKeys.AsNoTracking().SingleOrDefaultAsync(row => row.Id == dataKeyId, token);
            if (key is null) return null;
            byte[] dataKey;
            try
            {
                dataKey = Unwrap(key);
            }
            catch (MasterKeyException) when (look < Looks)
            {
                continue; // a rotation destroyed this version between the two: the row has the next one
            }

            try
            {
                var plain = GC.AllocateUninitializedArray<byte>(Math.Max(0, @sealed.Length - Envelope.Overhead), pinned: true);
                Envelope.Open(dataKey, name, @sealed, plain);
                return plain;
            }
            finally
            {
                CryptographicOperations.ZeroMemory(dataKey);
            }
        }
    }

    /// <summary>The active version, held active until the transaction ends: a rotation that begins waits for it.</summary>
    private async Task<int> ActiveAsync(CancellationToken token)
    {
        for (var look = 1; ; look++)
        {
            var active = await db.MasterKeys.FromSql($"select * from master_key where state = 'Active' for share").AsNoTracking().ToListAsync(token);
            if (active is [var key]) return key.Version;
            // the row that was waited for is not the active one any more: the next look sees its successor
            if (look == Looks) throw new MasterKeyException("No version of the master key is active.");
        }
    }

    private byte[] Unwrap(DataKey key)
    {
        var dataKey = GC.AllocateUninitializedArray<byte>(Envelope.KeyBytes, pinned: true);
        ring.Unwrap(key.MemberId, key.Id, key.MasterKeyVersion, key.Wrapped, dataKey);
        return dataKey;
    }
}
