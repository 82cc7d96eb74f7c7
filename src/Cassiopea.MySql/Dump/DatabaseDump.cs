using System.Globalization;
using Cassiopea.MySql.Engine;
using Cassiopea.MySql.Schema;
using Cassiopea.Transfer;

namespace Cassiopea.MySql.Dump;

/// <summary>What a table of a dump holds: after loading, any server says the same of it.</summary>
/// <param name="Name">The table.</param>
/// <param name="Rows">Its rows.</param>
/// <param name="Hash">As of <see cref="TableFingerprint"/>.</param>
/// <param name="Written">Rows written; others than <paramref name="Rows"/> when somebody wrote to a table without transactions meanwhile.</param>
public sealed record DumpedTable(string Name, long Rows, string Hash, long Written);

/// <summary>What was written.</summary>
/// <param name="Tables">Tables.</param>
/// <param name="Rows">Rows.</param>
/// <param name="Objects">Views, routines, triggers and events.</param>
/// <param name="Bytes">Bytes of all files.</param>
/// <param name="Sha256">Of the only file, lower-case hex; empty when there are several.</param>
/// <param name="Left">What could not be read, and why.</param>
/// <param name="Held">Table by table.</param>
/// <param name="Parts">The files, to be loaded in this order.</param>
public sealed record DumpResult(
    int Tables, long Rows, int Objects, long Bytes, string Sha256, IReadOnlyList<ReportException> Left, IReadOnlyList<DumpedTable> Held, IReadOnlyList<DumpPart> Parts);

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
        var part = path + ".part";
        try
        {
            var result = await RunAsync(account, _ => part, long.MaxValue, options, token);
            File.Move(part, path, overwrite: true);
            return result with { Parts = [result.Parts[0] with { Path = path }] };
        }
        finally
        {
            File.Delete(part);
        }
    }

    /// <summary>Writes files of a bounded size. Whoever calls removes them when it fails.</summary>
    /// <param name="account">The database; only read.</param>
    /// <param name="pathOf">The path of a file, from 1.</param>
    /// <param name="mostBytes">Size from which a file is ended at the next statement; one row may go beyond it.</param>
    /// <param name="options">How to connect, and which tables to leave out.</param>
    /// <param name="token">Cancels.</param>
    /// <exception cref="TransferException">It cannot be entered or read.</exception>
    public async Task<DumpResult> RunAsync(MySqlAccount account, Func<int, string> pathOf, long mostBytes, DatabaseCopyOptions options, CancellationToken token)
    {
        using var sessions = new Sessions(account, account, options with { Method = WriteMethod.Insert });
        var connection = await sessions.OpenSourceAsync(token);
        try
        {
            var schema = await SchemaReader.ReadAsync(connection, account.Endpoint.Database, token);
            await Snapshots.StartAsync(connection, token);
            await using var file = new DumpFile(pathOf, mostBytes);
            return await WriteAsync(connection, schema, file, options, token);
        }
        finally
        {
            await sessions.CloseAsync(connection);
        }
    }

    private async Task<DumpResult> WriteAsync(MySqlConnection connection, SchemaInfo schema, DumpFile file, DatabaseCopyOptions options, CancellationToken token)
    {
        List<ReportException> left = [];
        List<DumpedTable> held = [];
        var names = new TargetNames(schema.Database, schema.Database, "", "");
        HashSet<string> known = [.. schema.Tables.Select(static t => t.Name), .. schema.Objects.Select(static o => o.Name)];
        var tables = schema.Tables.Where(t => !options.ExcludedTables.Contains(t.Name, StringComparer.Ordinal)).ToList();
        file.Head = string.Create(CultureInfo.InvariantCulture, $"""
            -- Database {schema.Database} of {schema.Server.Version}, {time.GetUtcNow().UtcDateTime:yyyy-MM-dd HH:mm} UTC: {tables.Count} tables. Load it into an empty database:
            --   mysql DATABASE < FILE
            -- When there are several files, load them in the order of their names.
            SET NAMES utf8mb4;
            SET time_zone='+00:00', sql_mode='NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES', unique_checks=0, foreign_key_checks=0;

            """);
        foreach (var table in tables)
        {
            var sql = SqlRewriter.Rewrite(await SchemaReader.CreateTableAsync(connection, table.Quoted, token), names, known).Sql;
            await file.WriteAsync($"\n{sql};\n", token);
            var sink = new DumpSink(file, table, schema.Server.IsMariaDb);
            await connection.StreamAsync($"SELECT {string.Join(',', table.Stored.Select(static c => c.Selected))} FROM {table.Quoted}", sink, token);
            await sink.FinishAsync(token);
            var hash = await RowHash.OfAsync(connection, table, table.Quoted, ChunkRange.All, token);
            held.Add(new(table.Name, hash.Rows, hash.Sum, sink.Rows));
            if (hash.Rows != sink.Rows)
                left.Add(new(table.Name, TransferSide.Source, TransferFailureKind.Passing, TransferCode.ItemAltered, "Somebody wrote to this table while it was read, and its engine knows no snapshot.", "Dump it again at a quiet time."));
        }

        var objects = await ObjectsAsync(connection, schema, file, names, known, left, options, token);
        await file.WriteAsync("\nSET unique_checks=1, foreign_key_checks=1;\n", token);
        var parts = await file.EndAsync(token);
        return new(tables.Count, held.Sum(static t => t.Written), objects, parts.Sum(static p => p.Bytes), parts is [var only] ? only.Sha256 : "", left, held, parts);
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
