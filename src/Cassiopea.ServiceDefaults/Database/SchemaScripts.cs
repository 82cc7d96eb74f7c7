using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Cassiopea.ServiceDefaults;

/// <summary>
/// Hand-written scripts <c>Schema/*.sql</c>, embedded, applied once each in name order: those of ServiceDefaults, then the context's own.
/// </summary>
public static class SchemaScripts
{
    /// <summary>
    /// Applies what is missing, all in one transaction under an advisory lock: instances that start together wait for each other.
    /// Throws <see cref="InvalidOperationException"/> when an applied script was changed since.
    /// </summary>
    public static async Task ApplyAsync(DbContext db, CancellationToken token)
    {
        await using var connection = new NpgsqlConnection(
            db.Database.GetConnectionString() ?? throw new InvalidOperationException("The context has no connection string."));
        await connection.OpenAsync(token);
        await using var transaction = await connection.BeginTransactionAsync(token);
        await ExecuteAsync(connection, "select pg_advisory_xact_lock(hashtextextended('schema_script', 0))", token);
        await ExecuteAsync(connection, """
            create table if not exists schema_script (
                name       text primary key,
                sha256     text not null,
                applied_at timestamptz not null default now()
            )
            """, token);
        var applied = await AppliedAsync(connection, token);
        foreach (var (name, sql) in ScriptsOf(db.GetType().Assembly))
        {
            var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(sql)));
            if (applied.TryGetValue(name, out var known))
            {
                if (known != hash)
                    throw new InvalidOperationException($"Script {name} was changed after it was applied: add a new one instead.");
                continue;
            }

            await ExecuteAsync(connection, sql, token);
            await using var record = new NpgsqlCommand("insert into schema_script(name, sha256) values ($1, $2)", connection)
            {
                Parameters = { new() { Value = name }, new() { Value = hash } },
            };
            await record.ExecuteNonQueryAsync(token);
        }

        await transaction.CommitAsync(token);
    }

    private static IEnumerable<(string Name, string Sql)> ScriptsOf(Assembly service)
    {
        Assembly[] assemblies = [typeof(SchemaScripts).Assembly, service];
        foreach (var assembly in assemblies.Distinct())
        {
            var prefix = assembly.GetName().Name + ".Schema.";
            foreach (var resource in assembly.GetManifestResourceNames().Where(IsScript).Order(StringComparer.Ordinal))
            {
                using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
                yield return (assembly.GetName().Name + "/" + resource[prefix.Length..], reader.ReadToEnd());
            }

            bool IsScript(string resource) =>
                resource.StartsWith(prefix, StringComparison.Ordinal) && resource.EndsWith(".sql", StringComparison.Ordinal);
        }
    }

    private static async Task<Dictionary<string, string>> AppliedAsync(NpgsqlConnection connection, CancellationToken token)
    {
        var applied = new Dictionary<string, string>();
        await using var query = new NpgsqlCommand("select name, sha256 from schema_script", connection);
        await using var rows = await query.ExecuteReaderAsync(token);
        while (await rows.ReadAsync(token)) applied.Add(rows.GetString(0), rows.GetString(1));
        return applied;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(token);
    }
}
