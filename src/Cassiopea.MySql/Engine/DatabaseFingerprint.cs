using Cassiopea.MySql.Schema;
using Cassiopea.Transfer;

namespace Cassiopea.MySql.Engine;

/// <summary>What a table holds, in a few characters.</summary>
/// <param name="Name">The table.</param>
/// <param name="Rows">Its rows.</param>
/// <param name="Hash">Sum of the hashes of its rows: equal at any two servers that hold the same rows in columns of the same names.</param>
public sealed record TableFingerprint(string Name, long Rows, string Hash);

/// <summary>Has a server hash all its tables, to see later whether somebody wrote to them.</summary>
public static class DatabaseFingerprint
{
    /// <summary>One round trip per table; the server reads every row.</summary>
    /// <param name="account">The database.</param>
    /// <param name="side">Which end it is, for failures.</param>
    /// <param name="options">How to connect, and which tables to leave out.</param>
    /// <param name="token">Cancels.</param>
    /// <exception cref="MySqlException">It cannot be entered or read.</exception>
    public static async Task<IReadOnlyList<TableFingerprint>> OfAsync(MySqlAccount account, TransferSide side, DatabaseCopyOptions options, CancellationToken token)
    {
        using var sessions = new Sessions(account, account, options with { Method = WriteMethod.Insert });
        var connection = side == TransferSide.Source ? await sessions.OpenSourceAsync(token) : await sessions.OpenTargetAsync(token);
        try
        {
            var schema = await SchemaReader.ReadAsync(connection, account.Endpoint.Database, token);
            List<TableFingerprint> found = [];
            foreach (var table in schema.Tables.Where(t => !options.ExcludedTables.Contains(t.Name, StringComparer.Ordinal)))
            {
                var hash = await RowHash.OfAsync(connection, table, table.Quoted, ChunkRange.All, token);
                found.Add(new(table.Name, hash.Rows, hash.Sum));
            }

            return found;
        }
        finally
        {
            await sessions.CloseAsync(connection);
        }
    }
}
