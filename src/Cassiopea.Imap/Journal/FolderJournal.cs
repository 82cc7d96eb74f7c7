using Cassiopea.Imap.Mailbox;
using Cassiopea.Transfer;

namespace Cassiopea.Imap.Journal;

/// <summary>
/// The journal of one folder. What is sent is written here before (<see cref="Intend"/>) and after (<see cref="Done"/>), so that after
/// any interruption it is known which messages arrived, which did not, and which must be looked for, and from which UID on.
/// Written by one task at a time.
/// </summary>
internal sealed class FolderJournal : IDisposable
{
    private readonly string _path;
    private readonly RecordLog _log;
    private readonly FolderState _state = new();
    private readonly JournalWriter _writer = new();

    private FolderJournal(string path)
    {
        _path = path;
        LastIntent = new(File.GetLastWriteTimeUtc(path));
        _log = RecordLog.Open(path, record => FolderRecords.Read(record, _state));
    }

    public uint SourceValidity => _state.SourceValidity;

    public uint TargetValidity => _state.TargetValidity;

    /// <summary>Sorted by source UID.</summary>
    public IReadOnlyList<MessageEntry> Entries => _state.Entries;

    /// <summary>Messages whose fate is not known, by source UID.</summary>
    public IReadOnlyDictionary<uint, OpenIntent> Open => _state.Open;

    /// <summary>Sendings that were given up and may still arrive.</summary>
    public IReadOnlyList<LateIntent> Late => _state.Late;

    /// <summary>When intents were last written: by this run, or else when an earlier run wrote last.</summary>
    public DateTimeOffset LastIntent { get; private set; }

    public static FolderJournal OpenFile(string path)
    {
        try
        {
            return new(path);
        }
        catch (InvalidDataException damaged)
        {
            throw new TransferException(TransferSide.Us, TransferFailureKind.Broken, TransferCode.InternalError, $"The journal {Path.GetFileName(path)} is damaged: {damaged.Message}", damaged);
        }
    }

    public FlagSet FlagsOf(int number) => _state.FlagsOf(number);

    public bool TryFind(uint uid, out MessageEntry entry) => _state.TryFind(uid, out entry);

    /// <summary>Forgets all messages: the UIDs of an end are new.</summary>
    public void BeginGeneration(uint sourceValidity, uint targetValidity)
    {
        _log.Append(_writer.Start(RecordType.Generation).Number(sourceValidity).Number(targetValidity).Written);
        _state.OnGeneration(sourceValidity, targetValidity);
    }

    /// <summary>Messages are about to be sent. Not on the disk before <see cref="FlushToDisk"/>.</summary>
    /// <param name="targetNext">The target's UIDNEXT: what arrives gets no smaller UID.</param>
    /// <param name="messages">At most some hundreds.</param>
    public void Intend(uint targetNext, ReadOnlySpan<JournalMessage> messages)
    {
        foreach (ref readonly var message in messages) Number(message.Flags);
        _writer.Start(RecordType.Intent).Number(targetNext).Number((ulong)messages.Length);
        foreach (ref readonly var message in messages)
        {
            var flags = Number(message.Flags);
            FolderRecords.Write(_writer, message, flags);
            _state.OnIntent(message.Uid, targetNext, flags, message.Print);
        }

        _log.Append(_writer.Written);
        LastIntent = TimeProvider.System.GetUtcNow();
    }

    /// <summary>The end of a streamed message was read: its hash is known now.</summary>
    public void Hash(uint uid, in Hash256 hash, in Hash256 canonical, Oddity oddity)
    {
        _writer.Start(RecordType.Hash).Number(uid).Byte((byte)oddity).Bytes(hash);
        if (FolderRecords.IsRewritten(oddity)) _writer.Bytes(canonical);
        _log.Append(_writer.Written);
        _state.OnHash(uid, hash, canonical, oddity);
    }

