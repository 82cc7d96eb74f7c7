using Cassiopea.Lab.Servers;

namespace Cassiopea.Lab.Manifest;

/// <summary>Compares a moved database with the old one by the checksums that the servers compute themselves.</summary>
internal static class DatabaseComparison
{
    public static async Task<Comparison> CompareAsync(LabDatabase database, CancellationToken token)
    {
        var old = await MariaDbServer.ChecksumsAsync(database.OldSocket, database.Source.Path!, token);
        var @new = await MariaDbServer.ChecksumsAsync(database.NewSocket, database.Target.Path!, token);
        if (database.Before.Count == 0)
            return new Comparison(0, 0, ["there was nothing to move"]);
        var differences = old.Where(table => @new.GetValueOrDefault(table.Key) != table.Value).Select(table => $"{table.Key}: {(@new.ContainsKey(table.Key) ? "other rows" : "missing")}")
            .Concat(database.Before.Where(table => old.GetValueOrDefault(table.Key) != table.Value).Select(table => $"{table.Key}: changed at the old place"));
        return new Comparison(old.Count, 0, [.. differences]);
    }
}
