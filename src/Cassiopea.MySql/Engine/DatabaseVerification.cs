using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Cassiopea.MySql.Schema;
using Cassiopea.Transfer;

namespace Cassiopea.MySql.Engine;

/// <summary>
/// Reads both ends again, independently of any transfer and its journal: each server hashes its own rows, chunk by chunk, and where two
/// hashes differ the rows are compared one by one. Nothing is written at either end.
/// </summary>
/// <param name="time">The clock of dates and rates.</param>
public sealed class DatabaseVerification(TimeProvider time)
{
    private const int MostDifferences = 10_000;

    /// <summary>Compares.</summary>
    /// <param name="source">The old database.</param>
    /// <param name="target">The new database.</param>
    /// <param name="manifestPath">Where the list of chunks and hashes is written; null = only its hash is made.</param>
    /// <param name="options">The same as of the copy.</param>
    /// <param name="token">Cancels.</param>
    /// <exception cref="TransferException">An end cannot be reached or read.</exception>
    public async Task<DatabaseVerificationResult> RunAsync(MySqlAccount source, MySqlAccount target, string? manifestPath, DatabaseCopyOptions options, CancellationToken token)
    {
        var (startedAt, start) = (time.GetUtcNow(), time.GetTimestamp());
        using var sessions = new Sessions(source, target, options with { Method = WriteMethod.Insert });
        var run = new Comparison(sessions, options);
        try
        {
            await run.RunAsync(token);
        }
        finally
        {
            await run.CloseAsync();
        }

        var tables = run.Tables.OrderBy(static table => table.Source, StringComparer.Ordinal).ToList();
        var manifest = await WriteAsync(run.Lines.Order(StringComparer.Ordinal), manifestPath, token);
        var differences = run.Differences.OrderBy(static d => d.Item, StringComparer.Ordinal).ToList();
        var count = tables.Sum(static t => t.Missing + t.Altered + t.Extra) + run.DifferentObjects;
        return new(
            count == 0 && differences.Count == 0, tables.Sum(static t => t.SourceRows) + run.Objects, run.Bytes, tables.Sum(static t => t.Extra), [.. differences.Take(MostDifferences)],
            Math.Max(count, differences.Count), tables, manifest, startedAt, time.GetUtcNow(), time.GetElapsedTime(start).TotalSeconds, sessions.RoundTrips);
    }

