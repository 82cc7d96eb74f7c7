using Cassiopea.Sites.Tree;

namespace Cassiopea.Cli.Sites;

/// <summary>The site that a command reads: a folder of this machine, or one behind FTP, FTPS or SFTP.</summary>
internal sealed class SiteTreeEnd(ISiteTree tree, int readers) : ISiteTree, IAsyncDisposable
{
    /// <summary>Files that may be read at once.</summary>
    public int Readers => readers;

    public static Task<SiteTreeEnd> OpenAsync(CommandLine line, CancellationToken token)
    {
        token.ThrowIfCancellationRequested();
        var from = line.Required("--from");
        if (from.Contains("://", StringComparison.Ordinal))
        {
            var connections = (int)line.Number("--connections", 4, 1, 32);
            return Task.FromResult(new SiteTreeEnd(new FtpSiteTree(SiteEnds.Account(line, "from"), connections), connections));
        }

        return Directory.Exists(from)
            ? Task.FromResult(new SiteTreeEnd(new LocalSiteTree(from), Environment.ProcessorCount))
            : throw new UsageException($"--from must be a folder, ftp:// or sftp://: {from}.");
    }

    public IAsyncEnumerable<SiteEntry> ListAsync(CancellationToken token) => tree.ListAsync(token);

    public Task<Stream> OpenAsync(SitePath path, CancellationToken token) => tree.OpenAsync(path, token);

    public ValueTask DisposeAsync() => tree is IAsyncDisposable remote ? remote.DisposeAsync() : ValueTask.CompletedTask;
}
