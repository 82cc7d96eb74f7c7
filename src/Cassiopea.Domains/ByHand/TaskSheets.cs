using Cassiopea.Zones;
using Cassiopea.Zones.Files;
using Microsoft.Extensions.Options;

namespace Cassiopea.Domains;

/// <summary>
/// What people must do at a provider that we cannot reach, as files: a list to tick in French, Dutch and English, and a zone file for who takes one.
/// Whether it was done is looked at, never asked.
/// </summary>
internal sealed class TaskSheets(IOptions<DomainsOptions> options)
{
    private static readonly string[] Languages = ["fr", "nl", "en"];

    /// <summary>Writes the list anew.</summary>
    /// <param name="zone">The records as they shall be.</param>
    /// <param name="task">What is asked.</param>
    /// <param name="token">Ends it.</param>
    /// <returns>The folder of the files, under <see cref="DomainsOptions.TaskFolder"/>.</returns>
    public async Task<string> WriteAsync(Zone zone, RecordTask task, CancellationToken token)
    {
        var name = Path.Combine(zone.Origin.Host.Replace('/', '_'), task switch
        {
            RecordTask.LowerTtl => "lower-ttl",
            RecordTask.Change => "change",
            RecordTask.Restore => "restore",
            _ => "create",
        });
        var folder = Directory.CreateDirectory(Path.Combine(options.Value.TaskFolder, name)).FullName;
        foreach (var language in Languages) await File.WriteAllTextAsync(Path.Combine(folder, language + ".txt"), RecordSheet.Write(zone, language, task), token);
        await File.WriteAllTextAsync(Path.Combine(folder, "bind.zone"), zone.Text, token);
        return name;
    }
}
