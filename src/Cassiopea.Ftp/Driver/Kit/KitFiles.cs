using System.Text;
using Cassiopea.Ftp.Wire;
using Cassiopea.Transfer;
using FluentFTP;

namespace Cassiopea.Ftp.Driver.Kit;

/// <summary>Files: one command after the other, the same order as the engine's.</summary>
internal sealed partial class KitSession
{
    private readonly List<PendingCommit> _commits = [];
    private KitData? _data;
    private bool _deleteFirst;
    private bool _modes = true;

    internal override async Task<SiteReading> StartReadAsync(SitePath file, long offset, CancellationToken token)
    {
        long? modified = null;
        if (!_features.Mlsd && _features.Mdtm && await AskAsync("MDTM", _names.Full(file), token) is { Code: 213 } told && FtpTime.TryParse(told.Text.AsSpan().Trim(), out var seconds)) modified = seconds;
        await StartAsync("RETR", _names.Full(file), offset, file, token);
        return new(_data!, modified);
    }

    internal override Task EndReadAsync(bool another, CancellationToken token) => EndDataAsync(default, token);

    internal override async Task<Stream> StartWriteAsync(SitePath part, long offset, CancellationToken token)
    {
        await StartAsync("STOR", _names.Full(part), offset, part, token);
        return _data!;
    }

    internal override async Task EndWriteAsync(SitePath part, SiteFileFacts facts, bool another, CancellationToken token)
    {
        await EndDataAsync(part, token);
        var size = await AskAsync("SIZE", _names.Full(part), token);
        if (facts.Modified is { } modified && _features.Times != TimeSetting.None)
        {
            var verb = _features.Times == TimeSetting.Mfmt ? "MFMT" : "MDTM";
            if (!(await AskAsync(verb, [.. Encoding.ASCII.GetBytes(FtpTime.Format(modified) + " "), .. _names.Full(part)], token)).Ok) _features.Times = TimeSetting.None;
        }

        if (_modes && facts.Mode is { } mode && await ModeAsync(part, mode, token) is { Code: 500 or 502 or 504 or 202 }) _modes = false;
        if (facts.Size >= 0 && size.Code == 213 && Size(size) != facts.Size) throw FtpRefusal.WrongSize(Side, part, facts.Size, size);
    }

    internal override async Task AbandonAsync(CancellationToken token)
    {
        if (_data is not { } data) return;
        _data = null;
        await _client.EndAsync(data.Inner, token);
    }

    internal override void Commit(SitePath part, SitePath final, Action<TransferFailure?> done) => _commits.Add(new(part, final, done));

    internal override Task FlushAsync(CancellationToken token) => CommitsAsync(token);

    private async Task CommitsAsync(CancellationToken token)
    {
        while (_commits.Count > 0)
        {
            var commit = _commits[0];
            var failure = await RenameAsync(commit, token);
            _commits.RemoveAt(0);
            commit.Done(failure);
        }
    }

    private async Task<TransferFailure?> RenameAsync(PendingCommit commit, CancellationToken token)
    {
        while (true)
        {
            if (_deleteFirst) await RawAsync("DELE", _names.Full(commit.Final), token);
            var from = await RawAsync("RNFR", _names.Full(commit.Part), token);
            var to = from.More ? await RawAsync("RNTO", _names.Full(commit.Final), token) : from;
            if (to.Ok) return null;
            if (!from.More || _deleteFirst) return FtpRefusal.Of(Side, to, commit.Final, "cannot be given its name").Failure;
            _deleteFirst = true;
        }
    }

    private async Task StartAsync(string verb, byte[]? argument, long offset, SitePath path, CancellationToken token)
    {
        await CommitsAsync(token);
        _data = new(await _client.TransferAsync(verb, argument is null ? null : Doubled(argument), offset, path, token), _client, Side);
        RoundTrips = _client.Asked;
    }

    private async Task EndDataAsync(SitePath path, CancellationToken token)
    {
        var data = _data!;
        _data = null;
        var reply = await _client.EndAsync(data.Inner, token);
        if (!reply.Ok) throw FtpRefusal.Of(Side, reply, path, "did not pass whole");
    }
}

/// <summary>A data connection of FluentFTP, with the failures of a session. When it breaks the session is over: FluentFTP has then read the final reply already, or lost it.</summary>
internal sealed class KitData(FtpDataStream inner, KitClient client, TransferSide side) : OneWayStream
{
    public FtpDataStream Inner { get; } = inner;

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return await Inner.ReadAsync(buffer, cancellationToken);
        }
        catch (Exception lost) when (KitClient.IsLoss(lost, cancellationToken))
        {
            throw Lost(lost);
        }
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            await Inner.WriteAsync(buffer, cancellationToken);
        }
        catch (Exception lost) when (KitClient.IsLoss(lost, cancellationToken))
        {
            throw Lost(lost);
        }
    }

    private SiteException Lost(Exception failed) => failed is IOException
        ? new(side, TransferFailureKind.Passing, TransferCode.ConnectionLost, "The data connection was lost.", 426, inner: failed)
        : client.Loss(failed);
}
