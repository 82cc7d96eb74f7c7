using Cassiopea.Transfer;

namespace Cassiopea.Ftp.Wire;

/// <summary>FTP behind the verbs of a session. Commands are sent together wherever one does not depend on the answer to another.</summary>
internal sealed partial class FtpSession : SiteSession
{
    private readonly FtpControl _control;
    private readonly FtpTls? _tls;
    private readonly List<PendingCommit> _commits = [];
    private readonly List<PendingCommit> _sent = [];
    private readonly List<PendingCommit> _again = [];
    private FtpFeatures _features = new();
    private FtpNames _names = new(default, "", new(0, ""), default);
    private FtpData? _data;
    private int _port;
    private bool _extended = true;
    private bool _deleteFirst;
    private bool _asked;
    private bool _modes = true;

    private FtpSession(FtpControl control, FtpTls? tls, string greeting)
    {
        (_control, _tls) = (control, tls);
        Side = control.Side;
        Software = greeting;
    }

    internal override bool SetsTimes => _features.Times != TimeSetting.None;

    internal override bool Renames(SitePath path) => _names.Changes(path);

    public override async Task<long?> SizeAsync(SitePath file, CancellationToken token)
    {
        var reply = await AskAsync("SIZE"u8, file, token);
        return reply.Code == 213 && long.TryParse(reply.Text.Trim(), System.Globalization.CultureInfo.InvariantCulture, out var size) ? size : null;
    }

    public override async Task MakeDirectoryAsync(SitePath directory, CancellationToken token)
    {
        var made = await AskAsync("MKD"u8, directory, token);
        if (made.Ok) return;
        var entered = await AskAsync("CWD"u8, directory, token);
        if (!entered.Ok) throw Refusal(made, directory, "cannot be made");
    }

    public override async Task DeleteFileAsync(SitePath file, CancellationToken token)
    {
        var reply = await AskAsync("DELE"u8, file, token);
        if (reply.Ok) return;

        // no size: there is no such file, or it is a link or a pipe that may not be deleted
        var refusal = Refusal(reply, file, "cannot be deleted");
        if (!refusal.NotFound || await SizeAsync(file, token) is not null) throw refusal;
    }

    public override async Task DeleteDirectoryAsync(SitePath directory, CancellationToken token)
    {
        _control.Queue("CWD"u8, _names.Root);
        await SendAsync(token);
        await _control.ReadAsync(token);
        var reply = await AskAsync("RMD"u8, directory, token);
        if (!reply.Ok) throw Refusal(reply, directory, "cannot be deleted");
    }

    public override async Task<bool> SetModeAsync(SitePath path, int mode, CancellationToken token)
    {
        QueueCommits();
        QueueMode(path, mode);
        await SendAsync(token);
        return (await _control.ReadAsync(token)).Ok;
    }

    public override async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        _data?.Drop();
        try
        {
            _control.Queue("QUIT"u8);
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(1), TimeProvider.System);
            await _control.SendAsync(limit.Token);
        }
        catch (Exception lost) when (lost is SiteException or OperationCanceledException)
        {
            // the server sees the connection end
        }

        _control.Dispose();
    }

    internal override async Task<SiteEntry?> FollowAsync(SitePath path, CancellationToken token)
    {
        QueueCommits();
        _control.Queue("SIZE"u8, Full(path));
        _control.Queue("MDTM"u8, Full(path));
        await SendAsync(token);
        var (size, time) = (await _control.ReadAsync(token), await _control.ReadAsync(token));
        if (size.Code != 213 || !long.TryParse(size.Text.Trim(), System.Globalization.CultureInfo.InvariantCulture, out var bytes)) return null;
        return time.Code == 213 && FtpTime.TryParse(time.Text.AsSpan().Trim(), out var seconds)
            ? new(path, SiteEntryKind.File, bytes, seconds, TimePrecision.Second, null)
            : new(path, SiteEntryKind.File, bytes, 0, TimePrecision.None, null);
    }

    private async Task<FtpReply> AskAsync(ReadOnlyMemory<byte> verb, SitePath path, CancellationToken token)
    {
        QueueCommits();
        _control.Queue(verb.Span, Full(path));
        await SendAsync(token);
        return await _control.ReadAsync(token);
    }

    private Task<FtpReply> AskAsync(ReadOnlySpan<byte> verb, SitePath path, CancellationToken token) => AskAsync(verb.ToArray().AsMemory(), path, token);

    private byte[] Full(SitePath path) => _names.Full(path);

    private void QueueMode(SitePath path, int mode) =>
        _control.Queue("SITE"u8, [.. System.Text.Encoding.ASCII.GetBytes($"CHMOD {Convert.ToString(mode & 0x1FF, 8).PadLeft(3, '0')} "), .. Full(path)]);

    private void QueuePassive() => _control.Queue(_extended ? "EPSV"u8 : "PASV"u8);

    private async Task ReadPassiveAsync(CancellationToken token)
    {
        var reply = await _control.ReadAsync(token);
        if (_extended && reply.Code is >= 500 and < 600 && reply.Code is not (522 or 550))
        {
            _extended = false;
            QueuePassive();
            await _control.SendAsync(token);
            reply = await _control.ReadAsync(token);
        }

        var understood = _extended ? PassiveReply.TryExtended(reply.Text, out _port) : PassiveReply.TryPassive(reply.Text, out _port);
        if (reply.Ok && understood) return;
        _port = 0;
        throw FtpRefusal.NoPort(Side, reply);
    }

    // The reply to what was asked ahead comes before everything else; when it is no port, one is asked for when it is needed.
    private async Task TakeAskedAsync(CancellationToken token)
    {
        if (!_asked) return;
        _asked = false;
        var reply = await _control.ReadAsync(token);
        if (!reply.Ok || !(_extended ? PassiveReply.TryExtended(reply.Text, out _port) : PassiveReply.TryPassive(reply.Text, out _port))) _port = 0;
    }

    private async Task SendAsync(CancellationToken token)
    {
        await _control.SendAsync(token);
        RoundTrips = _control.RoundTrips;
        await TakeAskedAsync(token);
        await ReadCommitsAsync(token);
    }

    private SiteException Refusal(FtpReply reply, SitePath path, string what) => FtpRefusal.Of(Side, reply, path, what);
}

/// <summary>A written file that waits for its name.</summary>
internal sealed record PendingCommit(SitePath Part, SitePath Final, Action<TransferFailure?> Done)
{
    /// <summary>True when the old file is deleted first: the server does not rename over it.</summary>
    public bool DeleteFirst { get; init; }
}
