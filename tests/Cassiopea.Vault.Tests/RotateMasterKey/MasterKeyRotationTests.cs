using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using Cassiopea.Lab.Servers;
using Cassiopea.Vault.Credentials;
using Cassiopea.Vault.Keys;
using Cassiopea.Vault.RotateMasterKey;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Cassiopea.Vault.Tests.RotateMasterKey;

[Trait("Category", "Servers")]
[Trait("Requirement", "sec-S3")]
public sealed class MasterKeyRotationTests
{
    private const int Many = 10_000;

    private static async Task<RotationResult> RotateAsync(VaultHost vault) =>
        (await vault.Services.GetRequiredService<MasterKeyRotation>().RunAsync("test", CancellationToken.None))!;

    /// <summary>Fills the tables as the endpoints would, without 10,000 requests.</summary>
    private static async Task<List<(Guid Member, Guid Credential)>> FillAsync(VaultHost vault, int count)
    {
        var ring = vault.Services.GetRequiredService<MasterKeyRing>();
        List<(Guid, Guid)> made = [];
        await using var scope = vault.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<VaultContext>();
        var now = vault.Time.GetUtcNow();
        for (var i = 0; i < count; i++)
        {
            var (member, credential, keyId, dataKey) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid(), RandomNumberGenerator.GetBytes(32));
            db.Add(new DataKey { Id = keyId, MemberId = member, MasterKeyVersion = 1, Wrapped = ring.Wrap(member, keyId, 1, dataKey), CreatedAt = now });
            db.Add(new Credential
            {
                Id = credential,
                MemberId = member,
                DataKeyId = keyId,
                Version = 1,
                StoredAt = now,
                Sealed = Envelope.Seal(dataKey, Envelope.NameOfSecret(member, credential, Credential.Field, 1), System.Text.Encoding.UTF8.GetBytes($"secret of {credential}")),
            });
            made.Add((member, credential));
        }

