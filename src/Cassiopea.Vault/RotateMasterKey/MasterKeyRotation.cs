using System.Data;
using System.Globalization;
using System.Security.Cryptography;
using Cassiopea.ServiceDefaults;
using Cassiopea.Vault.Keys;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Cassiopea.Vault.RotateMasterKey;

/// <summary>What a rotation did.</summary>
/// <param name="Version">The version that is active now.</param>
/// <param name="Rewrapped">Data keys that were wrapped again.</param>
internal sealed record RotationResult(int Version, int Rewrapped);

/// <summary>
/// Rotates the master key while the vault serves: a new version becomes active, data keys are wrapped again in batches, then the old version is
/// destroyed. Each step is committed; after a crash anywhere <see cref="ResumeAsync"/> finishes the work (sec-S3).
/// </summary>
internal sealed class MasterKeyRotation(
    IServiceScopeFactory scopes, MasterKeyFiles files, MasterKeyRing ring, IOptions<VaultOptions> options, TimeProvider time, ILogger<MasterKeyRotation> log)
{
    private static readonly TimeSpan LockedRowsPause = TimeSpan.FromMilliseconds(50);

    /// <summary>Begins a rotation and finishes it; null when another one is under way.</summary>
    public Task<RotationResult?> RunAsync(string actor, CancellationToken token) => AloneAsync(async db =>
    {
        var version = await BeginAsync(db, actor, token);
        return await FinishAsync(db, version, token);
    }, token);

    /// <summary>Finishes a rotation that was interrupted; null when there is nothing to finish or another instance is at it.</summary>
    public Task<RotationResult?> ResumeAsync(CancellationToken token) => AloneAsync(async db =>
        await db.MasterKeys.AnyAsync(key => key.State == MasterKeyState.Retiring, token)
            ? await FinishAsync(db, await db.MasterKeys.Where(key => key.State == MasterKeyState.Active).Select(key => key.Version).SingleAsync(token), token)
            : null, token);

    /// <summary>When the active version was made.</summary>
    public async Task<DateTimeOffset> ActiveSinceAsync(CancellationToken token)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<VaultContext>();
        return await db.MasterKeys.Where(key => key.State == MasterKeyState.Active).Select(key => key.CreatedAt).SingleAsync(token);
    }

    /// <summary>Zeroes versions that another instance has destroyed.</summary>
    public async Task ForgetDestroyedAsync(CancellationToken token)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<VaultContext>();
        foreach (var version in await db.MasterKeys.Where(key => key.State == MasterKeyState.Destroyed).Select(key => key.Version).ToListAsync(token))
            ring.Forget(version);
    }

    // one rotation at a time over all instances: the lock lives as long as this connection
    private async Task<RotationResult?> AloneAsync(Func<VaultContext, Task<RotationResult?>> work, CancellationToken token)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<VaultContext>();
        await db.Database.OpenConnectionAsync(token);
        try
        {
            var mine = await db.Database.SqlQuery<bool>($"""select pg_try_advisory_lock(hashtextextended('rotation', 0)) as "Value" """).SingleAsync(token);
            if (!mine) return null;
            try
            {
                return await work(db);
            }
            finally
            {
                await db.Database.ExecuteSqlAsync($"select pg_advisory_unlock(hashtextextended('rotation', 0))", CancellationToken.None);
            }
        }
        finally
        {
            await db.Database.CloseConnectionAsync();
        }
    }

    private async Task<int> BeginAsync(VaultContext db, string actor, CancellationToken token)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(token);
        var active = await db.MasterKeys.FromSql($"select * from master_key where state = 'Active' for update").SingleAsync(token);
        var version = active.Version + 1;
        ring.Forget(version); // of an attempt that was cut before its commit
        files.Create(version);
        active.State = MasterKeyState.Retiring;
        await db.SaveChangesAsync(token);
        db.MasterKeys.Add(new MasterKey { Version = version, State = MasterKeyState.Active, Fingerprint = ring.Fingerprint(version), CreatedAt = time.GetUtcNow() });
        db.Audit(actor, "rotate-master-key", string.Create(CultureInfo.InvariantCulture, $"master-key/{version}"), "");
        await db.SaveChangesAsync(token);
        await transaction.CommitAsync(token);
        return version;
    }

    private async Task<RotationResult?> FinishAsync(VaultContext db, int version, CancellationToken token)
    {
        var begun = TimeProvider.System.GetTimestamp();
        log.RotationBegun(version, await db.DataKeys.CountAsync(key => key.MasterKeyVersion < version, token));
        var total = 0;
        while (true)
        {
            var rewrapped = await BatchAsync(db, version, token);
            total += rewrapped;
            if (rewrapped > 0) continue;
            if (!await db.DataKeys.AnyAsync(key => key.MasterKeyVersion < version, token)) break;
            await Task.Delay(LockedRowsPause, TimeProvider.System, token); // the rest is locked by someone who stores or erases
        }

        await DestroyOldAsync(db, token);
        log.RotationDone(total, TimeProvider.System.GetElapsedTime(begun));
        return new RotationResult(version, total);
    }

    private async Task<int> BatchAsync(VaultContext db, int version, CancellationToken token)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(IsolationLevel.ReadCommitted, token);
        var keys = await db.DataKeys
            .FromSql($"select * from data_key where master_key_version < {version} order by id limit {options.Value.RotationBatch} for update skip locked")
            .AsNoTracking()
            .ToListAsync(token);
        if (keys.Count == 0) return 0;
        var dataKey = GC.AllocateUninitializedArray<byte>(Envelope.KeyBytes, pinned: true);
        try
        {
            foreach (var key in keys)
            {
                ring.Unwrap(key.MemberId, key.Id, key.MasterKeyVersion, key.Wrapped, dataKey);
                key.Wrapped = ring.Wrap(key.MemberId, key.Id, version, dataKey);
            }
        }
        finally
        {
            CryptographicOperations.ZeroMemory(dataKey);
        }

        var ids = keys.Select(key => key.Id).ToArray();
        var wrapped = keys.Select(key => key.Wrapped).ToArray();
        await db.Database.ExecuteSqlAsync(
            $"update data_key set wrapped = n.wrapped, master_key_version = {version} from unnest({ids}, {wrapped}) as n(id, wrapped) where data_key.id = n.id",
            token);
        await transaction.CommitAsync(token);
        return keys.Count;
    }

    private async Task DestroyOldAsync(VaultContext db, CancellationToken token)
    {
        db.ChangeTracker.Clear();
        var old = await db.MasterKeys.Where(key => key.State == MasterKeyState.Retiring).ToListAsync(token);
        foreach (var key in old)
        {
            key.State = MasterKeyState.Destroyed;
            key.DestroyedAt = time.GetUtcNow();
        }

        // first on record, then in fact: a crash in between leaves a file that the next start deletes
        await db.SaveChangesAsync(token);
        foreach (var key in old)
        {
            ring.Forget(key.Version);
            files.Destroy(key.Version);
        }
    }
}
