using Cassiopea.Imap.Commands;
using Cassiopea.Imap.Wire;
using Cassiopea.Transfer;

namespace Cassiopea.Imap.Mailbox;

/// <summary>
/// Restores NUL octets that a server gives as 0x80 in BODY[] (Dovecot): asks for the doubtful messages again with BINARY.PEEK[] on a
/// connection of its own, and believes the answer only where it differs by nothing but NUL in the place of 0x80.
/// </summary>
internal sealed class NulProbe(TransferRun run)
{
    private ImapConnection? _connection;
    private string _opened = "";

    public async ValueTask RestoreAsync(FolderWork folder, Batch batch, CancellationToken token)
    {
        bool IsDoubtful(BatchMessage message) => (message.Print.Oddity & Oddity.PerhapsNul) != Oddity.None && !folder.WithNul.Contains(message.Uid);
        if (!batch.Messages.Exists(IsDoubtful)) return;
        try
        {
            _connection ??= await run.OpenSourceAsync(token);
        }
        catch (ImapException refused) when (refused.Kind == TransferFailureKind.Passing)
        {
            // One connection more than the source permits: the doubtful ones are read again, in their order, by BINARY on the one there is.
            foreach (var message in batch.Messages.Where(IsDoubtful)) folder.WithNul.Add(message.Uid);
            var first = batch.Messages.FindIndex(message => folder.WithNul.Contains(message.Uid));
            batch.Messages.RemoveRange(first, batch.Messages.Count - first);
            throw new ImapException(TransferSide.Source, TransferFailureKind.Passing, TransferCode.Throttled, "The source takes no further connection; messages that may hold NUL are read again.", inner: refused);
        }

        if (!_connection.Capabilities.Binary) return;
        if (!_opened.Equals(folder.Map.Source.Name, StringComparison.Ordinal))
        {
            await _connection.ExamineAsync(folder.Map.Source.Name, token);
            _opened = folder.Map.Source.Name;
        }

        for (var i = 0; i < batch.Messages.Count; i++)
        {
            var message = batch.Messages[i];
            if (!IsDoubtful(message)) continue;
            var sink = new CompareSink(batch, message);
            var tag = _connection.BeginLine($"UID FETCH {message.Uid} (UID BINARY.PEEK[])");
            var status = await _connection.EndAsync(tag, null, token, sink);
            var oddity = message.Print.Oddity & ~Oddity.PerhapsNul;
            if (status.Ok && sink.Nuls is { Count: > 0 } nuls)
            {
                foreach (var at in nuls) batch.Octets[message.Offset + at] = 0;
                oddity |= Oddity.Nul;
            }

            var octets = batch.OctetsOf(message).Span;
            var canonical = Journal.FolderRecords.IsRewritten(oddity) ? MessageDigest.CanonicalOf(octets) : default;
            batch.Messages[i] = message with { Print = message.Print with { Hash = Hash256.Of(octets), Canonical = canonical, Oddity = oddity } };
        }
    }

    public async ValueTask CloseAsync()
    {
        await run.CloseAsync(_connection);
        _connection = null;
    }

    private sealed class CompareSink(Batch batch, BatchMessage message) : ILiteralSink
    {
        /// <summary>Where NUL stands in the place of 0x80; null when the answer differs in anything else.</summary>
        public List<int>? Nuls { get; private set; } = [];

        public async ValueTask<bool> TryReceiveAsync(ReadOnlyMemory<byte> head, long size, ImapReader reader, CancellationToken token)
        {
            if (!FetchItems.EndsWithBody(head.Span)) return false;
            if (size != message.Length) Nuls = null;
            var part = new byte[32 << 10];
            var at = 0;
            while (reader.LiteralLeft > 0)
            {
                var length = await reader.ReadLiteralAsync(part.AsMemory(0, (int)Math.Min(part.Length, reader.LiteralLeft)), token);
                if (Nuls is not null) Compare(part.AsSpan(0, length), at);
                at += length;
            }

            return true;
        }

        private void Compare(ReadOnlySpan<byte> part, int at)
        {
            var given = batch.OctetsOf(message).Span.Slice(at, part.Length);
            for (var from = 0; from < part.Length;)
            {
                var same = part[from..].CommonPrefixLength(given[from..]);
                from += same;
                if (from == part.Length) return;
                if (part[from] != 0 || given[from] != 0x80)
                {
                    Nuls = null;
                    return;
                }

                Nuls!.Add(at + from++);
            }
        }
    }
}
