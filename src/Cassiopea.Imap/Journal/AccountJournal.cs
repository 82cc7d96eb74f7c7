using Cassiopea.Transfer;

namespace Cassiopea.Imap.Journal;

/// <summary>The state of a folder at both ends after a pass that ran to its end: while nothing differs from it, there is nothing to do.</summary>
/// <param name="SourceValidity">UIDVALIDITY at the source.</param>
/// <param name="SourceNext">UIDNEXT at the source.</param>
/// <param name="SourceMessages">Messages at the source.</param>
/// <param name="SourceModSeq">HIGHESTMODSEQ at the source; 0 when not offered.</param>
/// <param name="TargetValidity">UIDVALIDITY at the target.</param>
/// <param name="TargetNext">UIDNEXT at the target: a smaller one later means that the folder was made anew.</param>
/// <param name="Excluded">Source messages left out by a decision.</param>
/// <param name="Gone">Messages known before that are gone at the source.</param>
/// <param name="Settled">True when no message was refused and none is to be compared again.</param>
/// <param name="Since">The date before which messages were left out; 0 = none.</param>
internal sealed record FolderSnapshot(
    uint SourceValidity, uint SourceNext, long SourceMessages, ulong SourceModSeq, uint TargetValidity, uint TargetNext, long Excluded, long Gone, bool Settled, long Since);

/// <summary>A folder of the journal.</summary>
internal sealed class JournalFolder(int number, string source, string target)
{
    public int Number { get; } = number;

    /// <summary>Name at the source as on the wire.</summary>
    public string Source { get; } = source;

    /// <summary>Name at the target as on the wire: once chosen, kept for all passes.</summary>
    public string Target { get; } = target;

    public FolderSnapshot? Snapshot { get; set; }
}

/// <summary>
/// The journal of one mailbox: which folder is which, and their last states. A directory holds it, one more file per folder,
/// and a lock, so that two runs never share it (facts R14).
/// </summary>
internal sealed class AccountJournal : IDisposable
{
    private readonly string _directory;
    private readonly FileStream _lock;
    private readonly Dictionary<string, JournalFolder> _bySource = new(StringComparer.Ordinal);
    private readonly List<JournalFolder> _folders = [];
    private readonly JournalWriter _writer = new();
    private readonly RecordLog _log;
    private readonly Lock _writing = new();
    private string? _identity;

    private AccountJournal(string directory, FileStream held)
    {
        (_directory, _lock) = (directory, held);
        _log = RecordLog.Open(Path.Combine(directory, "account.journal"), Replay);
    }

    public IReadOnlyList<JournalFolder> Folders => _folders;

    /// <summary>Opens or begins the journal of a directory.</summary>
    /// <param name="directory">Made when missing.</param>
    /// <param name="source">Who the source is.</param>
    /// <param name="target">Who the target is.</param>
    /// <exception cref="TransferException">Another run holds it, it belongs to other accounts, or it is damaged.</exception>
    public static AccountJournal Open(string directory, string source, string target)
    {
        FileStream? held = null;
        AccountJournal? journal = null;
        try
        {
            Directory.CreateDirectory(directory);
            held = new FileStream(Path.Combine(directory, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            journal = new(directory, held);
            journal.Identify($"{source}\n{target}");
            return journal;
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            journal?.Dispose();
            held?.Dispose();
            throw Failure(failed, directory);
        }
        catch
        {
            journal?.Dispose();
            throw;
        }
    }

    /// <summary>The folder of a source name; null when it is not known yet.</summary>
    public JournalFolder? Find(string source) => _bySource.GetValueOrDefault(source);

    public JournalFolder Add(string source, string target)
    {
        lock (_writing)
        {
            var folder = new JournalFolder(_folders.Count + 1, source, target);
            Keep(folder);
            _log.Append(_writer.Start(RecordType.Folder).Number((ulong)folder.Number).Text(source).Text(target).Written);
            return folder;
        }
    }

    public void Save(JournalFolder folder, FolderSnapshot snapshot)
    {
        lock (_writing)
        {
            folder.Snapshot = snapshot;
            _log.Append(_writer.Start(RecordType.Snapshot).Number((ulong)folder.Number)
                .Number(snapshot.SourceValidity).Number(snapshot.SourceNext).Number((ulong)snapshot.SourceMessages).Number(snapshot.SourceModSeq)
                .Number(snapshot.TargetValidity).Number(snapshot.TargetNext).Number((ulong)snapshot.Excluded).Number((ulong)snapshot.Gone).Byte(snapshot.Settled ? (byte)1 : (byte)0)
                .Long(snapshot.Since).Written);
            _log.Flush();
        }
    }

    public FolderJournal Open(JournalFolder folder) =>
        FolderJournal.OpenFile(Path.Combine(_directory, $"folder-{folder.Number:D5}.journal"));

    public GmailClaims OpenClaims() => GmailClaims.OpenFile(Path.Combine(_directory, "gmail.journal"));

    public void FlushToDisk()
    {
        lock (_writing) _log.FlushToDisk();
    }

    public void Dispose()
    {
        _log.Dispose();
        _lock.Dispose();
    }

    private static TransferException Failure(Exception failed, string directory) => failed switch
    {
        InvalidDataException => new(TransferSide.Us, TransferFailureKind.Broken, TransferCode.InternalError, $"The journal in {directory} is damaged: {failed.Message}", failed),
        UnauthorizedAccessException => new(TransferSide.Us, TransferFailureKind.Refused, TransferCode.StorageFull, $"The journal in {directory} cannot be written.", failed),
        _ => new(TransferSide.Us, TransferFailureKind.Passing, TransferCode.StorageFull, $"The journal in {directory} cannot be opened: another run holds it, or the disk is full. {failed.Message}", failed),
    };

    private void Identify(string identity)
    {
        if (_identity is null)
        {
            _log.Append(_writer.Start(RecordType.Identity).Text(identity).Written);
            _log.FlushToDisk();
            _identity = identity;
        }
        else if (!string.Equals(_identity, identity, StringComparison.Ordinal))
        {
            throw new TransferException(TransferSide.Us, TransferFailureKind.Refused, TransferCode.PermissionDenied, $"The journal in {_directory} belongs to another pair of accounts. Use another --journal.");
        }
    }

    private void Keep(JournalFolder folder)
    {
        _folders.Add(folder);
        _bySource[folder.Source] = folder;
    }

    private void Replay(ReadOnlySpan<byte> record)
    {
        var reader = new JournalReader(record);
        switch ((RecordType)reader.Byte())
        {
            case RecordType.Identity:
                _identity = reader.Text();
                break;
            case RecordType.Folder:
                if (reader.Number() != (ulong)_folders.Count + 1) throw new InvalidDataException("A folder is out of order.");
                Keep(new(_folders.Count + 1, reader.Text(), reader.Text()));
                break;
            case RecordType.Snapshot:
                var number = reader.Number();
                if (number == 0 || number > (ulong)_folders.Count) throw new InvalidDataException("A snapshot of an unknown folder.");
                _folders[(int)number - 1].Snapshot = new(
                    reader.Uid(), reader.Uid(), (long)reader.Number(), reader.Number(), reader.Uid(), reader.Uid(), (long)reader.Number(), (long)reader.Number(), reader.Byte() == 1, reader.Long());
                break;
            default:
                throw new InvalidDataException("A record of an unknown kind.");
        }
    }
}
