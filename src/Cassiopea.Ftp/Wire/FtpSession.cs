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
    private byte[] _base = [];
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

    // pure-ftpd makes spaces at the end and control characters underlines
    internal override bool Renames(SitePath path) => _features.Family == ServerFamily.PureFtpd && (path.EndsWith(" "u8) || HasControl(path.Bytes));

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
        _control.Queue("CWD"u8, _base.Length == 0 ? "/"u8 : _base);
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

    private byte[] Full(SitePath path)
    {
        if (path.IsRoot) return _base.Length == 0 ? "/"u8.ToArray() : _base;
        if (_features.Family == ServerFamily.PureFtpd && HasControl(path.Bytes))
            throw new SiteException(Side, TransferFailureKind.Refused, TransferCode.NotExpressible, $"{path}: the server takes the control character in a name for an underline, which is another file.", usable: true);
        return [.. _base, (byte)'/', .. path.Bytes];
    }

    private static bool HasControl(ReadOnlySpan<byte> name) => name.IndexOfAnyInRange((byte)0, (byte)31) >= 0 || name.Contains((byte)127);

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
        throw new SiteException(Side, TransferFailureKind.Passing, TransferCode.Throttled, $"The server has no port for data: {reply.Code} {reply.Shown}", 425, usable: true);
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

    private SiteException Refusal(FtpReply reply, SitePath path, string what)
    {
        var (kind, code) = Meaning(reply);
        return new(Side, kind, code, $"{path} {what}: {reply.Code} {reply.Shown}", reply.Code, usable: true)
        {
            NotFound = reply.Code == 550 && !reply.Text.Contains("ermission", StringComparison.Ordinal),
        };
    }

    private (TransferFailureKind Kind, string Code) Meaning(FtpReply reply)
    {
        var full = reply.Code is 452 or 552 || reply.Text.Contains("quota", StringComparison.OrdinalIgnoreCase) || reply.Text.Contains("space", StringComparison.OrdinalIgnoreCase);
        if (full && Side == TransferSide.Target) return (TransferFailureKind.Refused, TransferCode.OverQuota);
        return reply.Code switch
        {
            425 => (TransferFailureKind.Passing, TransferCode.Throttled),
            426 or 451 => (TransferFailureKind.Passing, TransferCode.ConnectionLost),
            >= 400 and < 500 => (TransferFailureKind.Passing, TransferCode.Throttled),
            522 => (TransferFailureKind.Refused, TransferCode.TlsNotOffered),
            530 => (TransferFailureKind.Refused, TransferCode.PermissionDenied),
            _ => (TransferFailureKind.Refused, Side == TransferSide.Source ? TransferCode.ItemUnreadable : TransferCode.ItemRefused),
        };
    }
}

/// <summary>A written file that waits for its name.</summary>
internal sealed record PendingCommit(SitePath Part, SitePath Final, Action<TransferFailure?> Done)
{
    /// <summary>True when the old file is deleted first: the server does not rename over it.</summary>
    public bool DeleteFirst { get; init; }
}
