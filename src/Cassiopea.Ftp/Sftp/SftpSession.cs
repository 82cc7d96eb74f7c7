using System.Text;
using Cassiopea.Transfer;

namespace Cassiopea.Ftp.Sftp;

/// <summary>SFTP version 3 behind the verbs of a session.</summary>
internal sealed class SftpSession : SiteSession
{
    private readonly SshChild _ssh;
    private readonly byte[] _base;
    private readonly List<PendingName> _commits = [];
    private SftpReadFile? _reading;
    private SftpWriteFile? _writing;
    private bool _posixRename = true;

    private SftpSession(SshChild ssh, SftpChannel channel, TransferSide side, byte[] root)
    {
        (_ssh, Channel, Side, _base) = (ssh, channel, side, root);
        Software = "SFTP";
    }

    public SftpChannel Channel { get; }

    internal override bool CanLink => true;

    public static async Task<SftpSession> LoginAsync(SiteAccount account, TransferSide side, SiteSessionOptions options, CancellationToken token)
    {
        var endpoint = account.Endpoint;
        using var limit = new CancellationTokenSource(options.Connect, TimeProvider.System);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(token, limit.Token);
        var ssh = await SshChild.StartAsync(endpoint, await account.Credential(token), side, both.Token);
        try
        {
            // reading a pipe of a child cannot be cancelled: ending the child ends it
            await using var ending = both.Token.Register(ssh.End);
            var channel = await SftpChannel.OpenAsync(ssh.ToServer, ssh.FromServer, side, options.Idle, ssh.End, inner => ssh.Loss(side, endpoint, inner), both.Token);
            ssh.Entered();
            return new(ssh, channel, side, Encoding.UTF8.GetBytes(endpoint.Root.Length > 1 ? endpoint.Root.TrimEnd('/') : endpoint.Root));
        }
        catch (Exception failed)
        {
            ssh.Dispose();
            if (limit.IsCancellationRequested && !token.IsCancellationRequested)
                throw new SiteException(side, TransferFailureKind.Passing, TransferCode.TimedOut, $"{endpoint.Host}:{endpoint.Port} did not let us in within {options.Connect.TotalSeconds:0} s.", inner: failed);
            token.ThrowIfCancellationRequested();
            throw;
        }
    }

    public override async Task<IReadOnlyList<SiteEntry>> ListAsync(SitePath directory, CancellationToken token)
    {
        var handle = await HandleAsync(SftpType.OpenDir, writer => writer.String(Full(directory)), directory, "cannot be listed", token);
        var entries = new List<SiteEntry>();
        var links = new List<int>();
        while (true)
        {
            var answer = await AskAsync(SftpType.ReadDir, writer => writer.String(handle), token);
            if (answer.Type != SftpType.Name)
            {
                Demand(answer, directory, "cannot be listed", SftpStatus.Eof);
                break;
            }

            Names(answer, directory, entries, links);
        }

        await AskAsync(SftpType.Close, writer => writer.String(handle), token);
        foreach (var at in links)
        {
            var answer = await AskAsync(SftpType.ReadLink, writer => writer.String(Full(entries[at].Path)), token);
            if (answer.Type == SftpType.Name) entries[at] = entries[at] with { LinkTarget = FirstName(answer) };
        }

        return entries;
    }

    public override async Task<long?> SizeAsync(SitePath file, CancellationToken token)
    {
        var answer = await AskAsync(SftpType.Stat, writer => writer.String(Full(file)), token);
        return answer.Type == SftpType.Attrs && Parse(answer, static reader => reader.Attributes()) is { Kind: SiteEntryKind.File } attributes ? attributes.Size : null;
    }

    public override async Task MakeDirectoryAsync(SitePath directory, CancellationToken token)
    {
        var made = await AskAsync(SftpType.MakeDir, writer => writer.String(Full(directory)).Attributes(0x1ED, null), token);
        if (StatusOf(made).Code == SftpStatus.Ok) return;
        var there = await AskAsync(SftpType.Stat, writer => writer.String(Full(directory)), token);
        if (there.Type != SftpType.Attrs || Parse(there, static reader => reader.Attributes()).Kind != SiteEntryKind.Directory) Demand(made, directory, "cannot be made");
    }

    public override async Task DeleteFileAsync(SitePath file, CancellationToken token) =>
        Demand(await AskAsync(SftpType.Remove, writer => writer.String(Full(file)), token), file, "cannot be deleted", SftpStatus.NoSuchFile);

