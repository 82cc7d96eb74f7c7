using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Cassiopea.Gateway.Access;

/// <summary>Makes the first operator key, and a new one when none is alive any more, and writes it once to <see cref="GatewayOptions.AdminKeyFile"/>, mode 600. Logs the path only.</summary>
internal sealed class AdminKey(IServiceScopeFactory scopes, IOptions<GatewayOptions> options, TimeProvider time, ILogger<AdminKey> log) : IHostedService
{
    public const string Owner = "admin";

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Value.AdminKeyFile is not { Length: > 0 } path)
            return;
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<GatewayContext>();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await db.Database.ExecuteSqlAsync($"select pg_advisory_xact_lock(hashtextextended('gateway-admin-key', 0))", cancellationToken);
        var now = time.GetUtcNow();
        if (await db.ApiKeys.AnyAsync(k => k.Role == Role.Operator && k.RevokedAt == null && k.ExpiresAt > now, cancellationToken))
            return;

        var (key, text) = ApiKey.Make(Owner, Role.Operator, memberId: null, [.. Scope.All], createdBy: "system", now, now + ApiKey.LongestLife);
        // The file first: a crash in between leaves a useless file that the next start replaces, never a key that nobody has.
        await WriteAsync(path, text, cancellationToken);
        db.ApiKeys.Add(key);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        log.AdminKeyMade(path, key.ExpiresAt);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    static async Task WriteAsync(string path, string text, CancellationToken token)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { Length: > 0 } folder)
            Directory.CreateDirectory(folder);
        var temporary = path + ".new";
        File.Delete(temporary);
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        await using (var file = new StreamWriter(temporary, options))
            await file.WriteLineAsync(text.AsMemory(), token);
        File.Move(temporary, path, overwrite: true);
    }
}
