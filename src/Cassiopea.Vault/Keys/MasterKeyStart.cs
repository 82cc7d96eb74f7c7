using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Cassiopea.Vault.Keys;

/// <summary>
/// Before anything listens: makes the first master key when there is none, checks that each version in use has its right file, deletes files that a
/// crash kept after their version was destroyed. A missing, wrong or readable file ends the start.
/// </summary>
internal sealed class MasterKeyStart(
    IServiceScopeFactory scopes, MasterKeyFiles files, MasterKeyRing ring, IOptions<VaultOptions> options, TimeProvider time, ILogger<MasterKeyStart> log)
    : IHostedLifecycleService
{
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<VaultContext>();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await db.Database.ExecuteSqlAsync($"select pg_advisory_xact_lock(hashtextextended('master_key', 0))", cancellationToken);
        var keys = await db.MasterKeys.OrderBy(key => key.Version).ToListAsync(cancellationToken);
        if (keys.Count == 0) db.MasterKeys.Add(First());
        foreach (var key in keys)
        {
            if (key.State == MasterKeyState.Destroyed) files.Destroy(key.Version);
            else if (!CryptographicOperations.FixedTimeEquals(ring.Fingerprint(key.Version), key.Fingerprint))
                throw new MasterKeyException($"{files.PathOf(key.Version)} is another key than the one that version {key.Version} was made with. Put the right file back.");
        }

        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private MasterKey First()
    {
        var version = files.Versions() is [.., var last] ? last : 0;
        if (version == 0)
        {
            version = 1;
            if (!options.Value.CreateMasterKey)
                throw new MasterKeyException($"{files.PathOf(version)} is missing and Vault:CreateMasterKey is off: put 32 random bytes there, mode 600.");
            files.Create(version);
            log.MasterKeyCreated(files.PathOf(version));
        }

        return new MasterKey { Version = version, State = MasterKeyState.Active, Fingerprint = ring.Fingerprint(version), CreatedAt = time.GetUtcNow() };
    }
}
