using Cassiopea.MySql.Schema;
using Cassiopea.Transfer;

namespace Cassiopea.MySql.Engine;

/// <summary>Makes the tables at the target, or finds that they are there.</summary>
internal sealed class TablePreparation(CopyRun run, MySqlConnection source, MySqlConnection target)
{
    private readonly Dictionary<string, TableInfo> _there = run.Target.Tables.ToDictionary(static table => table.Name, StringComparer.Ordinal);
    private readonly HashSet<string> _known = [.. run.Source.Tables.Select(static t => t.Name), .. run.Source.Objects.Select(static o => o.Name)];
    private HashSet<string> _engines = [];
    private HashSet<string> _collations = [];

    public async Task RunAsync(CancellationToken token)
    {
        _engines = await EnginesAsync(target, token);
        _collations = [.. (await target.QueryAsync("SELECT COLLATION_NAME FROM information_schema.COLLATIONS", token)).Rows.Select(static row => MySqlResult.Text(row[0]) ?? "")];
        foreach (var table in run.Source.Tables)
        {
            if (run.Options.ExcludedTables.Contains(table.Name, StringComparer.Ordinal)) continue;
            var name = run.Names.Of(table.Name);
            var work = new TableWork(table, name, run.Journal.Table(table.Name, name));
            run.Tables.Add(work);
            try
            {
                await PrepareAsync(work, token);
            }
            catch (MySqlException refused) when (refused is { Kind: TransferFailureKind.Refused, ConnectionUsable: true })
            {
                work.Refusal = refused.Failure;
                run.Except(table.Name, refused.Failure, "See what the server says of this table; run again.");
            }
        }
    }

    public static async Task<HashSet<string>> EnginesAsync(MySqlConnection connection, CancellationToken token) =>
        (await connection.QueryAsync("SELECT ENGINE FROM information_schema.ENGINES WHERE SUPPORT IN ('YES','DEFAULT')", token)).Rows
            .Select(static row => MySqlResult.Text(row[0]) ?? "").ToHashSet(StringComparer.OrdinalIgnoreCase);

    private async Task PrepareAsync(TableWork work, CancellationToken token)
    {
        if (_there.TryGetValue(work.Target, out var old))
        {
            if (Alike(work.Table, old)) return;
            if (!work.Journal.Made)
            {
                throw new MySqlException(
                    TransferSide.Target, TransferFailureKind.Refused, TransferCode.ItemRefused, "A table of this name with other columns or indexes is at the target, and was not made by this program.", usable: true);
            }

            await target.ExecuteAsync($"DROP TABLE {work.TargetQuoted}", token);
            run.Change(work.Table.Name, "Made anew at the target: its columns or indexes changed at the source.");
        }

        await MakeAsync(work, token);
        work.Fresh = true;
        run.Journal.Made(work.Journal);
    }

    private async Task MakeAsync(TableWork work, CancellationToken token)
    {
        var (sql, changes) = TableDdl.For(await SchemaReader.CreateTableAsync(source, work.Table.Quoted, token), work.Table, run.Names, _known, _engines, _collations);
        foreach (var change in changes) run.Change(work.Table.Name, change);
        try
        {
            await target.ExecuteAsync(sql, token);
        }
        catch (MySqlException tooLong) when (tooLong.Number is 1071 or 1709 or 1118)
        {
            await target.ExecuteAsync(TableDdl.Dynamic(sql), token);
            run.Change(work.Table.Name, "Row format DYNAMIC, since an index or a row is too long for the target's default.");
        }
    }

    /// <summary>True when rows of one fit into the other unchanged and are found alike.</summary>
    private static bool Alike(TableInfo one, TableInfo other) =>
        one.Columns.Count == other.Columns.Count
        && one.Columns.Zip(other.Columns).All(static pair => pair.First.Name == pair.Second.Name && Same(pair.First, pair.Second))
        && one.Indexes.Select(Shown).Order(StringComparer.Ordinal).SequenceEqual(other.Indexes.Select(Shown).Order(StringComparer.Ordinal), StringComparer.Ordinal);

    private static bool Same(ColumnInfo one, ColumnInfo other) =>
        one.Type == other.Type && one.Nullable == other.Nullable && one.Generated == other.Generated && Charset(one) == Charset(other) && one.Characters == other.Characters
        && (one.Type is "enum" or "set" or "decimal" or "bit" ? one.FullType == other.FullType : Unsigned(one) == Unsigned(other));

    private static string? Charset(ColumnInfo column) => column.Charset == "utf8mb3" ? "utf8" : column.Charset;

    private static bool Unsigned(ColumnInfo column) => column.FullType.Contains("unsigned", StringComparison.OrdinalIgnoreCase);

    private static string Shown(IndexInfo index) => $"{index.Name}:{index.Unique}:{string.Join(',', index.Parts.Select(static part => $"{part.Column}({part.Prefix})"))}";
}
