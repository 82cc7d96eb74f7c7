using System.Security.Cryptography;
using System.Text;
using Aspire.Hosting.ApplicationModel;
using Npgsql;

namespace Aspire.Hosting.PostgreSql;

/// <summary>Creates a database and its role, and keeps the role out of every other database.</summary>
internal static class PostgresRoles
{
    private const int Iterations = 4096;

    /// <summary>One at a time: two sessions that grant or revoke on one object fail ("tuple concurrently updated").</summary>
    private const string OneAtATime = "select pg_advisory_lock(hashtext('cassiopea roles'))";

    /// <summary>Idempotent: what exists is left, the password is set to the one in the state folder.</summary>
    public static async Task CreateAsync(PostgresDatabaseResource database, CancellationToken token)
    {
        var name = database.DatabaseName;
        // no limit: each waits for all before it, which takes minutes on a busy machine; the token ends it
        var login = new NpgsqlConnectionStringBuilder(database.Parent.Administrator.ConnectionString) { CommandTimeout = 0 };
        await using var connection = new NpgsqlConnection(login.ConnectionString);
        await connection.OpenAsync(token);

        await using (var alone = new NpgsqlCommand(OneAtATime, connection))
            await alone.ExecuteNonQueryAsync(token);
        var roleExists = await ExistsAsync(connection, "select 1 from pg_roles where rolname = $1", name, token);
        await ExecuteAsync(
            connection, roleExists ? "alter role %I login password %L" : "create role %I login password %L",
            [name, Verifier(database.Password.Read())], token);
        if (!await ExistsAsync(connection, "select 1 from pg_database where datname = $1", name, token))
        {
            await ExecuteAsync(connection, "grant %I to current_user", [name], token);
            await ExecuteAsync(connection, "create database %I owner %I", [name, name], token);
        }

        await ExecuteAsync(connection, "revoke all on database %I from public", [name], token);
        if (!database.Parent.IsExternal)
            await ExecuteAsync(connection, "revoke connect on database postgres, template1 from public", [], token);
    }

    /// <summary>Healthy when a connection opens and a query answers.</summary>
    public static async Task<string?> CheckAsync(string connectionString, CancellationToken token)
    {
        var login = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false, Timeout = 5 };
        await using var connection = new NpgsqlConnection(login.ConnectionString);
        try
        {
            await connection.OpenAsync(token);
            await using var command = new NpgsqlCommand("select 1", connection);
            await command.ExecuteScalarAsync(token);
            return null;
        }
        catch (NpgsqlException e)
        {
            return e.Message;
        }
    }

    private static async Task<bool> ExistsAsync(NpgsqlConnection connection, string sql, string name, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(sql, connection) { Parameters = { new() { Value = name } } };
        return await command.ExecuteScalarAsync(token) is not null;
    }

    /// <summary>DDL takes no parameters: the server itself quotes names (%I) and texts (%L).</summary>
    private static async Task ExecuteAsync(NpgsqlConnection connection, string template, string[] values, CancellationToken token)
    {
        var places = string.Concat(values.Select((_, i) => $", ${i + 2}"));
        await using var format = new NpgsqlCommand($"select format($1{places})", connection) { Parameters = { new() { Value = template } } };
        foreach (var value in values)
            format.Parameters.Add(new NpgsqlParameter { Value = value });
        var sql = (string)(await format.ExecuteScalarAsync(token))!;

        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(token);
    }

    /// <summary>The SCRAM verifier (RFC 5803) instead of the password: a statement may end in the server's log.</summary>
    private static string Verifier(string password)
    {
        var salt = RandomNumberGenerator.GetBytes(16);
        var salted = Rfc2898DeriveBytes.Pbkdf2(password, salt, Iterations, HashAlgorithmName.SHA256, 32);
        var stored = SHA256.HashData(HMACSHA256.HashData(salted, Encoding.ASCII.GetBytes("Client Key")));
        var server = HMACSHA256.HashData(salted, Encoding.ASCII.GetBytes("Server Key"));
        return $"SCRAM-SHA-256${Iterations}:{Convert.ToBase64String(salt)}${Convert.ToBase64String(stored)}:{Convert.ToBase64String(server)}";
    }
}
