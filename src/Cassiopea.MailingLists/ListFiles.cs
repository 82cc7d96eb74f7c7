using System.Globalization;
using Cassiopea.Contracts;
using Microsoft.Extensions.Options;

namespace Cassiopea.MailingLists;

/// <summary>Where a list's bundles and journal are, under <see cref="MailingListsOptions.Directory"/>.</summary>
internal sealed class ListFiles(IOptions<MailingListsOptions> options)
{
    /// <summary>What the engine remembers between passes: one per pair of ends.</summary>
    public string JournalOf(Guid item, Endpoint source, Endpoint target) => Path.Combine(FolderOf(item), $"journal {source.Login} {target.Login}");

    /// <summary>An empty folder for the bundle of a pass; what an attempt that was killed left there is removed, and so is the last pass's.</summary>
    public string NewBundle(Guid item, string step, int pass)
    {
        foreach (var old in Directory.Exists(FolderOf(item)) ? Directory.EnumerateDirectories(FolderOf(item), step + "-*") : [])
            Directory.Delete(old, recursive: true);
        return Directory.CreateDirectory(Path.Combine(FolderOf(item), string.Create(CultureInfo.InvariantCulture, $"{step}-{pass}"))).FullName;
    }

    /// <summary>A bundle holds everyone's address: it is there while its pass runs, and no longer.</summary>
    public static void Forget(string bundle)
    {
        if (Directory.Exists(bundle)) Directory.Delete(bundle, recursive: true);
    }

    /// <summary>Erases what is kept of lists; what was erased is counted.</summary>
    public (long Files, long Bytes) Erase(IEnumerable<Guid> items)
    {
        long files = 0, bytes = 0;
        foreach (var folder in items.Select(FolderOf).Where(Directory.Exists))
        {
            foreach (var file in new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories)) (files, bytes) = (files + 1, bytes + file.Length);
            Directory.Delete(folder, recursive: true);
        }

        return (files, bytes);
    }

    private string FolderOf(Guid item) => Path.Combine(options.Value.Directory, item.ToString("N"));
}
