using Cassiopea.MySql.Charsets;
using Cassiopea.MySql.Dump;
using Cassiopea.Transfer;

namespace Cassiopea.Cli.Db;

/// <summary>What is done besides copying: an archive as SQL, and the repair of text that is encoded twice.</summary>
internal static class DbExtraCommands
{
    public static IReadOnlyList<Command> All { get; } =
    [
        new("db dump", "Writes a database as plain SQL, which any mysql client loads.", "--from= --from-password-file= --to= --exclude= --quiet", DumpAsync),
        new("db repair-charset", "Finds text that is encoded twice; repairs the columns that are named.", "--to= --to-password-file= --column= --write --quiet", RepairAsync),
    ];

    private static async Task<int> DumpAsync(CommandLine line, CancellationToken token)
    {
        var file = Path.GetFullPath(line.Required("--to"));
        var result = await new DatabaseDump(TimeProvider.System).RunAsync(DbEnds.Account(line, "from"), file, new() { ExcludedTables = line.Values("--exclude") }, token);
        foreach (var left in result.Left) await Console.Error.WriteLineAsync($"{left.Item}: {left.Text} {left.Action}");
        if (!line.Has("--quiet")) Console.WriteLine($"{result.Tables} tables, {result.Rows} rows, {result.Objects} objects, {ReportOutput.Size(result.Bytes)}, sha256 {result.Sha256}");
        return result.Left.Count > 0 ? ExitCode.Exceptions : ExitCode.Complete;
    }

    private static async Task<int> RepairAsync(CommandLine line, CancellationToken token)
    {
        var account = DbEnds.Account(line, "to");
        var columns = line.Values("--column");
        if (!line.Has("--write"))
        {
            var found = await DatabaseCharsets.DetectAsync(account, TransferSide.Target, new(), token);
            foreach (var column in found.Where(c => c.Proposal != CharsetProposal.None))
                Console.WriteLine($"{column.Name} ({column.Charset}): {column.Doubled} of {column.NonAscii} values beyond ASCII are encoded twice; approve with --column '{column.Name}' --write");
            return ExitCode.Complete;
        }

        if (columns.Count == 0) throw new UsageException("--write needs the columns that are approved: --column TABLE.COLUMN, as often as needed.");
        var repaired = await DatabaseCharsets.RepairAsync(account, [.. columns], new(), token);
        foreach (var column in repaired)
            Console.WriteLine($"{column.Column.Name}: {(column.Failure is { } failure ? "left as it is: " + failure.Text : $"{column.Repaired} values repaired; the site must now say SET NAMES utf8mb4")}");
        foreach (var name in columns.Where(name => repaired.All(r => r.Column.Name != name))) await Console.Error.WriteLineAsync($"{name} is no column of text.");
        return repaired.Any(static r => r.Failure is not null) || repaired.Count < columns.Count ? ExitCode.Exceptions : ExitCode.Complete;
    }
}
