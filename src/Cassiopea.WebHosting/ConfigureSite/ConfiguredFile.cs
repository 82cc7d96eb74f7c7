using Cassiopea.Sites.Tree;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.WebHosting;

/// <summary>A file at the new place that is no copy of the old one any more; a delta after a rollback puts the copy back first.</summary>
internal sealed class ConfiguredFile
{
    public Guid ItemId { get; set; }

    /// <summary>One byte of the name per character.</summary>
    public string Path { get; set; } = "";

    public static async Task KeepAsync(WebHostingContext db, Guid item, IEnumerable<SitePath> files, CancellationToken token)
    {
        await db.ConfiguredFiles.Where(x => x.ItemId == item).ExecuteDeleteAsync(token);
        db.ConfiguredFiles.AddRange(files.Select(f => new ConfiguredFile { ItemId = item, Path = f.Bytes }));
    }
}
