using Cassiopea.Imap.Mailbox;
using Cassiopea.Transfer;

namespace Cassiopea.Imap.Archive;

/// <summary>One run of an archive over all folders.</summary>
internal sealed class ArchiveRun(ImapAccount source, string root, MailboxTransferOptions options, TimeProvider time)
{
    private readonly TransferProgress _progress = new(time);
    private readonly List<ArchiveFolder> _done = [];
    private readonly HashSet<string> _listed = new(StringComparer.Ordinal);
    private ImapConnection? _connection;
    private long _known, _excluded, _closedRoundTrips;

    private string ManifestFile => Path.Combine(root, ArchivePacking.ManifestName);

    /// <summary>Messages at the source: of folders that were read as counted there, of the others as the list said.</summary>
    public long Source => _known + _excluded;

    public long Copied => _done.Sum(static folder => folder.Copied);

    public long AlreadyThere => _done.Sum(static folder => folder.AlreadyThere);

    public long Bytes => _done.Sum(static folder => folder.Bytes);

    public long Excluded => _excluded + _done.Sum(static folder => folder.Excluded);

    public IReadOnlyList<FolderResult> Folders => [.. _done.Select(static folder => folder.Result)];

    public List<ReportException> Exceptions => [.. _done.SelectMany(static folder => folder.Unreadable)];

    public long RoundTrips => _closedRoundTrips + (_connection?.RoundTrips ?? 0);

    public async Task RunAsync(int attempts, CancellationToken token)
    {
        Directory.CreateDirectory(root);
        await LoadManifestAsync(token);
        var folders = await PatientlyAsync(async () => await AccountFolders.ReadAsync(await OpenAsync(token), options.Measure, token), attempts, static () => 0, token);
        var work = new List<(string Name, long Messages, ArchiveFolder Folder)>();
        foreach (var folder in folders.Own.Where(static folder => folder is { Selectable: true, Exists: true, Status: not null }))
        {
            var levels = folders.Style.Levels(folder.Name);
            var path = NameStyle.Path(levels);
            _progress.Expect(folder.Status!.Messages, Math.Max(0, folder.Status.Size));
            if (options.ExcludedFolders.Any(excluded => path == excluded || path.StartsWith(excluded + "/", StringComparison.Ordinal))) _excluded += folder.Status.Messages;
            else work.Add((folder.Name, folder.Status.Messages, new(root, path, levels, options.ArchivedBefore, options.TrialWait, _progress) { Known = LinesOf }));
        }

        var there = Path.Combine(root, ArchivePacking.FoldersName);
        var known = File.Exists(there) ? ArchivePacking.Folders(await File.ReadAllTextAsync(there, token)) : [];
        await File.WriteAllTextAsync(there, ArchivePacking.FoldersText(known.Union(work.Select(static one => one.Folder.Result.Source), StringComparer.Ordinal)), token);
        _known = work.Sum(static one => one.Messages);
        foreach (var (name, messages, folder) in work)
        {
            _done.Add(folder);
            _progress.At(name);
            await PatientlyAsync(async () =>
            {
                await folder.ReadAsync(await OpenAsync(token), name, token);
                return 0;
            }, attempts, () => folder.Copied + folder.AlreadyThere + folder.Unreadable.Count, token, folder);
            _known += folder.Source - messages;
            await AppendManifestAsync(folder, token);
            options.Progress?.Invoke(_progress.Snapshot());
        }
    }

    public async ValueTask CloseAsync()
    {
        if (_connection is null) return;
        _closedRoundTrips += _connection.RoundTrips;
        await Commands.Logout.LogoutAsync(_connection, CancellationToken.None);
        await _connection.DisposeAsync();
        _connection = null;
    }

    /// <summary>Connects again when the source is lost; each message that arrived starts the count of attempts anew.</summary>
    private async Task<T> PatientlyAsync<T>(Func<Task<T>> work, int attempts, Func<long> progress, CancellationToken token, ArchiveFolder? folder = null)
    {
        var before = progress();
        for (var losses = 1; ; losses++)
        {
            try
            {
                return await work();
            }
            catch (TransferException lost) when (lost.Kind == TransferFailureKind.Passing)
            {
                var open = _connection is not null;
                await CloseAsync();
                var untilTrial = open ? folder?.Lost(lost) : null;
                if (progress() != before) (before, losses) = (progress(), 1);
                if (losses >= attempts) throw;
                await Task.Delay((lost as ImapException)?.Backoff ?? untilTrial ?? TimeSpan.FromMilliseconds(Math.Min(20_000, 100 << losses)), TimeProvider.System, token);
            }
        }
    }

    private async Task<ImapConnection> OpenAsync(CancellationToken token) => _connection ??= await ImapConnection.OpenAsync(source, TransferSide.Source, new()
    {
        Idle = options.Idle,
        TrustedRoots = options.TrustedRoots,
        WithoutCapabilities = options.WithoutCapabilities,
    }, token);

    private async Task AppendManifestAsync(ArchiveFolder folder, CancellationToken token)
    {
        if (folder.Manifest.Count > 0) await AppendAsync(folder.Manifest, token);
        _listed.UnionWith(folder.Manifest.Select(static line => line.Key));
        folder.Manifest.Clear();
        if (folder.AlreadyThere > 0) await AppendAsync(folder.LinesOfOrphans(_listed), token);
    }

    private Task AppendAsync(IEnumerable<ArchivedLine> lines, CancellationToken token) =>
        File.AppendAllTextAsync(ManifestFile, string.Concat(lines.Select(static line => line + "\n")), token);

    private async Task LoadManifestAsync(CancellationToken token)
    {
        if (!File.Exists(ManifestFile)) return;
        await EndLastLineAsync(token);
        using var text = File.OpenText(ManifestFile);
        _listed.UnionWith(ArchivedLine.Each(text).Select(static line => line.Key));
    }

    private IEnumerable<ArchivedLine> LinesOf(string folder)
    {
        if (!File.Exists(ManifestFile)) return [];
        using var text = File.OpenText(ManifestFile);
        return ArchivedLine.Read(text, folder);
    }

    /// <summary>A run that was killed may have left half a line: what is added must not become a part of it.</summary>
    private async Task EndLastLineAsync(CancellationToken token)
    {
        await using var file = new FileStream(ManifestFile, FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
        if (file.Length == 0) return;
        file.Position = file.Length - 1;
        if (file.ReadByte() != '\n') await file.WriteAsync("\n"u8.ToArray(), token);
    }
}
