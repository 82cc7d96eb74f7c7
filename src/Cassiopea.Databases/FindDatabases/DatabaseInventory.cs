using Cassiopea.Contracts;
using Microsoft.Extensions.Options;

namespace Cassiopea.Databases;

/// <summary>The old host's list of databases: a file that its administrators made, read again at each question.</summary>
internal sealed class DatabaseInventory(IOptions<DatabasesOptions> options, TimeProvider time)
{
    /// <summary>What is known of a member's databases: those of the inventory and those that staff declared.</summary>
    public async Task<ServiceSurveyed> FindAsync(FindDatabases question, CancellationToken token)
    {
        if (options.Value.InventoryFile.Length == 0)
        {
            return question.Declared.Count > 0
                ? Answer(question, SurveyOutcome.Found, question.Declared)
                : NotSurveyed(question, "No inventory of the old host's databases is configured and none was declared: set Databases:InventoryFile, or declare the databases.");
        }

        try
        {
            var found = Merge(await ReadAsync(question.MemberReference, token), question.Declared);
            return Answer(question, found.Count > 0 ? SurveyOutcome.Found : SurveyOutcome.Nothing, found);
        }
        catch (InventoryException e)
        {
            return NotSurveyed(question, "The inventory of databases cannot be read. " + e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return NotSurveyed(question, "The inventory of databases cannot be opened: " + e.GetType().Name + ".");
        }
    }

    private async Task<List<FoundItem>> ReadAsync(string member, CancellationToken token)
    {
        List<FoundItem> found = [];
        var number = 0;
        await foreach (var line in File.ReadLinesAsync(options.Value.InventoryFile, token))
        {
            if (++number == 1)
            {
                if (!line.TrimStart('\uFEFF').Trim().Equals(InventoryRow.Header, StringComparison.OrdinalIgnoreCase))
                    throw new InventoryException(1, $"the header is not {InventoryRow.Header}.");
            }
            else if (!string.IsNullOrWhiteSpace(line))
            {
                var row = InventoryRow.Parse(line, number);
                if (row.Member.Equals(member, StringComparison.OrdinalIgnoreCase))
                    found.Add(row.Item);
            }
        }

        return number > 0 ? found : throw new InventoryException(1, "the file is empty.");
    }

    /// <summary>What people declared goes before what the inventory says; a database is listed once.</summary>
    private static List<FoundItem> Merge(IEnumerable<FoundItem> inventory, IEnumerable<FoundItem> declared)
    {
        Dictionary<string, FoundItem> byName = new(StringComparer.OrdinalIgnoreCase);
        foreach (var item in inventory)
            byName[item.Name] = item;
        foreach (var item in declared)
        {
            byName[item.Name] = byName.TryGetValue(item.Name, out var known)
                ? known with { Source = item.Source ?? known.Source, Bytes = item.Bytes ?? known.Bytes, LastUsedAt = item.LastUsedAt ?? known.LastUsedAt }
                : item;
        }

        return [.. byName.Values.OrderBy(i => i.Name, StringComparer.OrdinalIgnoreCase)];
    }

    private ServiceSurveyed Answer(FindDatabases question, SurveyOutcome outcome, IReadOnlyList<FoundItem> items) =>
        new(question.MigrationId, ItemKind.Database, outcome, items, null, time.GetUtcNow());

    private ServiceSurveyed NotSurveyed(FindDatabases question, string why) =>
        new(question.MigrationId, ItemKind.Database, SurveyOutcome.NotSurveyed, [], new Failure(FailureSide.Us, FailureKind.Refused, FailureCode.NotSurveyed, why), time.GetUtcNow());
}
