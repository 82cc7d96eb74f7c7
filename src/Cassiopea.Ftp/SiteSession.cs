using System.Runtime.CompilerServices;
using System.Security.Cryptography.X509Certificates;
using Cassiopea.Ftp.Driver;
using Cassiopea.Ftp.Local;
using Cassiopea.Ftp.Sftp;
using Cassiopea.Transfer;

namespace Cassiopea.Ftp;

/// <summary>How a session behaves.</summary>
public sealed record SiteSessionOptions
{
    /// <summary>Longest time until the login is done.</summary>
    /// <value>30 s.</value>
    public TimeSpan Connect { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Longest time without an octet while one is waited for; starts anew with each.</summary>
    /// <value>60 s.</value>
    public TimeSpan Idle { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Certificates to trust instead of the system's; null = the system's.</summary>
    public X509Certificate2Collection? TrustedRoots { get; init; }

    /// <summary>What speaks FTP; SFTP and directories have no other driver.</summary>
    /// <value>The engine of this library.</value>
    public IFtpDriver Driver { get; init; } = EngineDriver.Instance;
}

/// <summary>
/// One connection to a site: FTP, SFTP or a directory of this machine behind the same verbs. Used by one task at a time. After a
/// <see cref="SiteException"/> whose <see cref="SiteException.SessionUsable"/> is false it is over.
/// </summary>
public abstract class SiteSession : IAsyncDisposable
{
    /// <summary>What a file is called while it is being written.</summary>
    public const string PartSuffix = ".cassiopea-part";

    /// <summary>Whose side it is.</summary>
    public TransferSide Side { get; protected init; }

    /// <summary>What the server says it is; empty when it does not say.</summary>
    public string Software { get; protected set; } = "";

    /// <summary>Times that an answer was waited for.</summary>
    public long RoundTrips { get; protected set; }

    internal virtual bool CanLink => false;

    /// <summary>False when the server has said that it does not set times.</summary>
    internal virtual bool SetsTimes => true;

    /// <summary>True when the server would keep a file or folder under another name than the one given, without saying so.</summary>
    internal virtual bool Renames(SitePath path) => false;

    /// <summary>Connects and logs in.</summary>
    /// <param name="account">Where and as whom.</param>
    /// <param name="side">Whose failures its failures are.</param>
    /// <param name="options">Limits.</param>
    /// <param name="token">Stops it.</param>
    /// <exception cref="SiteException">Unreachable, TLS or host key, authentication, or turned away; nothing stays open.</exception>
    public static async Task<SiteSession> OpenAsync(SiteAccount account, TransferSide side, SiteSessionOptions options, CancellationToken token) => account.Endpoint.Protocol switch
    {
        SiteProtocol.Ftp => await options.Driver.LoginAsync(account, side, options, token),
        SiteProtocol.Sftp => await SftpSession.LoginAsync(account, side, options, token),
        _ => LocalSession.Open(account.Endpoint, side),
    };

    /// <summary>Everything in one directory, hidden files too, without <c>.</c> and <c>..</c>.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="token">Stops it; the session is then over.</param>
    /// <exception cref="SiteException">There is no such directory, or it may not be read.</exception>
    public abstract Task<IReadOnlyList<SiteEntry>> ListAsync(SitePath directory, CancellationToken token);

    /// <summary>
    /// Everything below a directory: a directory before what is in it, one listing in memory at a time. Links are told, not followed. Directories
    /// that cannot be listed go to <paramref name="unreadable"/>.
    /// </summary>
    /// <param name="root">Where to begin.</param>
    /// <param name="unreadable">Called for each directory that the server does not list.</param>
    /// <param name="token">Stops it; the session is then over.</param>
    public async IAsyncEnumerable<SiteEntry> WalkAsync(SitePath root, Action<SitePath, TransferFailure> unreadable, [EnumeratorCancellation] CancellationToken token)
    {
        var open = new Stack<SitePath>([root]);
        while (open.TryPop(out var directory))
        {
            IReadOnlyList<SiteEntry> entries;
            try
            {
                entries = await ListAsync(directory, token);
            }
            catch (SiteException refused) when (refused.SessionUsable)
            {
                unreadable(directory, refused.Failure);
                continue;
            }

            foreach (var entry in entries)
            {
                if (entry.Kind == SiteEntryKind.Directory) open.Push(entry.Path);
                yield return entry;
            }
        }
    }

    /// <summary>Opens a file for reading, from an offset. Nothing else may be asked of the session until the stream is disposed.</summary>
    /// <param name="file">The file.</param>
    /// <param name="offset">First byte wanted.</param>
    /// <param name="token">Stops the opening.</param>
    /// <returns>A stream that ends where the server's confirmation was received; a file that the server could not send whole throws at its end.</returns>
    public async Task<Stream> OpenReadAsync(SitePath file, long offset, CancellationToken token) => new SiteReadStream(this, (await StartReadAsync(file, offset, token)).Stream);

    /// <summary>Writes a file under a temporary name, checks its size, sets time and mode, and gives it its name: the old content stays until then.</summary>
    /// <param name="file">The file.</param>
    /// <param name="content">Read to its end.</param>
    /// <param name="facts">What it is to have.</param>
    /// <param name="token">Stops it; the session is then over.</param>
    public async Task PutAsync(SitePath file, Stream content, SiteFileFacts facts, CancellationToken token)
    {
        var part = file.With(".cassiopea-part"u8);
        var to = await StartWriteAsync(part, 0, token);
        var counted = 0L;
        var buffer = new byte[64 << 10];
        int read;
        while ((read = await content.ReadAsync(buffer, token)) > 0)
        {
            await to.WriteAsync(buffer.AsMemory(0, read), token);
            counted += read;
        }

        await EndWriteAsync(part, facts with { Size = counted }, another: false, token);
        TransferFailure? failure = null;
        Commit(part, file, result => failure = result);
        await FlushAsync(token);
        if (failure is not null) throw new SiteException(failure.Side, failure.Kind, failure.Code, failure.Text, usable: true);
    }

    /// <summary>Size of a file; null when there is no such file.</summary>
    /// <param name="file">The file; a link is followed.</param>
    /// <param name="token">Stops it.</param>
    public abstract Task<long?> SizeAsync(SitePath file, CancellationToken token);

    /// <summary>Makes a directory; one that exists is left as it is.</summary>
    /// <param name="directory">Its parent must exist.</param>
    /// <param name="token">Stops it.</param>
    public abstract Task MakeDirectoryAsync(SitePath directory, CancellationToken token);

    /// <summary>Deletes a file or a link; one that does not exist is no failure.</summary>
    /// <param name="file">The file.</param>
    /// <param name="token">Stops it.</param>
    public abstract Task DeleteFileAsync(SitePath file, CancellationToken token);

    /// <summary>Deletes an empty directory.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="token">Stops it.</param>
    public abstract Task DeleteDirectoryAsync(SitePath directory, CancellationToken token);

    /// <summary>Gives a file another name; what bore it is replaced.</summary>
    /// <param name="from">Old name.</param>
    /// <param name="to">New name.</param>
    /// <param name="token">Stops it.</param>
    public async Task RenameAsync(SitePath from, SitePath to, CancellationToken token)
    {
        TransferFailure? failure = null;
        Commit(from, to, result => failure = result);
        await FlushAsync(token);
        if (failure is not null) throw new SiteException(failure.Side, failure.Kind, failure.Code, failure.Text, usable: true);
    }

    /// <summary>Sets permission bits.</summary>
    /// <param name="path">File or directory.</param>
    /// <param name="mode">For example octal 644.</param>
    /// <param name="token">Stops it.</param>
    /// <returns>False when the server does not do it.</returns>
    public abstract Task<bool> SetModeAsync(SitePath path, int mode, CancellationToken token);

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();

    /// <summary>Begins to read; <see cref="EndReadAsync"/> when the stream is at its end, <see cref="AbandonAsync"/> otherwise.</summary>
    internal abstract Task<SiteReading> StartReadAsync(SitePath file, long offset, CancellationToken token);

    /// <summary>Receives the server's confirmation that all was sent.</summary>
    internal abstract Task EndReadAsync(bool another, CancellationToken token);

    /// <summary>Begins to write; <see cref="EndWriteAsync"/> when all was written, <see cref="AbandonAsync"/> otherwise.</summary>
    internal abstract Task<Stream> StartWriteAsync(SitePath part, long offset, CancellationToken token);

    /// <summary>Receives the server's confirmation, checks the size, sets time and mode.</summary>
    /// <param name="part">The file written.</param>
    /// <param name="facts">What it is to have.</param>
    /// <param name="another">True when another file follows: it is asked for ahead.</param>
    /// <param name="token">Stops it.</param>
    internal abstract Task EndWriteAsync(SitePath part, SiteFileFacts facts, bool another, CancellationToken token);

    /// <summary>Gives up the read or write of the moment; the session stays usable where it can.</summary>
    internal abstract Task AbandonAsync(CancellationToken token);

    /// <summary>Gives a written file its name, with the next thing that is sent or with <see cref="FlushAsync"/>.</summary>
    /// <param name="part">The file written.</param>
    /// <param name="final">Its name.</param>
    /// <param name="done">Called once with null or the failure; not called when the session breaks first.</param>
    internal abstract void Commit(SitePath part, SitePath final, Action<TransferFailure?> done);

    /// <summary>Sends what waits to be committed and receives the answers.</summary>
    internal abstract Task FlushAsync(CancellationToken token);

    /// <summary>The file that a name leads to, links followed; null when it leads to none.</summary>
    internal abstract Task<SiteEntry?> FollowAsync(SitePath path, CancellationToken token);

    /// <summary>Makes a symbolic link in place of whatever file bore the name.</summary>
    internal virtual Task LinkAsync(SitePath path, SitePath target, CancellationToken token) => throw new NotSupportedException();
}

/// <summary>A read that has begun.</summary>
/// <param name="Stream">The content.</param>
/// <param name="Modified">Unix seconds UTC when the server told it on this occasion.</param>
internal readonly record struct SiteReading(Stream Stream, long? Modified);
