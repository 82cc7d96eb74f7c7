using System.Text;
using Cassiopea.Sites.Tree;

namespace Cassiopea.Sites.Tests;

/// <summary>A site in memory, in the order in which its files are written here.</summary>
internal sealed class MemoryTree : ISiteTree
{
    private readonly Dictionary<string, byte[]> _files = new(StringComparer.Ordinal);

    public IEnumerable<SitePath> Paths => _files.Keys.Select(SitePath.OfBytes);

    public string this[string path]
    {
        get => Encoding.Latin1.GetString(_files[path]);
        set => _files[path] = Encoding.UTF8.GetBytes(value);
    }

    public void Put(string path, byte[] content) => _files[path] = content;

    public async IAsyncEnumerable<SiteEntry> ListAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken token)
    {
        await Task.Yield();
        foreach (var (path, content) in _files)
        {
            token.ThrowIfCancellationRequested();
            yield return new SiteEntry(SitePath.OfBytes(path), SiteEntryKind.File, content.Length, null);
        }
    }

    public Task<Stream> OpenAsync(SitePath path, CancellationToken token) =>
        _files.TryGetValue(path.Bytes, out var content) ? Task.FromResult<Stream>(new MemoryStream(content)) : throw new FileNotFoundException(path.ToString());
}