    /// <summary>Messages are at the target.</summary>
    /// <param name="uids">Source UIDs, with the target's UIDs (0 = not known) and whether they are to be compared there.</param>
    public void Done(ReadOnlySpan<(uint Uid, uint TargetUid, bool Check)> uids)
    {
        _writer.Start(RecordType.Done).Number((ulong)uids.Length);
        foreach (var (uid, targetUid, check) in uids)
        {
            _writer.Number(uid).Number(targetUid).Byte(check ? (byte)1 : (byte)0);
            _state.OnDone(uid, targetUid, check);
        }

        _log.Append(_writer.Written);
    }

    /// <summary>A message was refused by an end.</summary>
    public void Refused(uint uid, TransferFailure failure)
    {
        _log.Append(_writer.Start(RecordType.Refused).Number(uid).Byte((byte)failure.Side).Byte((byte)failure.Kind).Text(failure.Code).Text(failure.Text).Written);
        _state.OnRefused(uid);
    }

    /// <summary>The flags of a message were carried over.</summary>
    public void Carried(uint uid, FlagSet flags)
    {
        var number = Number(flags);
        _log.Append(_writer.Start(RecordType.FlagsCarried).Number(uid).Number((ulong)number).Written);
        _state.OnFlagsCarried(uid, number);
    }

    /// <summary>An intent came to nothing: the message did not arrive.</summary>
    public void Withdrawn(uint uid)
    {
        _log.Append(_writer.Start(RecordType.Withdrawn).Number(uid).Written);
        _state.OnWithdrawn(uid);
    }

    /// <summary>A message sent whole was not found: it is sent again, and the first sending is looked for later too.</summary>
    public void Doubted(uint uid, DateTimeOffset since)
    {
        var seconds = since.ToUnixTimeSeconds();
        _log.Append(_writer.Start(RecordType.Doubted).Number(uid).Long(seconds).Written);
        _state.OnDoubted(uid, seconds);
    }

    /// <summary>The first sending of a doubted message was found, or is not looked for any more.</summary>
    public void Settled(uint uid)
    {
        _log.Append(_writer.Start(RecordType.Settled).Number(uid).Written);
        _state.OnSettled(uid);
    }

    /// <summary>The target's UID of a message was found out.</summary>
    public void Located(uint uid, uint targetUid)
    {
        _log.Append(_writer.Start(RecordType.Located).Number(uid).Number(targetUid).Written);
        _state.OnLocated(uid, targetUid);
    }

    /// <summary>A message was compared at the target.</summary>
    public void Checked(uint uid)
    {
        _log.Append(_writer.Start(RecordType.Checked).Number(uid).Written);
        _state.OnChecked(uid);
    }

    /// <summary>The folder was deleted at the target and made again.</summary>
    public void TargetRenewed(uint targetValidity)
    {
        _log.Append(_writer.Start(RecordType.TargetRenewed).Number(targetValidity).Written);
        _state.OnTargetRenewed(targetValidity);
    }

    /// <summary>Hands the records to the operating system: they outlive the process.</summary>
    public void Flush() => _log.Flush();

    /// <summary>Waits for the disk: they outlive the machine.</summary>
    public void FlushToDisk() => _log.FlushToDisk();

    /// <summary>What every message that is at the target looks like: read again from the file, for it is needed only when an end has new UIDs.</summary>
    public Dictionary<uint, Fingerprint> ReadPrints()
    {
        _log.Flush();
        var collector = new PrintCollector();
        RecordLog.Read(_path, record => FolderRecords.Read(record, collector));
        var prints = new Dictionary<uint, Fingerprint>();
        foreach (var entry in Entries)
        {
            if (entry.State is EntryState.Done or EntryState.DoneUnchecked && collector.Prints.TryGetValue(entry.Uid, out var print) && print.HasHash)
                prints[entry.Uid] = print;
        }

        return prints;
    }

    public void Dispose() => _log.Dispose();

    private int Number(FlagSet flags)
    {
        if (_state.TryNumber(flags, out var number)) return number;
        number = _state.FlagCount;
        _log.Append(new JournalWriter().Start(RecordType.Flags).Number((ulong)number).Text(flags.Text).Written);
        _state.OnFlags(number, flags);
        return number;
    }
}
