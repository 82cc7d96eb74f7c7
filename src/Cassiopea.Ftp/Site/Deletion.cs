using Cassiopea.Transfer;

namespace Cassiopea.Ftp.Site;

/// <summary>Deletes at the target what the source no longer has, each listed; what is excluded stays.</summary>
internal sealed class Deletion(SiteRun run, SiteSession target)
{
    public async Task RunAsync(CancellationToken token)
    {
        foreach (var file in run.ExtraFiles) await FileAsync(file, token);
        foreach (var root in run.ExtraDirectories)
        {
            var directories = new List<SitePath> { root };
            var files = new List<SitePath>();
            await foreach (var entry in target.WalkAsync(root, (path, failure) => Keep(path, failure), token))
            {
                if (run.Excludes.Match(entry.Path)) continue;
                if (entry.Kind == SiteEntryKind.Directory) directories.Add(entry.Path);
                else if (entry.Kind != SiteEntryKind.Unknown) files.Add(entry.Path);
            }

            foreach (var file in files) await FileAsync(file, token);
            foreach (var directory in directories.OrderByDescending(static path => path.Bytes.Length)) await DirectoryAsync(directory, token);
        }
    }

    private async Task FileAsync(SitePath file, CancellationToken token)
    {
        try
        {
            await target.DeleteFileAsync(file, token);
            run.Journal!.Gone(file);
            run.Deleted(file, isDirectory: false);
        }
        catch (SiteException refused) when (refused.SessionUsable)
        {
            Keep(file, refused.Failure);
        }
    }

    private async Task DirectoryAsync(SitePath directory, CancellationToken token)
    {
        try
        {
            await target.DeleteDirectoryAsync(directory, token);
            run.Deleted(directory, isDirectory: true);
        }
        catch (SiteException refused) when (refused.SessionUsable)
        {
            Keep(directory, refused.Failure);
        }
    }

    private void Keep(SitePath path, TransferFailure failure) => run.Except(path.ToString(), failure, "Delete it at the new provider by hand.");
}