    private static async Task<string> WriteAsync(IEnumerable<string> lines, string? path, CancellationToken token)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var file = path is null ? Stream.Null : File.Create(path);
        foreach (var line in lines)
        {
            var bytes = Encoding.UTF8.GetBytes(line);
            hash.AppendData(bytes);
            await file.WriteAsync(bytes, token);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private sealed class Comparison(Sessions sessions, DatabaseCopyOptions options)
    {
        private readonly List<(MySqlConnection Source, MySqlConnection Target)> _pairs = [];

        public ConcurrentBag<TableVerification> Tables { get; } = [];

        public ConcurrentBag<ReportException> Differences { get; } = [];

        /// <summary>Table, chunk, rows, hash.</summary>
        public ConcurrentBag<string> Lines { get; } = [];

        public long Objects { get; private set; }

        public long DifferentObjects { get; private set; }

        public long Bytes { get; private set; }

        public async Task RunAsync(CancellationToken token)
        {
            for (var i = 0; i < options.Connections; i++) _pairs.Add((await sessions.OpenSourceAsync(token), await sessions.OpenTargetAsync(token)));
            var from = await SchemaReader.ReadAsync(_pairs[0].Source, sessions.Source.Endpoint.Database, token);
            var to = await SchemaReader.ReadAsync(_pairs[0].Target, sessions.Target.Endpoint.Database, token);
            var names = new TargetNames(from.Database, to.Database, options.OldPrefix, options.NewPrefix);
            Bytes = from.Tables.Sum(static table => table.DataBytes);
            var waiting = new ConcurrentQueue<TableInfo>(from.Tables.Where(t => !options.ExcludedTables.Contains(t.Name, StringComparer.Ordinal)).OrderByDescending(static t => t.DataBytes));
            var there = to.Tables.ToDictionary(static table => table.Name, StringComparer.Ordinal);
            await Task.WhenAll(_pairs.Select(pair => TablesAsync(pair.Source, pair.Target, waiting, there, names, token)));
            await ObjectsAsync(from, to, names, token);
        }

        public async ValueTask CloseAsync()
        {
            foreach (var (source, target) in _pairs)
            {
                await sessions.CloseAsync(source);
                await sessions.CloseAsync(target);
            }
        }

        private async Task TablesAsync(MySqlConnection source, MySqlConnection target, ConcurrentQueue<TableInfo> waiting, Dictionary<string, TableInfo> there, TargetNames names, CancellationToken token)
        {
            while (waiting.TryDequeue(out var table))
            {
                var name = names.Of(table.Name);
                if (there.TryGetValue(name, out var other) && SameColumns(table, other))
                {
                    await TableAsync(table, name, source, target, token);
                    continue;
                }

                var rows = MySqlResult.Number((await source.QueryAsync($"SELECT COUNT(*) FROM {table.Quoted}", token)).Rows[0][0]);
                Tables.Add(new(table.Name, name, rows, 0, 0, rows, 0, 0, 0));
                Differ(table.Name, TransferCode.ItemMissing, other is null ? "The table is not at the target." : "The table has other columns at the target.");
            }
        }

        private static bool SameColumns(TableInfo one, TableInfo other) =>
            one.Stored.Select(static column => (column.Name, column.Type)).SequenceEqual(other.Stored.Select(static column => (column.Name, column.Type)));

        private async Task TableAsync(TableInfo table, string name, MySqlConnection source, MySqlConnection target, CancellationToken token)
        {
            var chunks = await Planner.CutAsync(source, table, options, token);
            var result = new TableVerification(table.Name, name, 0, 0, 0, 0, 0, 0, chunks.Count);
            for (var i = 0; i < chunks.Count; i++)
            {
                var quoted = MySqlConnection.Name(name);
                var wantedTask = RowHash.OfAsync(source, table, table.Quoted, chunks[i], token);
                var gotTask = RowHash.OfAsync(target, table, quoted, chunks[i], token);
                await Task.WhenAll(wantedTask, gotTask);
                var (wanted, got) = (await wantedTask, await gotTask);
                Lines.Add(string.Create(CultureInfo.InvariantCulture, $"{table.Name}\t{i:D6}\t{wanted.Rows}\t{wanted.Sum}\n"));
                var rows = wanted == got ? new RowDifference(wanted.Rows, 0, 0, 0) : await RowDifference.OfAsync(table, quoted, chunks[i], source, target, token);
                result = result with
                {
                    SourceRows = result.SourceRows + wanted.Rows,
                    TargetRows = result.TargetRows + got.Rows,
                    Equal = result.Equal + rows.Equal,
                    Missing = result.Missing + rows.Missing,
                    Altered = result.Altered + rows.Altered,
                    Extra = result.Extra + rows.Extra,
                };
            }

            Tables.Add(result);
            if (result.Missing > 0) Differ(table.Name, TransferCode.ItemMissing, string.Create(CultureInfo.InvariantCulture, $"{result.Missing} rows are not at the target."));
            if (result.Altered > 0) Differ(table.Name, TransferCode.ItemAltered, string.Create(CultureInfo.InvariantCulture, $"{result.Altered} rows have other values at the target."));
            if (result.Extra > 0) Differ(table.Name, TransferCode.ItemAltered, string.Create(CultureInfo.InvariantCulture, $"{result.Extra} rows are at the target only."));
        }

        private async Task ObjectsAsync(SchemaInfo from, SchemaInfo to, TargetNames names, CancellationToken token)
        {
            HashSet<string> known = [.. from.Tables.Select(static t => t.Name), .. from.Objects.Select(static o => o.Name)];
            foreach (var item in from.Objects.Where(o => o.Kind != ObjectKind.Trigger || !options.ExcludedTables.Contains(o.Table, StringComparer.Ordinal)))
            {
                Objects++;
                var name = names.Of(item.Name);
                if (!to.Objects.Any(o => o.Kind == item.Kind && o.Name == name))
                {
                    DifferentObjects++;
                    Differ(item.Title, TransferCode.ItemMissing, "It is not at the target.");
                    continue;
                }

                var wanted = await ObjectDefinition.ReadAsync(_pairs[0].Source, item.Kind, item.Name, token);
                var got = await ObjectDefinition.ReadAsync(_pairs[0].Target, item.Kind, name, token);
                if (wanted is not null && got is not null && Shown(item.Kind, SqlRewriter.Rewrite(wanted.Sql, names, known).Sql) == Shown(item.Kind, SqlRewriter.Rewrite(got.Sql, names with { OldPrefix = "", NewPrefix = "" }, known).Sql)) continue;
                DifferentObjects++;
                Differ(item.Title, wanted is null ? TransferCode.ItemUnreadable : TransferCode.ItemAltered, wanted is null ? "The source's account may not read how it is made." : "It is made in another way at the target.");
            }
        }

        /// <summary>Whether an event runs is decided at the cut-over and is no difference.</summary>
        private static string Shown(ObjectKind kind, string sql) => kind == ObjectKind.Event ? ObjectDefinition.WithEvent(sql, enabled: false) : sql;

        private void Differ(string item, string code, string text) =>
            Differences.Add(new(item, TransferSide.Target, TransferFailureKind.Refused, code, text, "Copy again, or look at this table at both ends."));
    }
}
