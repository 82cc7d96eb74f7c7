using System.Buffers;
using System.Runtime.InteropServices;
using Cassiopea.Imap.Commands;
using Cassiopea.Transfer;

namespace Cassiopea.Imap.Mailbox;

internal sealed partial class TargetWriter
{
    private static ReadOnlySpan<byte> Crlf => "\r\n"u8;

    private static bool HasNul(in BatchMessage message) => (message.Print.Oddity & Oddity.Nul) != Oddity.None;

    private bool CanMultiAppend(Batch batch) =>
        _target.Capabilities is { MultiAppend: true, LiteralPlus: true }
        && batch.Messages.Count > 1
        && !batch.Messages.Exists(static message => message.Length == 0 || HasNul(message));

    /// <summary>One command for the whole batch: stored whole or not at all (RFC 3502 §6.3.11).</summary>
    private async Task MultiAppendAsync(FolderWork folder, Batch batch, CancellationToken token)
    {
        var durable = IntendAsync(folder, batch.Messages);
        var (first, last) = (batch.Messages[0].Uid, batch.Messages[^1].Uid);
        if (_pending is null) _sending = Between(folder, first, last);
        _held = (folder, batch.Messages.ConvertAll(static message => message.Uid));
        uint tag;
        try
        {
            tag = await SendAllButTheLastAsync(folder, batch, 0, batch.Messages.Count, token);
        }
        finally
        {
            await durable; // nobody else writes to the journal meanwhile, whatever happens
        }

        if (await HearAsync(token) is { } refused)
        {
            // The batch before was refused and this one is not stored: it is sent again behind the mended one, so the order stays.
            await ReopenAsync(token);
            await refused.MendAsync(token);
            tag = await SendAllButTheLastAsync(folder, batch, 0, batch.Messages.Count, token);
        }

        await AfterwardsAsync(token);
        _held = null;
        await CommitAsync(batch.Messages[^1], batch, token);
        _pending = new(folder, first, last, cancel => HearBatchAsync(folder, batch, tag, cancel));
        _sending = null;
    }

    private async Task<RefusedBatch?> HearBatchAsync(FolderWork folder, Batch batch, uint tag, CancellationToken token)
    {
        var status = await _target.EndAsync(tag, null, token);
        if (status.Ok)
        {
            Arrived(folder, CollectionsMarshal.AsSpan(batch.Messages), Append.AppendedUids(status, folder.TargetValidity, batch.Messages.Count));
            pool.Return(batch);
            return null;
        }

        var refusal = status.ToException(TransferSide.Target, "APPEND");
        if (StopsAll(refusal) || refusal.Kind == TransferFailureKind.Passing) throw refusal;
        return new(status.Kind == StatusKind.Bad, async cancel =>
        {
            await BisectAsync(folder, batch, 0, batch.Messages.Count, cancel);
            pool.Return(batch);
        });
    }

    /// <summary>Halves a refused batch until only the guilty messages are refused (facts R5).</summary>
    private async Task BisectAsync(FolderWork folder, Batch batch, int from, int count, CancellationToken token)
    {
        var half = count / 2;
        await PartAsync(folder, batch, from, half, token);
        await PartAsync(folder, batch, from + half, count - half, token);
    }

    private async Task PartAsync(FolderWork folder, Batch batch, int from, int count, CancellationToken token)
    {
        if (count == 1)
        {
            await SingleAsync(folder, batch, batch.Messages[from], token);
            return;
        }

        _sending = Between(folder, batch.Messages[from].Uid, batch.Messages[from + count - 1].Uid);
        var tag = await SendAllButTheLastAsync(folder, batch, from, count, token);
        await CommitAsync(batch.Messages[from + count - 1], batch, token);
        var status = await _target.EndAsync(tag, null, token);
        if (status.Ok)
        {
            _sending = null;
            Arrived(folder, CollectionsMarshal.AsSpan(batch.Messages).Slice(from, count), Append.AppendedUids(status, folder.TargetValidity, count));
            return;
        }

        var refusal = status.ToException(TransferSide.Target, "APPEND");
        if (StopsAll(refusal) || refusal.Kind == TransferFailureKind.Passing) throw refusal;
        _sending = null;
        if (status.Kind == StatusKind.Bad) await ReopenAsync(token);
        await BisectAsync(folder, batch, from, count, token);
    }

    /// <summary>One message alone: the server's answer is about it and no other. A refusal of its keywords is met by sending it without.</summary>
    private async Task SingleAsync(FolderWork folder, Batch batch, BatchMessage message, CancellationToken token)
    {
        await StartAloneAsync(folder, message.Uid, token);
        var flags = Keep(folder, message.Flags);
        var status = await OneAsync(folder, batch, message, flags, token);
        if (MayBeItsKeywords(folder, message, status))
        {
            var plain = FlagSet.Of(flags.Flags.Where(static flag => flag[0] == '\\'));
            var again = await OneAsync(folder, batch, message, plain, token);
            if (again.Ok) run.NotExpressed(folder, flags, plain);
            status = again;
        }

        Judge(folder, message, status);
        _sending = null;
    }

