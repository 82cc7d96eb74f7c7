using System.Buffers;
using System.Threading.Channels;
using Cassiopea.Imap.Commands;
using Cassiopea.Imap.Wire;
using Cassiopea.Transfer;

namespace Cassiopea.Imap.Mailbox;

/// <summary>
/// Takes messages out of FETCH responses while they arrive: small ones into a batch, large ones through a short channel. Hashes and
/// looks through each on the way.
/// </summary>
internal sealed class MessageSink(TransferRun run, FolderWork folder, ChannelWriter<WorkItem> output, BatchPool pool, NulProbe? nul) : ILiteralSink
{
    private const int MostMessages = 200;
    private readonly FlagCatalog _flags = new();
    private readonly Dictionary<uint, (uint Uid, FlagSet Flags, InternalDate Date)> _facts = [];
    private readonly long _future = run.Time.GetUtcNow().ToUnixTimeSeconds() + 300;
    private UidSet _expected = new();
    private UidSet _seen = new();
    private Batch? _batch;
    private BigItem? _big;
    private int _limit = 25;
    private long _begun;
    private int _pending = -1;
    private uint _bigUid;

    public Func<bool> WriterIsIdle { get; init; } = static () => false;

    public FolderWork Folder => folder;

    /// <summary>The message that should come next.</summary>
    public uint Awaited => _expected.Each().FirstOrDefault(uid => !_seen.Contains(uid));

    /// <summary>Set when a response cannot be used as it is; the reader throws it between responses.</summary>
    public ImapException? Refusal { get; private set; }

    public void Expect(UidSet uids) => (_expected, _seen) = (uids, new());

    /// <summary>The messages that were expected and did not come.</summary>
    public UidSet Missing()
    {
        if (_seen.Count == _expected.Count) return new();
        var missing = new UidSet();
        foreach (var uid in _expected.Each().Where(uid => !_seen.Contains(uid))) missing.Add(uid);
        return missing;
    }

    public void ForgetFacts() => _facts.Clear();

    public void TakeFacts(uint number, in FetchItems items)
    {
        if (items.Uid != 0 && items.HasFlags) _facts[number] = (items.Uid, folder.WithLabels(items.Uid, _flags.Get(items.Flags)), InternalDate.Parse(items.InternalDate));
    }

    public async ValueTask<bool> TryReceiveAsync(ReadOnlyMemory<byte> head, long size, ImapReader reader, CancellationToken token)
    {
        if (!FetchItems.EndsWithBody(head.Span)) return false;
        if (size > Batch.BigMessage)
        {
            await ReceiveBigAsync(head, size, reader, token);
            return true;
        }

        var batch = await RoomAsync((int)size, token);
        for (var at = batch.Used; reader.LiteralLeft > 0;)
        {
            at += await reader.ReadLiteralAsync(batch.Octets.AsMemory(at, (int)reader.LiteralLeft), token);
        }

        _pending = (int)size;
        return true;
    }

    /// <summary>The response is complete: its message, if it has one, is put into the batch.</summary>
    public void Take(uint number, ReadOnlySpan<byte> name, ref ImapTokens rest)
    {
        if (!System.Text.Ascii.EqualsIgnoreCase(name, "FETCH"u8)) return;
        var items = FetchItems.Read(ref rest);
        var (pending, big) = (_pending, _bigUid);
        (_pending, _bigUid) = (-1, 0);
        if (big != 0)
        {
            _seen.Add(big);
            return;
        }

        if (pending < 0 && !items.HasBody) return; // news of flags, not an answer
        var (uid, flags, date) = Facts(number, items);
        if (uid == 0 || flags is null)
        {
            Refusal = FactsMissing();
            return;
        }

        if (!_expected.Contains(uid) || _seen.Contains(uid)) return;
        if (pending < 0)
        {
            if (!Inline(items.Body)) return;
            pending = items.Body.Length;
        }

        _seen.Add(uid);
        Add(uid, flags, date, pending);
    }

    /// <summary>The source does not give a message: it is handed on as such, in its place.</summary>
    public async ValueTask UnreadableAsync(uint uid, string text, CancellationToken token)
    {
        await FlushAsync(token);
        await output.WriteAsync(new UnreadableItem(folder, uid, new(TransferSide.Source, TransferFailureKind.Broken, TransferCode.ItemUnreadable, text)), token);
    }

    /// <summary>Hands over what is gathered.</summary>
    public async ValueTask FlushAsync(CancellationToken token)
    {
        if (_batch is not { Messages.Count: > 0 } batch) return;
        if (nul is not null) await nul.RestoreAsync(folder, batch, token);
        _batch = null;
        _limit = Math.Min(MostMessages, _limit * 2);
        await output.WriteAsync(new BatchItem(folder, batch), token);
    }