        await db.SaveChangesAsync();
        return made;
    }

    private static async Task<bool> ReadsAsync(VaultHost vault, (Guid Member, Guid Credential) one)
    {
        await using var scope = vault.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<VaultContext>();
        var row = await db.Credentials.AsNoTracking().SingleAsync(credential => credential.Id == one.Credential);
        var name = Envelope.NameOfSecret(one.Member, one.Credential, Credential.Field, row.Version);
        var plain = await scope.ServiceProvider.GetRequiredService<DataKeys>().OpenAsync(row.DataKeyId, name, row.Sealed, CancellationToken.None);
        return System.Text.Encoding.UTF8.GetString(plain!) == $"secret of {one.Credential}";
    }

    /// <summary>All rows at once: how many hold the secret that they should.</summary>
    private static async Task<int> ReadableAsync(VaultHost vault)
    {
        var ring = vault.Services.GetRequiredService<MasterKeyRing>();
        var rows = await vault.InDatabaseAsync(db => db.Credentials.Join(db.DataKeys, row => row.DataKeyId, key => key.Id, (row, key) => new { row, key }).AsNoTracking().ToListAsync());
        return rows.Count(pair =>
        {
            var dataKey = new byte[32];
            ring.Unwrap(pair.key.MemberId, pair.key.Id, pair.key.MasterKeyVersion, pair.key.Wrapped, dataKey);
            var plain = new byte[pair.row.Sealed.Length - Envelope.Overhead];
            Envelope.Open(dataKey, Envelope.NameOfSecret(pair.row.MemberId, pair.row.Id, Credential.Field, pair.row.Version), pair.row.Sealed, plain);
            return System.Text.Encoding.UTF8.GetString(plain) == $"secret of {pair.row.Id}";
        });
    }

    [Fact]
    public async Task Ten_thousand_data_keys_are_wrapped_again_while_readers_read_and_writers_write()
    {
        await using var vault = await VaultHost.StartAsync();
        var all = await FillAsync(vault, Many);
        using var over = new CancellationTokenSource();
        var (reads, writes) = (0, 0);
        var readers = Enumerable.Range(0, 4).Select(async seed =>
        {
            var chance = new Random(seed);
            while (!over.IsCancellationRequested)
            {
                Assert.True(await ReadsAsync(vault, all[chance.Next(all.Count)]));
                Interlocked.Increment(ref reads);
            }
        }).ToList();
        var writer = Task.Run(async () =>
        {
            while (!over.IsCancellationRequested)
            {
                var (member, credential) = (Guid.NewGuid(), Guid.NewGuid());
                await vault.StoreAsync(credential, member, $"secret of {credential}");
                lock (all) all.Add((member, credential));
                Interlocked.Increment(ref writes);
            }
        });
        var clock = Stopwatch.StartNew();
        var done = await RotateAsync(vault);
        var elapsed = clock.Elapsed;
        await over.CancelAsync();
        await Task.WhenAll([.. readers, writer]);

        TestContext.Current.SendDiagnosticMessage($"{done.Rewrapped} data keys in {elapsed.TotalSeconds:0.00} s, {reads} reads and {writes} writes meanwhile");
        Assert.True(done.Rewrapped >= Many);
        Assert.True(reads > 0 && writes > 0);
        Assert.False(File.Exists(vault.Files.PathOf(1)));
        Assert.Equal([2], vault.Files.Versions());
        Assert.Equal(0, await vault.InDatabaseAsync(db => db.DataKeys.CountAsync(key => key.MasterKeyVersion != 2)));
        vault.Services.GetRequiredService<MasterKeyRing>().Forget(1);
        Assert.Equal(all.Count, await ReadableAsync(vault));
    }

    [Fact]
    public async Task After_a_crash_in_the_middle_the_next_start_finishes()
    {
        var folder = VaultHost.NewFolder();
        var connectionString = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        List<(Guid Member, Guid Credential)> all;
        await using (var vault = await VaultHost.StartAsync(folder, connectionString, ("Vault:RotationBatch", "10")))
        {
            all = await FillAsync(vault, 100);

            // the crash: a rotation that cannot get past the rows that this transaction holds, stopped there
            await using var scope = vault.Services.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<VaultContext>();
            await using var transaction = await db.Database.BeginTransactionAsync();
            await db.Database.ExecuteSqlAsync($"select 1 from data_key order by id desc limit 30 for update");
            using var crash = new CancellationTokenSource();
            var rotation = vault.Services.GetRequiredService<MasterKeyRotation>().RunAsync("test", crash.Token);
            await vault.EventuallyAsync("70 are wrapped again", other => other.DataKeys.Where(key => key.MasterKeyVersion == 2).CountAsync().ContinueWith(count => count.Result == 70));
            await crash.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => rotation);
            Assert.Equal([1, 2], vault.Files.Versions());
        }

        await using (var vault = await VaultHost.StartAsync(folder, connectionString))
        {
            await vault.EventuallyAsync("version 1 is destroyed", db => db.MasterKeys.AnyAsync(key => key.Version == 1 && key.State == MasterKeyState.Destroyed));
            await Lab.Eventually.TrueAsync("its file is gone", () => !File.Exists(vault.Files.PathOf(1)), TimeSpan.FromSeconds(10));
            foreach (var one in all) Assert.True(await ReadsAsync(vault, one));
        }

        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_file_that_a_crash_left_before_its_version_counted_is_replaced_and_one_after_is_deleted()
    {
        var folder = VaultHost.NewFolder();
        var connectionString = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        await using (var vault = await VaultHost.StartAsync(folder, connectionString))
        {
            vault.Files.Create(2); // made, then killed before the commit
            var left = await File.ReadAllBytesAsync(vault.Files.PathOf(2));
            var old = await File.ReadAllBytesAsync(vault.Files.PathOf(1));
            Assert.Equal(2, (await RotateAsync(vault)).Version);
            Assert.NotEqual(left, await File.ReadAllBytesAsync(vault.Files.PathOf(2)));
            await File.WriteAllBytesAsync(vault.Files.PathOf(1), old); // destroyed on record, killed before the file was
        }

        await using (var vault = await VaultHost.StartAsync(folder, connectionString))
            Assert.Equal([2], vault.Files.Versions());
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Only_an_operator_rotates_and_only_one_rotation_runs()
    {
        await using var vault = await VaultHost.StartAsync();
        foreach (var (service, expected) in new[] { (null, HttpStatusCode.Unauthorized), ("gateway", HttpStatusCode.Forbidden), ("mail", HttpStatusCode.Forbidden), ("operator", HttpStatusCode.OK) })
        {
            using var client = vault.Client(service);
            using var answer = await client.PostAsync("master-key/rotation", null);
            Assert.Equal(expected, answer.StatusCode);
        }

        await using var scope = vault.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<VaultContext>();
        await db.Database.OpenConnectionAsync();
        await db.Database.ExecuteSqlAsync($"select pg_advisory_lock(hashtextextended('rotation', 0))");
        using var second = vault.Client("operator");
        using var refused = await second.PostAsync("master-key/rotation", null);
        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
    }

    [Fact]
    public async Task The_master_key_is_rotated_when_it_is_thirty_days_old()
    {
        await using var vault = await VaultHost.StartAsync();
        var schedule = vault.Services.GetServices<Microsoft.Extensions.Hosting.IHostedService>().OfType<MasterKeySchedule>().Single();
        vault.Time.Advance(TimeSpan.FromDays(30) - TimeSpan.FromSeconds(1));
        await schedule.RoundAsync(CancellationToken.None);
        Assert.Equal([1], vault.Files.Versions());
        vault.Time.Advance(TimeSpan.FromSeconds(1));
        await schedule.RoundAsync(CancellationToken.None);
        Assert.Equal([2], vault.Files.Versions());
    }
}
