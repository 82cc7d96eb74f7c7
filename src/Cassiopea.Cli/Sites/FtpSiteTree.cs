using System.Runtime.CompilerServices;
using System.Text;
using Cassiopea.Ftp;
using Cassiopea.Sites.Tree;
using Cassiopea.Transfer;
using FtpEntryKind = Cassiopea.Ftp.SiteEntryKind;
using FtpPath = Cassiopea.Ftp.SitePath;
using SiteEntry = Cassiopea.Sites.Tree.SiteEntry;
using SiteEntryKind = Cassiopea.Sites.Tree.SiteEntryKind;
using SitePath = Cassiopea.Sites.Tree.SitePath;

namespace Cassiopea.Cli.Sites;

/// <summary>A site at a server as a tree to read: over FTP, FTPS or SFTP.</summary>
internal sealed class FtpSiteTree(SiteAccount account, int connections) : RemoteSiteTree<SiteSession>(connections)
{
    protected override Task<SiteSession> ConnectAsync(CancellationToken token) => SiteSession.OpenAsync(account, TransferSide.Source, new SiteSessionOptions(), token);

    protected override async IAsyncEnumerable<SiteEntry> ListAsync(SiteSession session, [EnumeratorCancellation] CancellationToken token)
    {
        await foreach (var entry in session.WalkAsync(FtpPath.Root, static (path, failure) => Console.Error.WriteLine($"not listed: {path}: {failure.Text}"), token))
        {
            var kind = entry.Kind switch
            {
                FtpEntryKind.File => SiteEntryKind.File,
                FtpEntryKind.Directory => SiteEntryKind.Folder,
                FtpEntryKind.Link => SiteEntryKind.Link,
                _ => SiteEntryKind.Other,
            };
            yield return new SiteEntry(
                SitePath.OfBytes(Encoding.Latin1.GetString(entry.Path.Bytes)), kind, Math.Max(0, entry.Size), entry.Precision == TimePrecision.None ? null : DateTimeOffset.FromUnixTimeSeconds(entry.Modified));
        }
    }

    protected override async Task<Stream> OpenAsync(SiteSession session, SitePath path, CancellationToken token)
    {
        try
        {
            return await session.OpenReadAsync(FtpPath.Of((ReadOnlySpan<byte>)Encoding.Latin1.GetBytes(path.Bytes)), 0, token);
        }
        catch (SiteException e) when (e.SessionUsable)
        {
            throw e.NotFound ? new FileNotFoundException(path.ToString(), e) : new IOException(e.Message, e);
        }
    }

    protected override bool IsUsableAfter(Exception exception) => exception is IOException { InnerException: SiteException { SessionUsable: true } };
}
