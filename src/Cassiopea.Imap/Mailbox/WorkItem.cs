using System.Buffers;
using System.Threading.Channels;
using Cassiopea.Imap.Journal;
using Cassiopea.Transfer;

namespace Cassiopea.Imap.Mailbox;

/// <summary>What the reader of the source hands to the writer at the target, in the order of the source.</summary>
internal abstract record WorkItem(FolderWork Folder);

/// <summary>Small messages.</summary>
internal sealed record BatchItem(FolderWork Folder, Batch Batch) : WorkItem(Folder);

/// <summary>The source does not give a message.</summary>
internal sealed record UnreadableItem(FolderWork Folder, uint Uid, TransferFailure Failure) : WorkItem(Folder);

/// <summary>Flags that changed at the source since they were carried over last.</summary>
internal sealed record FlagsItem(FolderWork Folder, IReadOnlyList<FlagChange> Changes) : WorkItem(Folder);

/// <summary>The folder was read to its end.</summary>
internal sealed record FolderEndItem(FolderWork Folder) : WorkItem(Folder);

/// <summary>A change of the flags of one message at the source.</summary>
internal readonly record struct FlagChange(uint Uid, uint TargetUid, FlagSet Before, FlagSet After);

/// <summary>One large message on its way: parts go through a short channel, so that it is never held whole.</summary>
internal sealed record BigItem(FolderWork Folder, uint Uid, FlagSet Flags, InternalDate Date, long Size) : WorkItem(Folder)
{
    /// <summary>Octets of one part.</summary>
    public const int PartSize = 256 << 10;

    private readonly Channel<(byte[] Octets, int Length)> _parts = Channel.CreateBounded<(byte[], int)>(12);

    /// <summary>Set before the last part is handed over.</summary>
    public Fingerprint Print { get; private set; }

    public Fingerprint Begun => new(default, default, Size, Date, Oddity.None, HasHash: false);

    public ValueTask AddAsync(byte[] octets, int length, CancellationToken token) => _parts.Writer.WriteAsync((octets, length), token);

    public void End(Fingerprint print)
    {
        Print = print;
        _parts.Writer.Complete();
    }

    /// <summary>The source was lost in the middle.</summary>
    public void Abandon(Exception why) => _parts.Writer.TryComplete(why);

    /// <summary>The next part, or null at the end. Give it back with <see cref="ArrayPool{T}"/>.</summary>
    public async ValueTask<(byte[] Octets, int Length)?> NextAsync(CancellationToken token)
    {
        while (await _parts.Reader.WaitToReadAsync(token))
        {
            if (_parts.Reader.TryRead(out var part)) return part;
        }

        return null;
    }
}
