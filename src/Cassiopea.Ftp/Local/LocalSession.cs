using System.Text;
using Cassiopea.Transfer;

namespace Cassiopea.Ftp.Local;

/// <summary>A directory of this machine behind the verbs of a session.</summary>
internal sealed class LocalSession : SiteSession
{
    private const int NoSpace = 28;
    private const int OverQuota = 122;
    private readonly byte[] _base;
    private FileStream? _open;

    private LocalSession(byte[] root, TransferSide side)
    {
        (_base, Side) = (root, side);
        Software = "directory";
    }

    internal override bool CanLink => true;

    public static LocalSession Open(SiteEndpoint endpoint, TransferSide side)
    {
        if (!OperatingSystem.IsLinux()) throw new PlatformNotSupportedException("Directories are read and written on Linux only: names are bytes there.");
        if (side != TransferSide.Target && !Directory.Exists(endpoint.Root)) throw new SiteException(side, TransferFailureKind.Refused, TransferCode.Unreachable, $"There is no directory {endpoint.Root}.");
        return new(Encoding.UTF8.GetBytes(endpoint.Root.TrimEnd('/')), side);
    }

    public override Task<IReadOnlyList<SiteEntry>> ListAsync(SitePath directory, CancellationToken token) => Do<IReadOnlyList<SiteEntry>>(directory, "cannot be listed", () =>
    {
        var entries = new List<SiteEntry>();
        foreach (var name in NativeFiles.List(Full(directory)))
        {
            var path = directory.Child(name);
            if (NativeFiles.Stat(Full(path), follow: false) is not { } stat) continue;
            var target = stat.Kind == SiteEntryKind.Link ? SitePath.Of(NativeFiles.ReadLink(Full(path))) : default;
            entries.Add(new(path, stat.Kind, stat.Size, stat.Modified, TimePrecision.Second, stat.Mode & 0xFFF, target));
        }

        return entries;
    });

    public override Task<long?> SizeAsync(SitePath file, CancellationToken token) => Do(file, "cannot be looked at", () =>
        NativeFiles.Stat(Full(file), follow: true) is { Kind: SiteEntryKind.File } stat ? stat.Size : (long?)null);

    public override Task MakeDirectoryAsync(SitePath directory, CancellationToken token) => Do(directory, "cannot be made", () =>
    {
        if (directory.IsRoot) Directory.CreateDirectory(Encoding.UTF8.GetString(_base));
        else if (NativeFiles.Stat(Full(directory), follow: true) is not { Kind: SiteEntryKind.Directory }) NativeFiles.MakeDirectory(Full(directory));
        return true;
    });

    public override Task DeleteFileAsync(SitePath file, CancellationToken token) => Do(file, "cannot be deleted", () =>
    {
        if (NativeFiles.Stat(Full(file), follow: false) is not null) NativeFiles.RemoveFile(Full(file));
        return true;
    });

    public override Task DeleteDirectoryAsync(SitePath directory, CancellationToken token) => Do(directory, "cannot be deleted", () =>
    {
        NativeFiles.RemoveDirectory(Full(directory));
        return true;
    });

    public override Task<bool> SetModeAsync(SitePath path, int mode, CancellationToken token) => Do(path, "cannot be given its mode", () =>
    {
        NativeFiles.Mode(Full(path), mode & 0x1FF);
        return true;
    });

    public override async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_open is not null) await _open.DisposeAsync();
    }

    internal override Task<SiteReading> StartReadAsync(SitePath file, long offset, CancellationToken token) => Do(file, "cannot be read", () =>
    {
        if (NativeFiles.Stat(Full(file), follow: true) is not { Kind: SiteEntryKind.File }) throw new NativeException(NativeFiles.NotFound, "no such file");
        _open = new FileStream(NativeFiles.Open(Full(file), write: false, truncate: false), FileAccess.Read, bufferSize: 0);
        _open.Position = offset;
        return new SiteReading(_open, null);
    });

    internal override Task EndReadAsync(bool another, CancellationToken token) => AbandonAsync(token);

    internal override Task<Stream> StartWriteAsync(SitePath part, long offset, CancellationToken token) => Do<Stream>(part, "cannot be written", () =>
    {
        _open = new FileStream(NativeFiles.Open(Full(part), write: true, truncate: offset == 0), FileAccess.Write, bufferSize: 0);
        _open.Position = offset;
        return _open;
    });

    internal override async Task EndWriteAsync(SitePath part, SiteFileFacts facts, bool another, CancellationToken token)
    {
        await AbandonAsync(token);
        await Do(part, "cannot be finished", () =>
        {
            var size = NativeFiles.Stat(Full(part), follow: false)?.Size;
            if (facts.Size >= 0 && size != facts.Size)
                throw new SiteException(Side, TransferFailureKind.Passing, TransferCode.ItemAltered, $"{part}: {facts.Size} bytes were written, {size} are there.", usable: true);
            if (facts.Mode is { } mode) NativeFiles.Mode(Full(part), mode & 0x1FF);
            if (facts.Modified is { } modified) NativeFiles.Times(Full(part), modified);
            return true;
        });
    }

    internal override async Task AbandonAsync(CancellationToken token)
    {
        if (_open is null) return;
        await _open.DisposeAsync();
        _open = null;
    }

    internal override void Commit(SitePath part, SitePath final, Action<TransferFailure?> done)
    {
        try
        {
            NativeFiles.Rename(Full(part), Full(final));
        }
        catch (NativeException refused)
        {
            done(Refusal(final, "cannot be given its name", refused).Failure);
            return;
        }

        done(null);
    }

    internal override Task FlushAsync(CancellationToken token) => Task.CompletedTask;

    internal override async Task LinkAsync(SitePath path, SitePath target, CancellationToken token)
    {
        await DeleteFileAsync(path, token);
        await Do(path, "cannot be linked", () =>
        {
            NativeFiles.Link(Full(path), target.Bytes.ToArray());
            return true;
        });
    }

    internal override Task<SiteEntry?> FollowAsync(SitePath path, CancellationToken token) => Do(path, "cannot be looked at", () =>
        NativeFiles.Stat(Full(path), follow: true) is { Kind: SiteEntryKind.File } stat ? new SiteEntry(path, SiteEntryKind.File, stat.Size, stat.Modified, TimePrecision.Second, stat.Mode & 0xFFF) : null);

    private byte[] Full(SitePath path) => path.IsRoot ? _base : [.. _base, (byte)'/', .. path.Bytes];

    private Task<T> Do<T>(SitePath path, string what, Func<T> act)
    {
        try
        {
            return Task.FromResult(act());
        }
        catch (NativeException refused)
        {
            return Task.FromException<T>(Refusal(path, what, refused));
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            return Task.FromException<T>(new SiteException(Side, TransferFailureKind.Refused, TransferCode.ItemUnreadable, $"{path} {what}: {failed.Message}", usable: true, inner: failed));
        }
        catch (SiteException failed)
        {
            return Task.FromException<T>(failed);
        }
    }

    private SiteException Refusal(SitePath path, string what, NativeException refused)
    {
        var code = refused.Error is NoSpace or OverQuota ? TransferCode.StorageFull : Side == TransferSide.Source ? TransferCode.ItemUnreadable : TransferCode.ItemRefused;
        return new(Side, TransferFailureKind.Refused, code, $"{path} {what}: {refused.Message}", refused.Error, usable: true, inner: refused) { NotFound = refused.Error == NativeFiles.NotFound };
    }
}
