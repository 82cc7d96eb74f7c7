using Cassiopea.Imap.Commands;
using Cassiopea.Imap.Journal;

namespace Cassiopea.Imap.Mailbox;

/// <summary>What the labels of a Gmail-like source become.</summary>
public enum GmailLabels
{
    /// <summary>Keywords of the one copy, which is in INBOX, Sent, Drafts, Trash, Spam, or else in the archive.</summary>
    Keywords,

    /// <summary>Folders: the one copy is in the folder of its first label; further labels become keywords.</summary>
    Folders,
}

/// <summary>
/// A source with X-GM-EXT-1 shows one message in as many folders as it has labels. Each is copied once, by X-GM-MSGID: by the folder that had
/// it in an earlier pass, else by the first in the order INBOX, Sent, Drafts, Trash, Spam, labels, All Mail (facts R30).
/// </summary>
internal sealed class GmailPlan(TransferRun run, ImapConnection source)
{
    private static readonly System.Buffers.SearchValues<char> NotInAtom = System.Buffers.SearchValues.Create("(){]%*\"\\ ");
    private readonly HashSet<ulong> _taken = [];

    public static bool Applies(ImapConnection source) => source.Capabilities.Has("X-GM-EXT-1");

    /// <summary>Starred and Important are views; folders of labels are left out where labels become keywords.</summary>
    public static bool LeavesOut(ListedFolder folder, GmailLabels policy) =>
        folder.Use is SpecialUse.Flagged or SpecialUse.Important
        || (policy == GmailLabels.Keywords && folder.Use == SpecialUse.None && !NameStyle.IsInbox(folder.Name));

    public async Task ApplyAsync(IReadOnlyList<FolderWork> folders, CancellationToken token)
    {
        using var claims = run.Journal.OpenClaims();
        var byNumber = folders.ToDictionary(static folder => folder.Entry.Number);
        foreach (var folder in folders.Where(static folder => !folder.Finished).OrderBy(Rank).ThenBy(static folder => folder.Map.SourcePath, StringComparer.Ordinal))
        {
            await source.ExamineAsync(folder.Map.Source.Name, token);
            if (folder.SourceStatus.Messages == 0) continue;
            await source.FactsAsync("1:*", "X-GM-MSGID X-GM-LABELS", (in FetchItems items) =>
            {
                if (items.GmailId == 0) return;
                if (items.Labels is { Count: > 0 } labels) folder.Labels[items.Uid] = KeywordsOf(labels, folder.Map.Source.Name);
                var held = claims.Find(items.GmailId) is { } claim && claim != (folder.Entry.Number, items.Uid) && IsHeld(claim, byNumber);
                if (held || !_taken.Add(items.GmailId)) folder.Elsewhere.Add(items.Uid);
                else claims.Claim(items.GmailId, folder.Entry.Number, items.Uid);
            }, token);
        }

        claims.FlushToDisk();
    }

    /// <summary>The keywords of a message's labels but the one that is the folder itself.</summary>
    public static FlagSet KeywordsOf(IEnumerable<string> labels, string folder) => FlagSet.Of(labels.Where(label => !label.Equals(folder, StringComparison.Ordinal)).Select(Keyword));

    /// <summary>A label as a keyword: what no atom can hold becomes an underscore; labels of the system are folders or flags already.</summary>
    private static string Keyword(string label)
    {
        if (label is "\\Important") return "Important";
        if (label.StartsWith('\\')) return "";
        return string.Create(label.Length, label, static (made, from) =>
        {
            for (var i = 0; i < from.Length; i++) made[i] = from[i] is < '!' or > '~' || NotInAtom.Contains(from[i]) ? '_' : from[i];
        });
    }

    /// <summary>True when that folder has copied it, or will not look again because nothing changed there.</summary>
    private bool IsHeld((int Folder, uint Uid) claim, Dictionary<int, FolderWork> folders)
    {
        if (folders.TryGetValue(claim.Folder, out var folder))
            return folder.Journal is { } journal ? IsDone(journal, claim.Uid) : folder.Counted && !GmailLeftOut(folder);
        if (claim.Folder > run.Journal.Folders.Count) return false;
        using var gone = run.Journal.Open(run.Journal.Folders[claim.Folder - 1]);
        return IsDone(gone, claim.Uid);
    }

    private bool GmailLeftOut(FolderWork folder) => folder.Map.Excluded || LeavesOut(folder.Map.Source, run.Options.GmailLabels);

    private static bool IsDone(FolderJournal journal, uint uid) => journal.TryFind(uid, out var entry) && entry.State is EntryState.Done or EntryState.DoneUnchecked;

    private static int Rank(FolderWork folder) => folder.Map.Source.Use switch
    {
        _ when NameStyle.IsInbox(folder.Map.Source.Name) => 0,
        SpecialUse.Sent => 1,
        SpecialUse.Drafts => 2,
        SpecialUse.Trash or SpecialUse.Junk => 3,
        SpecialUse.All => 5,
        _ => 4,
    };
}
