using System.Buffers;
using Cassiopea.Imap.Commands;
using Cassiopea.Transfer;

namespace Cassiopea.Imap.Mailbox;

internal sealed partial class TargetWriter
{
    /// <summary>
    /// A large message: its octets pass from one socket to the other. The last octet is kept back until its hash is in the journal, on the disk,
    /// and what was sent before is confirmed.
    /// </summary>
    private async Task BigAsync(BigItem big, CancellationToken token)
    {
        var folder = big.Folder;
        var form = _target.FormFor(big.Size);
        var suspect = folder.TargetSuspects.Contains(big.Uid);
        if (form == LiteralForm.Waiting || suspect || folder.Careful.Losses > 1) await SettleAsync(token);
        if (Impossible(big) is { } failure)
        {
            Refuse(folder, big.Uid, failure, failure.Code == TransferCode.TooBig ? BigAction : LaterAction);
            await DrainAsync(big, token);
            return;
        }

        if (_pending is null) await StartAloneAsync(folder, big.Uid, token);
        folder.Journal!.Intend(folder.TargetNext, [new(big.Uid, big.Flags, big.Begun)]);
        _held = (folder, [big.Uid]);
        var literal8 = _target.Capabilities.Binary && folder.WithNul.Contains(big.Uid);
        var tag = _target.BeginAppend(folder.Map.Target);
        _target.WriteMessageHead(Keep(folder, big.Flags), big.Date, big.Size, literal8, form);
        if (form == LiteralForm.Waiting && await _target.ContinuationAsync(tag, null, token) is { } refused)
        {
            _held = null;
            await DrainAsync(big, token);
            Judge(folder, AsMessage(big, big.Begun), refused);
            _sending = null;
            return;
        }

        var last = await StreamAsync(big, token);
        folder.Journal.Hash(big.Uid, big.Print.Hash, big.Print.Canonical, big.Print.Oddity);
        await Task.Run(folder.Journal.FlushToDisk, CancellationToken.None);
        await HearBeforeBigAsync(token);
        if (await IsToBeLeftAsync(big, literal8, token)) return;
        _held = null;
        _target.Out.Write([last, (byte)'\r', (byte)'\n']);
        await _target.FlushAsync(token);
        _pending = new(folder, big.Uid, big.Uid, async cancel =>
        {
            Judge(folder, AsMessage(big, big.Print), await _target.EndAsync(tag, null, cancel));
            return null;
        }, suspect);
        _sending = null;
    }

    /// <summary>Why a message need not even be tried; null when it must be.</summary>
    private TransferFailure? Impossible(BigItem big)
    {
        if (_target.Capabilities.AppendLimit is { } limit && big.Size > limit) return TooBig(big.Size, limit);
        return Guilt(big.Folder, big.Uid);
    }

    /// <summary>Hears what was sent before. When that was refused, it is mended, and the large message, which cannot be sent again from memory, is read anew.</summary>
    private async Task HearBeforeBigAsync(CancellationToken token)
    {
        var refused = await HearAsync(token);
        if (refused is not null)
        {
            await ReopenAsync(token);
            await refused.MendAsync(token);
        }

        await AfterwardsAsync(token);
        if (refused is not null)
            throw new ImapException(TransferSide.Target, TransferFailureKind.Passing, TransferCode.ConnectionLost, "What went before a large message was refused; the large one is read again.");
    }

    /// <summary>True when the message, now that all of it is known, must not be stored: the target has it, or it must be sent in another form.</summary>
    private async Task<bool> IsToBeLeftAsync(BigItem big, bool literal8, CancellationToken token)
    {
        var folder = big.Folder;
        if (folder.Pool is { Count: > 0 } known && known.TryTake(big.Print, out var targetUid))
        {
            await ReopenAsync(token); // the server forgets what was not ended
            _held = null;
            folder.Journal!.Done([(big.Uid, targetUid, false)]);
            folder.AlreadyThere++;
            run.Progress.AlreadyThere(1, big.Size);
            _sending = null;
            return true;
        }

        if ((big.Print.Oddity & Oddity.Nul) == Oddity.None || literal8 || !_target.Capabilities.Binary) return false;
        folder.WithNul.Add(big.Uid);
        _sending = null;
        throw new ImapException(TransferSide.Target, TransferFailureKind.Passing, TransferCode.ConnectionLost, "A large message holds NUL; it is sent again in the form that carries it.");
    }

    private async Task<byte> StreamAsync(BigItem big, CancellationToken token)
    {
        long sent = 0;
        byte last = 0;
        while (await big.NextAsync(token) is { } part)
        {
            await run.Throttle.WaitAsync(part.Length, token);
            var octets = part.Octets.AsMemory(0, part.Length);
            if (!_target.Capabilities.Binary && octets.Span.Contains((byte)0)) octets.Span.Replace((byte)0, (byte)0x80);
            sent += part.Length;
            if (sent == big.Size)
            {
                last = octets.Span[^1];
                octets = octets[..^1];
            }

            await _target.WriteBodyAsync(octets, token);
            await _target.FlushAsync(token);
            ArrayPool<byte>.Shared.Return(part.Octets);
        }

        return last;
    }

    private static async Task DrainAsync(BigItem big, CancellationToken token)
    {
        while (await big.NextAsync(token) is { } part) ArrayPool<byte>.Shared.Return(part.Octets);
    }

    private static BatchMessage AsMessage(BigItem big, in Journal.Fingerprint print) => new(big.Uid, big.Flags, 0, (int)big.Size, print);
}
