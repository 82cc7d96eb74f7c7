using Cassiopea.Imap.Mailbox;

namespace Cassiopea.Imap.Journal;

/// <summary>Hears what the records of a folder journal say, in their order.</summary>
internal interface IFolderRecords
{
    void OnGeneration(uint sourceValidity, uint targetValidity);

    void OnFlags(int number, FlagSet flags);

    void OnIntent(uint uid, uint targetNext, int flags, in Fingerprint print);

    void OnHash(uint uid, in Hash256 hash, in Hash256 canonical, Oddity oddity);

    void OnDone(uint uid, uint targetUid, bool check);

    void OnRefused(uint uid);

    void OnFlagsCarried(uint uid, int flags);

    void OnWithdrawn(uint uid);

    void OnLocated(uint uid, uint targetUid);

    void OnChecked(uint uid);

    void OnTargetRenewed(uint targetValidity);

    void OnDoubted(uint uid, long since);

    void OnSettled(uint uid);
}

/// <summary>Takes the records of a folder journal apart: a pure function over bytes that throws <see cref="InvalidDataException"/> only.</summary>
internal static class FolderRecords
{
    /// <summary>True when a server may rewrite such a message, so that its canonical hash is kept beside the exact one.</summary>
    public static bool IsRewritten(Oddity oddity) => (oddity & (Oddity.LineEnds | Oddity.Nul | Oddity.PerhapsNul)) != Oddity.None;

    public static void Read(ReadOnlySpan<byte> record, IFolderRecords hears)
    {
        var reader = new JournalReader(record);
        switch ((RecordType)reader.Byte())
        {
            case RecordType.Generation:
                hears.OnGeneration(reader.Uid(), reader.Uid());
                break;
            case RecordType.Flags:
                hears.OnFlags((int)reader.Uid(), FlagSet.FromText(reader.Text()));
                break;
            case RecordType.Intent:
                var targetNext = reader.Uid();
                for (var count = reader.Uid(); count > 0; count--) Intent(targetNext, ref reader, hears);
                break;
            case RecordType.Done:
                for (var count = reader.Uid(); count > 0; count--) hears.OnDone(reader.Uid(), reader.Uid(), reader.Byte() != 0);
                break;
            case RecordType.Refused:
                hears.OnRefused(reader.Uid());
                break;
            case RecordType.FlagsCarried:
                hears.OnFlagsCarried(reader.Uid(), (int)Math.Min(reader.Uid(), int.MaxValue));
                break;
            case RecordType.Hash:
                var uid = reader.Uid();
                var oddity = (Oddity)reader.Byte();
                var hash = Hash256.From(reader.Bytes(32));
                hears.OnHash(uid, hash, IsRewritten(oddity) ? Hash256.From(reader.Bytes(32)) : default, oddity);
                break;
            case RecordType.Withdrawn:
                hears.OnWithdrawn(reader.Uid());
                break;
            case RecordType.Located:
                hears.OnLocated(reader.Uid(), reader.Uid());
                break;
            case RecordType.Checked:
                hears.OnChecked(reader.Uid());
                break;
            case RecordType.TargetRenewed:
                hears.OnTargetRenewed(reader.Uid());
                break;
            case RecordType.Doubted:
                hears.OnDoubted(reader.Uid(), reader.Long());
                break;
            case RecordType.Settled:
                hears.OnSettled(reader.Uid());
                break;
            default:
                throw new InvalidDataException("A record of an unknown kind.");
        }
    }

    public static void Write(JournalWriter writer, in JournalMessage message, int flags)
    {
        var print = message.Print;
        var (hash, canonical) = (print.Hash, print.Canonical);
        writer.Number(message.Uid).Number((ulong)flags).Number((ulong)print.Size).Long(print.Date.Seconds)
            .Number((ulong)(print.Date.Offset + 2048)).Byte((byte)print.Oddity).Byte(print.HasHash ? (byte)1 : (byte)0);
        if (!print.HasHash) return;
        writer.Bytes(hash);
        if (IsRewritten(print.Oddity)) writer.Bytes(canonical);
    }

    private static void Intent(uint targetNext, ref JournalReader reader, IFolderRecords hears)
    {
        var uid = reader.Uid();
        var flags = (int)Math.Min(reader.Uid(), int.MaxValue);
        var size = (long)Math.Min(reader.Number(), long.MaxValue);
        var seconds = reader.Long();
        var offset = (short)((long)Math.Min(reader.Number(), 4096) - 2048);
        var oddity = (Oddity)reader.Byte();
        var hasHash = reader.Byte() != 0;
        Hash256 hash = default, canonical = default;
        if (hasHash) hash = Hash256.From(reader.Bytes(32));
        if (hasHash && IsRewritten(oddity)) canonical = Hash256.From(reader.Bytes(32));
        hears.OnIntent(uid, targetNext, flags, new(hash, canonical, size, new(seconds, offset), oddity, hasHash));
    }
}

/// <summary>Gathers what the messages of the last generation look like.</summary>
internal sealed class PrintCollector : IFolderRecords
{
    public Dictionary<uint, Fingerprint> Prints { get; } = [];

    public void OnGeneration(uint sourceValidity, uint targetValidity) => Prints.Clear();

    public void OnFlags(int number, FlagSet flags)
    {
    }

    public void OnIntent(uint uid, uint targetNext, int flags, in Fingerprint print) => Prints[uid] = print;

    public void OnHash(uint uid, in Hash256 hash, in Hash256 canonical, Oddity oddity)
    {
        if (Prints.TryGetValue(uid, out var print)) Prints[uid] = print with { Hash = hash, Canonical = canonical, Oddity = oddity, HasHash = true };
    }

    public void OnDone(uint uid, uint targetUid, bool check)
    {
    }

    public void OnRefused(uint uid)
    {
    }

    public void OnFlagsCarried(uint uid, int flags)
    {
    }

    public void OnWithdrawn(uint uid) => Prints.Remove(uid);

    public void OnLocated(uint uid, uint targetUid)
    {
    }

    public void OnChecked(uint uid)
    {
    }

    public void OnTargetRenewed(uint targetValidity)
    {
    }

    public void OnDoubted(uint uid, long since) => Prints.Remove(uid);

    public void OnSettled(uint uid)
    {
    }
}
