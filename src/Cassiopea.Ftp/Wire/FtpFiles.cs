using System.Text;
using Cassiopea.Transfer;

namespace Cassiopea.Ftp.Wire;

/// <summary>
/// Files. Per file and end: EPSV was asked for behind the file before; the data connection opens while RETR or STOR is on its way; the renaming of
/// the file before goes out with the next STOR. Two waits per file are left.
/// </summary>
internal sealed partial class FtpSession
{
    internal override async Task<SiteReading> StartReadAsync(SitePath file, long offset, CancellationToken token)
    {
        await NeedPortAsync(token);
        var asksTime = !_features.Mlsd && _features.Mdtm;
        if (asksTime) _control.Queue("MDTM"u8, Full(file));
        if (offset > 0) _control.Queue("REST"u8, Encoding.ASCII.GetBytes(offset.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        _control.Queue("RETR"u8, Full(file));
        long? modified = null;
        await TransferAsync(file, token, async () =>
        {
            if (asksTime && await _control.ReadAsync(token) is { Code: 213 } told && FtpTime.TryParse(told.Text.AsSpan().Trim(), out var seconds)) modified = seconds;
            if (offset > 0) await RestartedAsync(token);
        });
        return new(_data!, modified);
    }

    internal override async Task EndReadAsync(bool another, CancellationToken token)
    {
        await EndDataAsync(default, token);
        if (!another) return;
        QueuePassive();
        _asked = true;
        await _control.SendAsync(token);
    }

    internal override async Task<Stream> StartWriteAsync(SitePath part, long offset, CancellationToken token)
    {
        await NeedPortAsync(token);
        QueueCommits();
        if (offset > 0) _control.Queue("REST"u8, Encoding.ASCII.GetBytes(offset.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        _control.Queue("STOR"u8, Full(part));
        await TransferAsync(part, token, async () =>
        {
            if (offset > 0) await RestartedAsync(token);
        });
        return _data!;
    }

    internal override async Task EndWriteAsync(SitePath part, SiteFileFacts facts, bool another, CancellationToken token)
    {
        await EndDataAsync(part, token);
        _control.Queue("SIZE"u8, Full(part));
        var times = facts.Modified is null ? TimeSetting.None : _features.Times;
        if (times == TimeSetting.Mfmt) _control.Queue("MFMT"u8, [.. Encoding.ASCII.GetBytes(FtpTime.Format(facts.Modified!.Value) + " "), .. Full(part)]);
        if (times == TimeSetting.MdtmSet) _control.Queue("MDTM"u8, [.. Encoding.ASCII.GetBytes(FtpTime.Format(facts.Modified!.Value) + " "), .. Full(part)]);
        var mode = _modes ? facts.Mode : null;
        if (mode is { } bits) QueueMode(part, bits);
        if (another) QueuePassive();
        await SendAsync(token);
        _asked = another;
        var size = await _control.ReadAsync(token);
        if (times != TimeSetting.None && !(await _control.ReadAsync(token)).Ok) _features.Times = TimeSetting.None;
        if (mode is not null && await _control.ReadAsync(token) is { Code: 500 or 502 or 504 or 202 }) _modes = false;
        if (facts.Size < 0 || size.Code != 213) return;
        if (!long.TryParse(size.Text.Trim(), System.Globalization.CultureInfo.InvariantCulture, out var there) || there != facts.Size)
            throw FtpRefusal.WrongSize(Side, part, facts.Size, size);
    }

    internal override async Task AbandonAsync(CancellationToken token)
    {
        if (_data is null) return;
        _data.Drop();
        _data = null;
        await _control.ReadAsync(token);
    }

    internal override void Commit(SitePath part, SitePath final, Action<TransferFailure?> done) =>
        _commits.Add(new(part, final, done) { DeleteFirst = _deleteFirst });

    internal override async Task FlushAsync(CancellationToken token)
    {
        while (_commits.Count + _again.Count > 0)
        {
            QueueCommits();
            await SendAsync(token);
            if (_again.Count == 0) continue;
            _commits.AddRange(_again);
            _again.Clear();
        }
    }

    private async Task NeedPortAsync(CancellationToken token)
    {
        if (_again.Count > 0) await FlushAsync(token);
        await TakeAskedAsync(token);
        if (_port != 0) return;
        QueueCommits();
        QueuePassive();
        await SendAsync(token);
        await ReadPassiveAsync(token);
    }

    private async Task RestartedAsync(CancellationToken token)
    {
        var reply = await _control.ReadAsync(token);
        if (!reply.More) throw FtpRefusal.NoRestart(Side, reply);
    }

    // Sends what is queued, opens the data connection meanwhile, and waits for the preliminary reply.
    private async Task TransferAsync(SitePath path, CancellationToken token, Func<Task>? before = null)
    {
        var opening = FtpData.OpenAsync(_control, _tls, _port, token);
        _port = 0;
        FtpReply reply;
        try
        {
            await SendAsync(token);
            if (before is not null) await before();
            reply = await _control.ReadAsync(token);
        }
        catch
        {
            await DropAsync(opening);
            throw;
        }

        if (!reply.Preliminary)
        {
            await DropAsync(opening);
            throw Refusal(reply, path, "was refused");
        }

        try
        {
            _data = await opening;
        }
        catch (Exception lost) when (lost is SiteException || FtpControl.IsLoss(lost, token))
        {
            if (lost is SiteException { Kind: TransferFailureKind.Refused }) throw;
            if (_control.Guard.TimedOut) throw _control.Loss(lost);
            var final = await _control.ReadAsync(token);
            throw new SiteException(Side, TransferFailureKind.Passing, TransferCode.Throttled, $"The data connection does not open: {final.Code} {final.Shown}", 425, usable: true, inner: lost);
        }
    }

    private static async Task DropAsync(Task<FtpData> opening)
    {
        try
        {
            (await opening).Drop();
        }
        catch (Exception lost) when (lost is SiteException || FtpControl.IsLoss(lost, CancellationToken.None))
        {
            // the reply on the control connection is what counts
        }
    }

    private async Task EndDataAsync(SitePath path, CancellationToken token)
    {
        var data = _data!;
        _data = null;
        await data.FinishAsync();
        var reply = await _control.ReadAsync(token);
        if (!reply.Ok) throw Refusal(reply, path, "did not pass whole");
    }

    private void QueueCommits()
    {
        foreach (var commit in _commits)
        {
            if (commit.DeleteFirst) _control.Queue("DELE"u8, Full(commit.Final));
            _control.Queue("RNFR"u8, Full(commit.Part));
            _control.Queue("RNTO"u8, Full(commit.Final));
        }

        _sent.AddRange(_commits);
        _commits.Clear();
    }

    private async Task ReadCommitsAsync(CancellationToken token)
    {
        if (_sent.Count == 0) return;
        foreach (var commit in _sent)
        {
            if (commit.DeleteFirst) await _control.ReadAsync(token);
            var from = await _control.ReadAsync(token);
            var to = await _control.ReadAsync(token);
            if (to.Ok)
            {
                commit.Done(null);
            }
            else if (from.More && !commit.DeleteFirst)
            {
                _deleteFirst = true;
                _again.Add(commit with { DeleteFirst = true });
            }
            else
            {
                commit.Done(Refusal(from.More ? to : from, commit.Final, "cannot be given its name").Failure);
            }
        }

        _sent.Clear();
    }
}
