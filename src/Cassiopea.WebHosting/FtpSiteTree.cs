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

namespace Cassiopea.WebHosting;

/// <summary>A site at a server as a tree to read: over FTP, FTPS or SFTP.</summary>
internal sealed class FtpSiteTree(SiteAccount account, TransferSide side, SiteSessionOptions options, int connections) : RemoteSiteTree<SiteSession>(connections)
{
    /// <summary>Folders that the server does not list.</summary>
    public List<string> Unreadable { get; } = [];

    public static FtpPath Of(SitePath path) => FtpPath.Of((ReadOnlySpan<byte>)Encoding.Latin1.GetBytes(path.Bytes));

    /// <summary>True when the server does not give this one file, and would give others: it may not be read, or is gone (vsftpd answers 550 to both).</summary>
    public static bool IsNotGiven(Exception e) => e is FileNotFoundException or SiteException { SessionUsable: true } or IOException { InnerException: SiteException { SessionUsable: true } };

    protected override Task<SiteSession> ConnectAsync(CancellationToken token) => SiteSession.OpenAsync(account, side, options, token);

    protected override async IAsyncEnumerable<SiteEntry> ListAsync(SiteSession session, [EnumeratorCancellation] CancellationToken token)
    {
        await foreach (var entry in session.WalkAsync(FtpPath.Root, (path, _) => Unreadable.Add(path.ToString()), token))
        {
            var kind = entry.Kind switch
            {
                FtpEntryKind.File => SiteEntryKind.File,
                FtpEntryKind.Directory => SiteEntryKind.Folder,
                FtpEntryKind.Link => SiteEntryKind.Link,
                _ => SiteEntryKind.Other,
            };
            yield return new SiteEntry(
                Of(entry.Path), kind, Math.Max(0, entry.Size), entry.Precision == TimePrecision.None ? null : DateTimeOffset.FromUnixTimeSeconds(entry.Modified), Of(entry.LinkTarget));
        }
    }

    private static SitePath Of(FtpPath path) => SitePath.OfBytes(Encoding.Latin1.GetString(path.Bytes));

    protected override async Task<Stream> OpenAsync(SiteSession session, SitePath path, CancellationToken token)
    {
        try
        {
            return await session.OpenReadAsync(Of(path), 0, token);
        }
        catch (SiteException e) when (e.SessionUsable)
        {
            throw e.NotFound ? new FileNotFoundException(path.ToString(), e) : new IOException(e.Message, e);
        }
    }

    protected override bool IsUsableAfter(Exception exception) => exception is IOException { InnerException: SiteException { SessionUsable: true } };
}
