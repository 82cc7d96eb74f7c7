using System.Runtime.CompilerServices;
using System.Text;

namespace Cassiopea.Sites.Tree;

/// <summary>A folder of this machine as a site. Names are read as bytes: .NET's own listing cannot name what is not UTF-8.</summary>
/// <param name="root">The site's document root.</param>
public sealed class LocalSiteTree(string root) : ISiteTree
{
    private readonly string _root = Path.GetFullPath(root);

    /// <inheritdoc/>
    public async IAsyncEnumerable<SiteEntry> ListAsync([EnumeratorCancellation] CancellationToken token)
    {
        await Task.CompletedTask;
        Stack<string> folders = new([""]);
        while (folders.TryPop(out var folder))
        {
            foreach (var name in LinuxFiles.Names(Full(folder)).Order(StringComparer.Ordinal))
            {
                token.ThrowIfCancellationRequested();
                var path = folder.Length == 0 ? name : folder + "/" + name;
                var entry = LinuxFiles.Look(Full(path), SitePath.OfBytes(path));
                if (entry.Kind == SiteEntryKind.Folder)
                    folders.Push(path);
                yield return entry;
            }
        }
    }

    /// <inheritdoc/>
    public Task<Stream> OpenAsync(SitePath path, CancellationToken token)
    {
        token.ThrowIfCancellationRequested();
        return Task.FromResult<Stream>(new FileStream(LinuxFiles.Open(Full(path.Bytes)), FileAccess.Read, 64 << 10));
    }

    private string Full(string path) => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(_root)) + (path.Length == 0 ? "" : "/" + path);
}