    /// <summary>From here on a lost target is lost at this message; a suspect is tried, after a check that the line bears.</summary>
    private async Task StartAloneAsync(FolderWork folder, uint uid, CancellationToken token)
    {
        _sending = null;
        var suspect = folder.TargetSuspects.Contains(uid);
        if (suspect) await _target.ControlAsync(0, token);
        _sending = Between(folder, uid, uid) with { Trial = suspect };
    }

    private static InFlight Between(FolderWork folder, uint first, uint last) => new(folder, first, last, static _ => Task.FromResult<RefusedBatch?>(null));

    private async Task<ImapStatus> OneAsync(FolderWork folder, Batch batch, BatchMessage message, FlagSet flags, CancellationToken token)
    {
        var tag = _target.BeginAppend(folder.Map.Target);
        if (await HeadAsync(tag, flags, message, token) is { } early) return early;
        await BodyAsync(batch, message, token);
        _target.Out.Write(Crlf);
        var status = await _target.EndAsync(tag, null, token);
        if (status.Kind == StatusKind.Bad) await ReopenAsync(token);
        return status;
    }

    private void Judge(FolderWork folder, BatchMessage message, ImapStatus status)
    {
        if (status.Ok)
        {
            Arrived(folder, [message], Append.AppendedUids(status, folder.TargetValidity, 1));
            return;
        }

        var refusal = status.ToException(TransferSide.Target, "APPEND");
        if (StopsAll(refusal) || refusal.Kind == TransferFailureKind.Passing) throw refusal;
        var failure = refusal.Code == TransferCode.ProtocolBroken
            ? refusal.Failure with { Kind = TransferFailureKind.Refused, Code = TransferCode.ItemRefused }
            : refusal.Failure;
        Refuse(folder, message.Uid, failure, failure.Code == TransferCode.TooBig ? BigAction : LaterAction);
    }

    /// <summary>Refusals that every further message would meet too (facts R15).</summary>
    private static bool StopsAll(ImapException refusal) => refusal.Code is TransferCode.OverQuota or TransferCode.PermissionDenied;

    /// <summary>Without MULTIAPPEND: a command per message, all on their way before the first answer is heard.</summary>
    private async Task EachAsync(FolderWork folder, Batch batch, bool careful, CancellationToken token)
    {
        var durable = IntendAsync(folder, batch.Messages);
        if (careful || batch.Messages.Exists(message => message.Length == 0 || _target.FormFor(message.Length) == LiteralForm.Waiting))
        {
            try
            {
                await SettleAsync(token);
            }
            finally
            {
                await durable;
            }

            if (careful) await OneByOneAsync(folder, batch, batch.Messages, token);
            else await WaitingAsync(folder, batch, token);
            pool.Return(batch);
            return;
        }

        var tags = new uint[batch.Messages.Count];
        var flight = new InFlight(folder, batch.Messages[0].Uid, batch.Messages[^1].Uid, cancel => HearEachAsync(folder, batch, tags, cancel));
        if (_pending is null) _sending = flight;
        await durable;
        for (var i = 0; i < tags.Length; i++)
        {
            var message = batch.Messages[i];
            tags[i] = _target.BeginAppend(folder.Map.Target);
            await HeadAsync(tags[i], Keep(folder, message.Flags), message, token);
            await BodyAsync(batch, message, token);
            _target.Out.Write(Crlf);
        }

        await _target.FlushAsync(token);
        await SettleAsync(token);
        _pending = flight;
        _sending = null;
    }

    private async Task<RefusedBatch?> HearEachAsync(FolderWork folder, Batch batch, uint[] tags, CancellationToken token)
    {
        var again = new List<BatchMessage>();
        for (var i = 0; i < tags.Length; i++)
        {
            var message = batch.Messages[i];
            var status = await _target.EndAsync(tags[i], null, token);
            if (status.Kind == StatusKind.Bad)
            {
                // With a literal that does not wait the server may have taken octets for commands: nothing behind this is sure.
                _target.Close();
                throw ImapException.Lost(TransferSide.Target, $"The target lost step at a message: BAD {status.Text}");
            }

            if (MayBeItsKeywords(folder, message, status)) again.Add(message);
            else Judge(folder, message, status);
        }

        if (again.Count == 0)
        {
            pool.Return(batch);
            return null;
        }

        return new(LostStep: false, async cancel =>
        {
            await OneByOneAsync(folder, batch, again, cancel);
            pool.Return(batch);
        });
    }