    public override async Task DeleteDirectoryAsync(SitePath directory, CancellationToken token) =>
        Demand(await AskAsync(SftpType.RemoveDir, writer => writer.String(Full(directory)), token), directory, "cannot be deleted");

    public override async Task<bool> SetModeAsync(SitePath path, int mode, CancellationToken token) =>
        StatusOf(await AskAsync(SftpType.SetStat, writer => writer.String(Full(path)).Attributes(mode, null), token)).Code == SftpStatus.Ok;

    public override async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Task.Run(() =>
        {
            Channel.Dispose();
            _ssh.Dispose();
        });
    }

    internal override async Task<SiteReading> StartReadAsync(SitePath file, long offset, CancellationToken token)
    {
        var handle = await HandleAsync(SftpType.Open, writer => writer.String(Full(file)).UInt32(1).UInt32(0), file, "cannot be read", token);
        _reading = new(this, handle, offset);
        return new(_reading, null);
    }

    internal override Task EndReadAsync(bool another, CancellationToken token) => CloseReadAsync(token);

    internal override async Task<Stream> StartWriteAsync(SitePath part, long offset, CancellationToken token)
    {
        // write, create, and truncate unless it is resumed
        var flags = 0x2u | 0x8u | (offset == 0 ? 0x10u : 0);
        var handle = await HandleAsync(SftpType.Open, writer => writer.String(Full(part)).UInt32(flags).UInt32(0), part, "cannot be written", token);
        return _writing = new(this, handle, part, offset);
    }

    internal override async Task EndWriteAsync(SitePath part, SiteFileFacts facts, bool another, CancellationToken token)
    {
        var writing = _writing!;
        _writing = null;
        await writing.DrainAsync(demand: true);
        if (facts.Modified is not null || facts.Mode is not null)
            Demand(await AskAsync(SftpType.FsetStat, writer => writer.String(writing.Handle).Attributes(facts.Mode, facts.Modified), token), part, "cannot be given its time", SftpStatus.Unsupported);
        Demand(await AskAsync(SftpType.Close, writer => writer.String(writing.Handle), token), part, "cannot be closed");
        var size = facts.Size < 0 ? null : await SizeAsync(part, token);
        if (facts.Size >= 0 && size != facts.Size)
            throw new SiteException(Side, TransferFailureKind.Passing, TransferCode.ItemAltered, $"{part}: {facts.Size} bytes were sent, the server has {size}.", usable: true);
    }

    internal override async Task AbandonAsync(CancellationToken token)
    {
        await CloseReadAsync(token);
        if (_writing is not { } writing) return;
        _writing = null;
        await writing.DrainAsync(demand: false);
        await AskAsync(SftpType.Close, writer => writer.String(writing.Handle), token);
    }

    internal override void Commit(SitePath part, SitePath final, Action<TransferFailure?> done) => _commits.Add(new(part, final, done));

    internal override async Task FlushAsync(CancellationToken token)
    {
        foreach (var commit in _commits) commit.Done(await NameAsync(commit, token));
        _commits.Clear();
    }

    internal override async Task LinkAsync(SitePath path, SitePath target, CancellationToken token)
    {
        await DeleteFileAsync(path, token);

        // OpenSSH takes the two names in the order that the draft does not have
        Demand(await AskAsync(SftpType.Symlink, writer => writer.String(target.Bytes).String(Full(path)), token), path, "cannot be linked");
    }

    internal override async Task<SiteEntry?> FollowAsync(SitePath path, CancellationToken token)
    {
        var answer = await AskAsync(SftpType.Stat, writer => writer.String(Full(path)), token);
        if (answer.Type != SftpType.Attrs || Parse(answer, static reader => reader.Attributes()) is not { Kind: SiteEntryKind.File } attributes) return null;
        return new(path, SiteEntryKind.File, attributes.Size ?? -1, attributes.Modified ?? 0, TimePrecision.Second, attributes.Mode & 0xFFF);
    }

    /// <summary>Throws unless the status is Ok or the one allowed.</summary>
    internal void Demand(SftpAnswer answer, SitePath path, string what, uint allowed = SftpStatus.Ok)
    {
        var (code, text) = StatusOf(answer);
        if (code == SftpStatus.Ok || code == allowed) return;
        var full = text.Contains("quota", StringComparison.OrdinalIgnoreCase) || text.Contains("space", StringComparison.OrdinalIgnoreCase);
        var meaning = full ? TransferCode.OverQuota : Side == TransferSide.Source ? TransferCode.ItemUnreadable : TransferCode.ItemRefused;
        throw new SiteException(Side, TransferFailureKind.Refused, meaning, $"{path} {what}: {text}", (int)code, usable: true) { NotFound = code == SftpStatus.NoSuchFile };
    }

    private async Task<TransferFailure?> NameAsync(PendingName commit, CancellationToken token)
    {
        SftpAnswer answer;
        if (_posixRename)
        {
            answer = await AskAsync(SftpType.Extended, writer => writer.String("posix-rename@openssh.com"u8).String(Full(commit.Part)).String(Full(commit.Final)), token);
            _posixRename = StatusOf(answer).Code != SftpStatus.Unsupported;
            if (_posixRename) return Failure(answer, commit);
        }

        await AskAsync(SftpType.Remove, writer => writer.String(Full(commit.Final)), token);
        answer = await AskAsync(SftpType.Rename, writer => writer.String(Full(commit.Part)).String(Full(commit.Final)), token);
        return Failure(answer, commit);
    }

    private TransferFailure? Failure(SftpAnswer answer, PendingName commit)
    {
        var (code, text) = StatusOf(answer);
        return code == SftpStatus.Ok ? null : new(Side, TransferFailureKind.Refused, TransferCode.ItemRefused, $"{commit.Final} cannot be given its name: {text}");
    }

    private async Task CloseReadAsync(CancellationToken token)
    {
        if (_reading is not { } reading) return;
        _reading = null;
        await reading.DrainAsync();
        await AskAsync(SftpType.Close, writer => writer.String(reading.Handle), token);
    }

    private Task<SftpAnswer> AskAsync(SftpType type, Action<SftpWriter> body, CancellationToken token)
    {
        var answer = Channel.Send(type, body);
        RoundTrips = Channel.RoundTrips;
        return answer.WaitAsync(token);
    }

    private async Task<byte[]> HandleAsync(SftpType type, Action<SftpWriter> body, SitePath path, string what, CancellationToken token)
    {
        var answer = await AskAsync(type, body, token);
        if (answer.Type == SftpType.Handle) return Parse(answer, static reader => reader.String().ToArray());
        Demand(answer, path, what);
        throw SiteException.Broken(Side, "An SFTP answer of the wrong kind.");
    }

    private byte[] Full(SitePath path)
    {
        if (path.Bytes.Contains((byte)0)) throw new SiteException(Side, TransferFailureKind.Refused, TransferCode.NotExpressible, $"{path}: no name holds a NUL.", usable: true);
        if (path.IsRoot) return _base.Length == 0 ? "."u8.ToArray() : _base;
        return _base.Length == 0 ? path.Bytes.ToArray() : [.. _base, (byte)'/', .. path.Bytes];
    }

    private void Names(SftpAnswer answer, SitePath directory, List<SiteEntry> entries, List<int> links)
    {
        try
        {
            var reader = answer.Reader;
            for (var count = reader.UInt32(); count > 0; count--)
            {
                var name = reader.String();
                reader.String();
                var attributes = reader.Attributes();
                if (name is [(byte)'.'] or [(byte)'.', (byte)'.']) continue;
                var understood = Listing.MlsdLine.IsName(name);
                if (understood && attributes.Kind == SiteEntryKind.Link) links.Add(entries.Count);
                entries.Add(new(
                    understood ? directory.Child(name) : SitePath.Of(name), understood ? attributes.Kind : SiteEntryKind.Unknown, attributes.Size ?? -1, attributes.Modified ?? 0,
                    attributes.Modified is null ? TimePrecision.None : TimePrecision.Second, attributes.Mode & 0xFFF));
            }
        }
        catch (InvalidDataException wrong)
        {
            throw SiteException.Broken(Side, wrong.Message);
        }
    }

    private SitePath FirstName(SftpAnswer answer) => Parse(answer, static reader => reader.UInt32() > 0 ? SitePath.Of(reader.String()) : default);

    private (uint Code, string Text) StatusOf(SftpAnswer answer) => answer.Type != SftpType.Status
        ? throw SiteException.Broken(Side, "An SFTP answer of the wrong kind.")
        : Parse(answer, static reader => (reader.UInt32(), SitePath.Text(reader.String())));

    private delegate T Reading<T>(SftpReader reader);

    private T Parse<T>(SftpAnswer answer, Reading<T> reading)
    {
        try
        {
            return reading(answer.Reader);
        }
        catch (InvalidDataException wrong)
        {
            throw SiteException.Broken(Side, wrong.Message);
        }
    }

    private sealed record PendingName(SitePath Part, SitePath Final, Action<TransferFailure?> Done);
}
