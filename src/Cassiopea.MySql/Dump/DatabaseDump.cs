using System.Globalization;
using Cassiopea.MySql.Engine;
using Cassiopea.MySql.Schema;
using Cassiopea.Transfer;

namespace Cassiopea.MySql.Dump;

/// <summary>What was written.</summary>
/// <param name="Tables">Tables.</param>
/// <param name="Rows">Rows.</param>
/// <param name="Objects">Views, routines, triggers and events.</param>
/// <param name="Bytes">Bytes of the file.</param>
/// <param name="Sha256">Of the file, lower-case hex.</param>
/// <param name="Left">What could not be read, and why.</param>
public sealed record DumpResult(int Tables, long Rows, int Objects, long Bytes, string Sha256, IReadOnlyList<ReportException> Left);

/// <summary>
/// Writes a database as plain SQL, which any mysql client loads into an empty database with the same rows, byte for byte: for the
/// member's archive. Transactional tables are read as of one instant.
/// </summary>
/// <param name="time">The clock of the date in its head.</param>
public sealed class DatabaseDump(TimeProvider time)
{
    /// <summary>Writes the file, or another over it. Rows are never held.</summary>
    /// <param name="account">The database; only read.</param>
    /// <param name="path">The file.</param>
    /// <param name="options">How to connect, and which tables to leave out.</param>
    /// <param name="token">Cancels; the file is then incomplete and is removed.</param>
    /// <exception cref="TransferException">It cannot be entered or read.</exception>
    public async Task<DumpResult> RunAsync(MySqlAccount account, string path, DatabaseCopyOptions options, CancellationToken token)
    {
        using var sessions = new Sessions(account, account, options with { Method = WriteMethod.Insert });
        var connection = await sessions.OpenSourceAsync(token);
        var part = path + ".part";
        try
        {
            var schema = await SchemaReader.ReadAsync(connection, account.Endpoint.Database, token);
            await Snapshots.StartAsync(connection, token);
            DumpResult result;
            await using (var file = new DumpFile(part)) result = await WriteAsync(connection, schema, file, options, token);
            File.Move(part, path, overwrite: true);
            return result;
        }
        finally
        {
            File.Delete(part);
            await sessions.CloseAsync(connection);
        }
    }

    private async Task<DumpResult> WriteAsync(MySqlConnection connection, SchemaInfo schema, DumpFile file, DatabaseCopyOptions options, CancellationToken token)
    {
        List<ReportException> left = [];
        var names = new TargetNames(schema.Database, schema.Database, "", "");
        HashSet<string> known = [.. schema.Tables.Select(static t => t.Name), .. schema.Objects.Select(static o => o.Name)];
        var tables = schema.Tables.Where(t => !options.ExcludedTables.Contains(t.Name, StringComparer.Ordinal)).ToList();
        await file.WriteAsync(string.Create(CultureInfo.InvariantCulture, $"""
            -- Database {schema.Database} of {schema.Server.Version}, {time.GetUtcNow().UtcDateTime:yyyy-MM-dd HH:mm} UTC: {tables.Count} tables. Load it into an empty database:
            --   mysql DATABASE < FILE
            SET NAMES utf8mb4;
            SET time_zone='+00:00', sql_mode='NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES', unique_checks=0, foreign_key_checks=0;

            """), token);
        long rows = 0;
        foreach (var table in tables)
        {
            var sql = SqlRewriter.Rewrite(await SchemaReader.CreateTableAsync(connection, table.Quoted, token), names, known).Sql;
            await file.WriteAsync($"\n{sql};\n", token);
            var sink = new DumpSink(file, table, schema.Server.IsMariaDb);
            await connection.StreamAsync($"SELECT {string.Join(',', table.Stored.Select(static c => c.Selected))} FROM {table.Quoted}", sink, token);
            await sink.FinishAsync(token);
            rows += sink.Rows;
        }

        var objects = await ObjectsAsync(connection, schema, file, names, known, left, options, token);
        await file.WriteAsync("\nSET unique_checks=1, foreign_key_checks=1;\n", token);
        var (bytes, sha256) = await file.EndAsync(token);
        return new(tables.Count, rows, objects, bytes, sha256, left);
    }

    private static async Task<int> ObjectsAsync(
        MySqlConnection connection, SchemaInfo schema, DumpFile file, TargetNames names, HashSet<string> known, List<ReportException> left, DatabaseCopyOptions options, CancellationToken token)
    {
        List<(ObjectInfo Item, ObjectDefinition Made, string Sql)> found = [];
        foreach (var item in schema.Objects.OrderBy(static o => o.Kind).Where(o => o.Kind != ObjectKind.Trigger || !options.ExcludedTables.Contains(o.Table, StringComparer.Ordinal)))
        {
            if (await ObjectDefinition.ReadAsync(connection, item.Kind, item.Name, token) is { } made) found.Add((item, made, SqlRewriter.Rewrite(made.Sql, names, known).Sql));
            else left.Add(new(item.Title, TransferSide.Source, TransferFailureKind.Refused, TransferCode.ItemUnreadable, "The account may not read how it is made.", "Dump again with an account that may."));
        }

        foreach (var (item, made, sql) in InOrder(found))
        {
            await file.WriteAsync($"\nSET sql_mode={MySqlConnection.Quote(made.SqlMode)}, collation_connection={MySqlConnection.Quote(made.Collation)};\nDELIMITER ;;\n{sql};;\nDELIMITER ;\n", token);
        }

        return found.Count;
    }

    /// <summary>Each view after the views that it names.</summary>
    private static List<(ObjectInfo Item, ObjectDefinition Made, string Sql)> InOrder(List<(ObjectInfo Item, ObjectDefinition Made, string Sql)> found)
    {
        var waiting = found.Where(static f => f.Item.Kind == ObjectKind.View).ToList();
        var ordered = found.Where(static f => f.Item.Kind < ObjectKind.View).ToList();
        while (waiting.Count > 0)
        {
            var names = waiting.Select(static w => w.Item.Name).ToHashSet(StringComparer.Ordinal);
            var ready = waiting.Where(w => !SqlTokens.Of(w.Sql).Any(t => t.Kind == SqlKind.Name && t.NameIn(w.Sql) is var name && name != w.Item.Name && names.Contains(name))).ToList();
            if (ready.Count == 0) ready = [.. waiting];
            ordered.AddRange(ready);
            waiting.RemoveAll(ready.Contains);
        }

        ordered.AddRange(found.Where(static f => f.Item.Kind > ObjectKind.View));
        return ordered;
    }
}
