using Cassiopea.MySql.Schema;
using Cassiopea.Transfer;

namespace Cassiopea.MySql.Engine;

/// <summary>
/// Makes routines, views, triggers and events after the rows. Views wait for what they are made of: whatever fails is tried again after
/// the others, until nothing more succeeds.
/// </summary>
internal sealed class ObjectCopy(CopyRun run, MySqlConnection source, MySqlConnection target)
{
    private readonly HashSet<string> _known = [.. run.Source.Tables.Select(static t => t.Name), .. run.Source.Objects.Select(static o => o.Name)];

    public async Task RunAsync(CancellationToken token)
    {
        var counts = run.Objects;
        counts.Source = run.Source.Objects.Count;
        List<ObjectInfo> left = [];
        foreach (var item in run.Source.Objects.OrderBy(static o => o.Kind))
        {
            if (item.Kind == ObjectKind.Trigger && run.Options.ExcludedTables.Contains(item.Table, StringComparer.Ordinal)) counts.Excluded++;
            else left.Add(item);
        }

        for (var before = left.Count + 1; left.Count > 0 && left.Count < before;)
        {
            before = left.Count;
            List<ObjectInfo> again = [];
            foreach (var item in left)
                if (!await TryAsync(item, last: false, token)) again.Add(item);
            left = again;
        }

        foreach (var item in left) await TryAsync(item, last: true, token);
    }

    private async Task<bool> TryAsync(ObjectInfo item, bool last, CancellationToken token)
    {
        try
        {
            await MakeAsync(item, token);
            return true;
        }
        catch (MySqlException refused) when (refused is { Kind: TransferFailureKind.Refused, ConnectionUsable: true })
        {
            if (!last) return false;
            run.Objects.Refused++;
            run.Except(item.Title, refused.Failure, Action(refused.Failure));
            return true;
        }
    }

    private static string Action(TransferFailure failure) => failure switch
    {
        { Side: TransferSide.Source } => "Give the source's account the right to see it (SHOW VIEW, TRIGGER, EVENT, SELECT on mysql.proc), then run again.",
        { Code: TransferCode.PermissionDenied } => "Ask the new host for the right, then run again.",
        _ => "If it is broken at the source too, exclude it; else make it by hand.",
    };

    private async Task MakeAsync(ObjectInfo item, CancellationToken token)
    {
        var definition = await ObjectDefinition.ReadAsync(source, item.Kind, item.Name, token)
            ?? throw new MySqlException(TransferSide.Source, TransferFailureKind.Refused, TransferCode.ItemUnreadable, "The account may not read how it is made.", usable: true);
        var made = SqlRewriter.Rewrite(definition.Sql, run.Names, _known);
        var sql = item.Kind == ObjectKind.Event ? ObjectDefinition.WithEvent(made.Sql, run.Options.EnableEvents) : made.Sql;
        var name = run.Names.Of(item.Name);
        if (run.Target.Objects.Any(o => o.Kind == item.Kind && o.Name == name))
        {
            var there = await ThereAsync(item.Kind, name, token);
            if (there == sql)
            {
                run.Objects.AlreadyThere++;
                return;
            }

            if (there is not null)
            {
                if (run.Journal.Passes == 0 && !run.Resumed && !run.Options.AcceptedFindings.Contains(FindingCode.TableExists))
                    throw new MySqlException(TransferSide.Target, TransferFailureKind.Refused, TransferCode.ItemRefused, "Another one of this name is at the target, and was not made by this program.", usable: true);
                await target.ExecuteAsync($"DROP {item.Kind.ToString().ToUpperInvariant()} {MySqlConnection.Name(name)}", token);
            }
        }

        await CreateAsync(definition, sql, token);
        run.Objects.Copied++;
        if (made.Definer.Length > 0) run.Change(item.Title, $"definer {made.Definer} → the target's account");
        if (made.Renamed.Count > 0) run.Change(item.Title, $"names changed inside: {string.Join(", ", made.Renamed.Take(10))}");
        if (sql != made.Sql) run.Change(item.Title, "made disabled; it is enabled at the cut-over");
    }

    /// <summary>What is there now; a trigger may have been dropped for the rows.</summary>
    private async Task<string?> ThereAsync(ObjectKind kind, string name, CancellationToken token)
    {
        try
        {
            var definition = await ObjectDefinition.ReadAsync(target, kind, name, token);
            return definition is null ? "" : SqlRewriter.Rewrite(definition.Sql, run.Names with { SourceDatabase = run.Names.TargetDatabase, OldPrefix = "", NewPrefix = "" }, _known).Sql;
        }
        catch (MySqlException gone) when (gone.Number is 1360 or 1305 or 1539 or 1146)
        {
            return null;
        }
    }

    private async Task CreateAsync(ObjectDefinition definition, string sql, CancellationToken token)
    {
        var zone = definition.TimeZone.Length > 0 ? $", time_zone={MySqlConnection.Quote(definition.TimeZone)}" : "";
        await target.ExecuteAsync($"SET sql_mode={MySqlConnection.Quote(definition.SqlMode)}, collation_connection={MySqlConnection.Quote(definition.Collation)}{zone}", token);
        await target.ExecuteAsync(sql, token);
    }
}
