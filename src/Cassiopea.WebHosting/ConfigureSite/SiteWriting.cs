using Cassiopea.Ftp;
using Cassiopea.Sites.Configuration;
using FtpEntryKind = Cassiopea.Ftp.SiteEntryKind;
using SitePath = Cassiopea.Sites.Tree.SitePath;

namespace Cassiopea.WebHosting;

/// <summary>Writes a plan at the new place: originals first, then configurations, then caches are emptied.</summary>
internal sealed class SiteWriting(SiteSession session) : IAsyncDisposable
{
    private readonly HashSet<string> _folders = new(StringComparer.Ordinal);

    /// <summary>Gives the folders of caches that the server does not list: what is in them stays.</summary>
    public async Task<IReadOnlyList<string>> WriteAsync(ConfigurationPlan plan, CancellationToken token)
    {
        List<string> kept = [];
        if (plan.Files.Count > 0)
            await PutAsync(ConfigurationPlan.Refusal.File, ConfigurationPlan.Refusal.Content, token);
        foreach (var file in plan.Files)
            await PutAsync(file.KeptFile, file.KeptContent, token);
        foreach (var file in plan.Files)
            await PutAsync(file.File, file.Content, token);
        foreach (var step in plan.Steps.Where(static s => s.Kind == ConfigurationStepKind.DeleteCache))
            await EmptyAsync(FtpSiteTree.Of(step.Path), kept, token);
        return kept;
    }

    /// <summary>Makes folders, and those in them, writable for the site's program. Gives those that the server does not change, or of which it does not list what is in them.</summary>
    /// <param name="plan">Names them.</param>
    /// <param name="mode">Permission bits.</param>
    /// <param name="token">Ends it.</param>
    public async Task<IReadOnlyList<string>> OpenAsync(ConfigurationPlan plan, int mode, CancellationToken token)
    {
        List<string> closed = [];
        foreach (var step in plan.Steps.Where(static s => s.Kind == ConfigurationStepKind.MakeWritable))
        {
            List<Ftp.SitePath> folders = [FtpSiteTree.Of(step.Path)];
            var isWhole = true;
            await foreach (var entry in session.WalkAsync(folders[0], (_, _) => isWhole = false, token))
            {
                if (entry.Kind == FtpEntryKind.Directory)
                    folders.Add(entry.Path);
            }

            foreach (var folder in folders)
            {
                if (await session.SetModeAsync(folder, mode, token))
                    continue;
                isWhole = false;
                break;
            }

            if (!isWhole)
                closed.Add(step.Path.ToString());
        }

        return closed;
    }

    /// <summary>Puts a file, and the folders above it where they are missing.</summary>
    public async Task PutAsync(SitePath file, byte[] content, CancellationToken token)
    {
        for (var slash = file.Bytes.IndexOf('/', StringComparison.Ordinal); slash > 0; slash = file.Bytes.IndexOf('/', slash + 1))
        {
            if (_folders.Add(file.Bytes[..slash]))
                await session.MakeDirectoryAsync(FtpSiteTree.Of(SitePath.OfBytes(file.Bytes[..slash])), token);
        }

        using MemoryStream stream = new(content);
        await session.PutAsync(FtpSiteTree.Of(file), stream, new SiteFileFacts(content.Length), token);
    }

    public ValueTask DisposeAsync() => session.DisposeAsync();

    /// <summary>Deletes a file, or the files in a folder; the folder itself stays, since the system expects it.</summary>
    private async Task EmptyAsync(Ftp.SitePath path, List<string> kept, CancellationToken token)
    {
        if (await session.SizeAsync(path, token) is not null)
        {
            await session.DeleteFileAsync(path, token);
            return;
        }

        List<Ftp.SitePath> files = [];
        // a cache that was not copied is not there: nothing to empty
        await foreach (var entry in session.WalkAsync(path, (folder, _) => kept.AddRange(folder == path ? [] : [folder.ToString()]), token))
        {
            if (entry.Kind is FtpEntryKind.File or FtpEntryKind.Link)
                files.Add(entry.Path);
        }

        foreach (var file in files)
            await session.DeleteFileAsync(file, token);
    }
}