    /// <summary>The source was lost: what is whole is handed over, what is half is not.</summary>
    public void Abandon()
    {
        _big?.Abandon(ImapException.Lost(TransferSide.Source, "The source was lost in the middle of a message."));
        if (_batch is not { } batch) return;
        _batch = null;
        if (batch.Messages.Count == 0 || !output.TryWrite(new BatchItem(folder, batch))) pool.Return(batch);
    }

    private async ValueTask<Batch> RoomAsync(int size, CancellationToken token)
    {
        if (_batch is { Messages.Count: > 0 } full && (full.Messages.Count >= Limit(full) || full.Used + size > Batch.Capacity)) await FlushAsync(token);
        if (_batch is not null) return _batch;
        _batch = await pool.TakeAsync(token);
        _begun = Environment.TickCount64;
        return _batch;
    }

    private int Limit(Batch batch)
    {
        var (first, last, losses) = folder.Careful;
        if (losses > 1 && batch.Messages[^1].Uid <= last && batch.Messages[0].Uid >= first) return losses > 2 ? 1 : 16;
        var slow = Environment.TickCount64 - _begun > 1000 && WriterIsIdle();
        return slow ? Math.Min(25, _limit) : _limit; // a slow source does not hold back for long what is there
    }

    private bool Inline(ReadOnlySpan<byte> body)
    {
        if (_batch is null || _batch.Used + body.Length > Batch.Capacity)
        {
            Refusal = FactsMissing();
            return false;
        }

        body.CopyTo(_batch.Octets.AsSpan(_batch.Used));
        return true;
    }

    private (uint Uid, FlagSet? Flags, InternalDate Date) Facts(uint number, in FetchItems items)
    {
        if (items.Uid != 0 && items.HasFlags && items.InternalDate.Length > 0) return (items.Uid, folder.WithLabels(items.Uid, _flags.Get(items.Flags)), InternalDate.Parse(items.InternalDate));
        return _facts.TryGetValue(number, out var known) ? known : default;
    }

    private ImapException FactsMissing()
    {
        if (run.FactsFirst) return ImapException.Protocol(TransferSide.Source, "The source gives a message without its flags or date.");
        run.FactsFirst = true;
        return new(TransferSide.Source, TransferFailureKind.Passing, TransferCode.ConnectionLost, "The source gives bodies before flags; flags are asked for first from now on.");
    }

    private void Add(uint uid, FlagSet flags, InternalDate date, int size)
    {
        var batch = _batch!;
        var octets = batch.Octets.AsSpan(batch.Used, size);
        var oddity = MessageScan.Whole(octets) | DateOddity(date);
        if (nul is null) oddity &= ~Oddity.PerhapsNul;
        var canonical = Journal.FolderRecords.IsRewritten(oddity) ? MessageDigest.CanonicalOf(octets) : default;
        batch.Messages.Add(new(uid, flags, batch.Used, size, new(Hash256.Of(octets), canonical, size, date, oddity, HasHash: true)));
        batch.Used += size;
    }

    private Oddity DateOddity(InternalDate date) =>
        !date.IsKnown || date.Seconds > _future || date.Seconds < 31_536_000 ? Oddity.Date : Oddity.None;

    private async ValueTask ReceiveBigAsync(ReadOnlyMemory<byte> head, long size, ImapReader reader, CancellationToken token)
    {
        var (uid, flags, date) = HeadFacts(head.Span);
        var wanted = uid != 0 && flags is not null && _expected.Contains(uid) && !_seen.Contains(uid);
        if (uid == 0 || flags is null) Refusal = FactsMissing();
        if (wanted)
        {
            await FlushAsync(token);
            _big = new(folder, uid, flags!, date, size);
            await output.WriteAsync(_big, token);
        }

        using var digest = new MessageDigest();
        while (reader.LiteralLeft > 0)
        {
            var part = ArrayPool<byte>.Shared.Rent(BigItem.PartSize);
            var length = 0;
            while (length < BigItem.PartSize && reader.LiteralLeft > 0) length += await reader.ReadLiteralAsync(part.AsMemory(length, BigItem.PartSize - length), token);
            if (!wanted)
            {
                ArrayPool<byte>.Shared.Return(part);
                continue;
            }

            digest.Feed(part.AsSpan(0, length));
            await _big!.AddAsync(part, length, token);
        }

        if (!wanted) return;
        var (hash, canonical, oddity) = digest.End();
        oddity |= DateOddity(date);
        if (nul is null) oddity &= ~Oddity.PerhapsNul;
        _big!.End(new(hash, Journal.FolderRecords.IsRewritten(oddity) ? canonical : default, size, date, oddity, HasHash: true));
        (_big, _bigUid) = (null, uid);
    }

    private (uint Uid, FlagSet? Flags, InternalDate Date) HeadFacts(ReadOnlySpan<byte> head)
    {
        var tokens = new ImapTokens(head);
        tokens.Take((byte)'*');
        tokens.SkipSpaces();
        var number = tokens.Uid();
        return Facts(number, FetchItems.ReadHead(head));
    }
}
