using System.Threading.Channels;
using Cassiopea.Imap.Journal;

namespace Cassiopea.Imap.Mailbox;

/// <summary>A message of a batch: its octets are <paramref name="Length"/> octets of the batch from <paramref name="Offset"/> on.</summary>
internal readonly record struct BatchMessage(uint Uid, FlagSet Flags, int Offset, int Length, Fingerprint Print)
{
    public JournalMessage Journal => new(Uid, Flags, Print);
}

/// <summary>Up to some hundred small messages, whole, one behind the other in one piece of memory.</summary>
internal sealed class Batch
{
    /// <summary>Octets of one batch. A larger message travels alone and is never held whole.</summary>
    public const int Capacity = 4 << 20;

    /// <summary>Messages beyond this size travel alone.</summary>
    public const int BigMessage = 1 << 20;

    public byte[] Octets { get; } = GC.AllocateUninitializedArray<byte>(Capacity, pinned: true);

    public List<BatchMessage> Messages { get; } = new(256);

    /// <summary>Octets in use.</summary>
    public int Used { get; set; }

    public long Bytes => Messages.Sum(static message => (long)message.Length);

    public ReadOnlyMemory<byte> OctetsOf(in BatchMessage message) => Octets.AsMemory(message.Offset, message.Length);

    public void Clear()
    {
        Messages.Clear();
        Used = 0;
    }
}

/// <summary>A few batches that go round between reader and writer: their number bounds the memory.</summary>
internal sealed class BatchPool(int most)
{
    private readonly Channel<Batch> _free = Channel.CreateUnbounded<Batch>();
    private readonly List<Batch> _made = [];

    public async ValueTask<Batch> TakeAsync(CancellationToken token)
    {
        if (_free.Reader.TryRead(out var batch)) return batch;
        if (_made.Count == most) return await _free.Reader.ReadAsync(token);
        _made.Add(new());
        return _made[^1];
    }

    public void Return(Batch batch)
    {
        batch.Clear();
        _free.Writer.TryWrite(batch);
    }

    /// <summary>Takes all batches back from a reader and a writer that have both ended, wherever they left them.</summary>
    public void Reset()
    {
        while (_free.Reader.TryRead(out _))
        {
            // It is put back below.
        }

        foreach (var batch in _made) Return(batch);
    }
}
