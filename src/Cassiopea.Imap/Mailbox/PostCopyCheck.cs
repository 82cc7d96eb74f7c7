using Cassiopea.Imap.Commands;
using Cassiopea.Transfer;

namespace Cassiopea.Imap.Mailbox;

/// <summary>
/// After the copy: asks the target about messages that servers rewrite and about a sample of the others. When the sample shows that this
/// server rewrites ordinary messages, all that this run copied are asked about.
/// </summary>
internal sealed class PostCopyCheck(TransferRun run, ImapConnection target)
{
    private const string Facts = "RFC822.SIZE INTERNALDATE FLAGS";
    private readonly HashSet<FolderWork> _rewritten = [];
    private readonly HashSet<(FolderWork, uint)> _checked = [];

    public async Task CheckAsync(IReadOnlyList<FolderWork> folders, CancellationToken token)
    {
        foreach (var folder in folders) AddOlder(folder);
        await RoundAsync(folders, token);
        foreach (var folder in _rewritten) AddCopied(folder);
        await RoundAsync([.. _rewritten], token);
    }

    private async Task RoundAsync(IReadOnlyList<FolderWork> folders, CancellationToken token)
    {
        foreach (var some in folders.Where(static folder => folder.Checks.Count > 0).Chunk(50))
        {
            var asked = some.Select(Begin).ToList();
            foreach (var one in asked) await EndAsync(one, token);
        }
    }

    /// <summary>Everything that is at the target, when the sample shows that the server rewrites ordinary messages.</summary>
    private void AddCopied(FolderWork folder)
    {
        var journal = folder.Journal!;
        var prints = journal.ReadPrints();
        foreach (var entry in journal.Entries)
        {
            if (!_checked.Contains((folder, entry.Uid)) && prints.TryGetValue(entry.Uid, out var print))
                folder.Checks.Add(new(entry.Uid, entry.TargetUid, folder.Rules.Keep(journal.FlagsOf(entry.Flags)), print));
        }
    }

    /// <summary>Messages of an earlier run that ended before they were compared.</summary>
    private static void AddOlder(FolderWork folder)
    {
        if (folder.Journal is not { } journal || !folder.Finished) return;
        var known = folder.Checks.Select(static check => check.Uid).ToHashSet();
        var older = journal.Entries.Where(entry => entry.State == Journal.EntryState.DoneUnchecked && !known.Contains(entry.Uid)).ToList();
        if (older.Count == 0) return;
        var prints = journal.ReadPrints();
        foreach (var entry in older)
        {
            if (prints.TryGetValue(entry.Uid, out var print)) folder.Checks.Add(new(entry.Uid, entry.TargetUid, folder.Rules.Keep(journal.FlagsOf(entry.Flags)), print));
        }
    }

    private (FolderWork Folder, uint Examine, List<uint> Fetches) Begin(FolderWork folder)
    {
        var examine = target.BeginExamine(folder.Map.Target);
        var uids = new UidSet();
        foreach (var uid in folder.Checks.Select(check => TargetUid(folder, check)).Where(static uid => uid is not (0 or uint.MaxValue)).Order()) uids.Add(uid);
        var fetches = uids.Chunks(5000).Select(part => target.BeginLine($"UID FETCH {part.Text} (UID {Facts})")).ToList();
        return (folder, examine, fetches);
    }

    private async Task EndAsync((FolderWork Folder, uint Examine, List<uint> Fetches) asked, CancellationToken token)
    {
        var folder = asked.Folder;
        var (selected, status) = await target.EndSelectAsync(asked.Examine, token);
        var found = new Dictionary<uint, (long Size, long Seconds, FlagSet Flags)>();
        var catalog = new FlagCatalog();
        foreach (var fetch in asked.Fetches)
        {
            if (!status.Ok)
            {
                await target.EndAsync(fetch, null, token);
                continue;
            }

            await target.EndFactsAsync(fetch, (in FetchItems items) => found[items.Uid] = (items.Size, InternalDate.Parse(items.InternalDate).Seconds, catalog.Get(items.Flags)), token);
        }

        if (!status.Ok || selected.UidValidity != folder.TargetValidity) return;
        foreach (var check in folder.Checks.ToList())
        {
            if (!found.TryGetValue(TargetUid(folder, check), out var there)) continue; // deleted by its owner meanwhile
            Judge(folder, check, there);
            _checked.Add((folder, check.Uid));
            folder.Journal!.Checked(check.Uid);
        }

        folder.Checks.Clear();
        folder.Journal?.Flush();
    }

    private void Judge(FolderWork folder, PostCheck check, (long Size, long Seconds, FlagSet Flags) there)
    {
        if (there.Size != check.Print.Size && check.Print.Oddity == Oddity.None) _rewritten.Add(folder);
        if (there.Size != check.Print.Size) Altered(folder, check, $"The target made {there.Size} bytes of {check.Print.Size}{Why(check)}.");
        else if ((check.Print.Oddity & Oddity.Nul) != Oddity.None && !target.Capabilities.Binary) Altered(folder, check, "The message holds NUL, which the target cannot take (no BINARY): 0x80 stands in its place.");
        else if (check.Print.Date.IsKnown && there.Seconds != check.Print.Date.Seconds) Altered(folder, check, $"The target keeps another date of receipt: {new InternalDate(there.Seconds, 0)} for {check.Print.Date}.");
        else if (!check.Print.Date.IsKnown) Altered(folder, check, "The source gives no date of receipt that can be read; the target has the date of the copy.");
        else if (check.Flags.Flags.Except(there.Flags.Flags, StringComparer.OrdinalIgnoreCase).ToList() is { Count: > 0 } lost)
            run.Except(folder, check.Uid, Failure($"The target did not keep: {string.Join(' ', lost)}", TransferCode.NotExpressible), "Nothing: the message arrived without it.");
    }

    private static string Why(PostCheck check) => (check.Print.Oddity & Oddity.LineEnds) != Oddity.None ? " (a line end that is not CRLF)" : "";

    private void Altered(FolderWork folder, PostCheck check, string text)
    {
        if (folder.Altered < folder.Copied) folder.Altered++; // one of an earlier run is listed and not counted
        run.Except(folder, check.Uid, Failure(text, TransferCode.ItemAltered), "Compare the message in both mailboxes; nothing else to do.");
    }

    private static uint TargetUid(FolderWork folder, PostCheck check) =>
        check.TargetUid != 0 ? check.TargetUid : folder.Journal!.TryFind(check.Uid, out var entry) ? entry.TargetUid : 0;

    private static TransferFailure Failure(string text, string code) => new(TransferSide.Target, TransferFailureKind.Refused, code, text);
}