    private async Task OneByOneAsync(FolderWork folder, Batch batch, IReadOnlyList<BatchMessage> messages, CancellationToken token)
    {
        foreach (var message in messages) await SingleAsync(folder, batch, message, token);
    }

    /// <summary>
    /// Literals that wait for the server: the command of the next message travels with the octets of this one, so that each costs one round
    /// trip and not two.
    /// </summary>
    private async Task WaitingAsync(FolderWork folder, Batch batch, CancellationToken token)
    {
        var again = new List<BatchMessage>();
        (uint Tag, BatchMessage Message)? before = null;
        async Task HearBeforeAsync(CancellationToken cancel)
        {
            if (before is not { } sent) return;
            before = null;
            var status = await _target.EndAsync(sent.Tag, null, cancel);
            if (MayBeItsKeywords(folder, sent.Message, status)) again.Add(sent.Message);
            else Judge(folder, sent.Message, status);
        }

        foreach (var message in batch.Messages)
        {
            _sending = Between(folder, before?.Message.Uid ?? message.Uid, message.Uid);
            var tag = _target.BeginAppend(folder.Map.Target);
            var nul = HasNul(message) && _target.Capabilities.Binary;
            var form = _target.FormFor(message.Length);
            _target.WriteMessageHead(Keep(folder, message.Flags), message.Print.Date, message.Length, nul, form);
            await _target.FlushAsync(token);
            await HearBeforeAsync(token);
            _sending = Between(folder, message.Uid, message.Uid);
            if (form == LiteralForm.Waiting && await _target.ContinuationAsync(tag, null, token) is { } refused)
            {
                if (MayBeItsKeywords(folder, message, refused)) again.Add(message);
                else Judge(folder, message, refused);
                continue;
            }

            await BodyAsync(batch, message, token);
            _target.Out.Write(Crlf);
            before = (tag, message);
        }

        await HearBeforeAsync(token);
        await OneByOneAsync(folder, batch, again, token);
    }

    private bool MayBeItsKeywords(FolderWork folder, in BatchMessage message, in ImapStatus status) =>
        !status.Ok && status.Code is not ("OVERQUOTA" or "TOOBIG") && Keep(folder, message.Flags).Flags.Any(static flag => flag[0] != '\\');

    private async Task<uint> SendAllButTheLastAsync(FolderWork folder, Batch batch, int from, int count, CancellationToken token)
    {
        var tag = _target.BeginAppend(folder.Map.Target);
        for (var i = from; i < from + count; i++)
        {
            var message = batch.Messages[i];
            _target.WriteMessageHead(Keep(folder, message.Flags), message.Print.Date, message.Length, nul: false, LiteralForm.Direct);
            var octets = batch.OctetsOf(message);
            await _target.WriteBodyAsync(i == from + count - 1 ? octets[..^1] : octets, token);
        }

        await _target.FlushAsync(token);
        return tag;
    }

    /// <summary>The last octet and the end of the line: now the server stores.</summary>
    private async Task CommitAsync(BatchMessage last, Batch batch, CancellationToken token)
    {
        _target.Out.Write(batch.OctetsOf(last).Span[^1..]).Write(Crlf);
        await _target.FlushAsync(token);
    }

    /// <summary>Writes what is about to be sent into the journal; the task ends when it is on the disk.</summary>
    private static Task IntendAsync(FolderWork folder, List<BatchMessage> messages)
    {
        var intents = messages.ConvertAll(static message => message.Journal);
        folder.Journal!.Intend(folder.TargetNext, CollectionsMarshal.AsSpan(intents));
        return Task.Run(folder.Journal.FlushToDisk, CancellationToken.None);
    }

    /// <summary>The head of a message; where the literal must wait, a refusal before the octets is given back.</summary>
    private async Task<ImapStatus?> HeadAsync(uint tag, FlagSet flags, BatchMessage message, CancellationToken token)
    {
        var form = _target.FormFor(message.Length);
        var nul = HasNul(message) && _target.Capabilities.Binary;
        _target.WriteMessageHead(flags, message.Print.Date, message.Length, nul, form);
        return form == LiteralForm.Waiting ? await _target.ContinuationAsync(tag, null, token) : null;
    }

    /// <summary>The octets of a message. NUL cannot be sent to a target without BINARY: 0x80 goes in its place, and the message is listed as altered.</summary>
    private async Task BodyAsync(Batch batch, BatchMessage message, CancellationToken token)
    {
        var octets = batch.OctetsOf(message);
        if (HasNul(message) && !_target.Capabilities.Binary)
        {
            var other = ArrayPool<byte>.Shared.Rent(message.Length);
            octets.Span.Replace(other, (byte)0, (byte)0x80);
            await _target.WriteBodyAsync(other.AsMemory(0, message.Length), token);
            ArrayPool<byte>.Shared.Return(other);
            return;
        }

        await _target.WriteBodyAsync(octets, token);
    }
}
