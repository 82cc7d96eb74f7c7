using System.Globalization;
using Cassiopea.Imap.Archive;
using Cassiopea.Transfer;
using Cassiopea.Transfer.Manifests;

namespace Cassiopea.Imap.Mailbox;

/// <summary>One folder of a verification: counts, differences and the lines of the manifest.</summary>
internal sealed class ComparedFolder
{
    private const int MostListed = 10_000;
    private readonly List<ScannedMessage> _source;
    private readonly uint _validity;
    private readonly List<ReportException> _differences = [];

    private ComparedFolder(FolderVerification counts, uint validity, List<ScannedMessage> source) => (Counts, _validity, _source) = (counts, validity, source);

    public FolderVerification Counts { get; private set; }

    public IReadOnlyList<ReportException> Differences => _differences;

    /// <summary>Pairs what is equal in all, then what has equal octets; the rest is missing or extra. Both lists are sorted here.</summary>
    public static ComparedFolder Compare(MappedFolder folder, bool exists, uint validity, List<ScannedMessage> source, List<ScannedMessage> target)
    {
        var order = Comparer<ScannedMessage>.Create(static (a, b) => Order(a, b));
        source.Sort(order);
        target.Sort(order);
        var made = new ComparedFolder(
            new(folder.SourcePath, exists ? folder.TargetPath : "", source.Count, target.Count, 0, 0, 0, 0, source.Sum(static message => message.Size)), validity, source);
        var (missing, extra) = (new List<ScannedMessage>(), new List<ScannedMessage>());
        long equal = 0;
        foreach (var pair in SideBySide.Compare(source, target, order))
        {
            if (pair.Presence == Presence.Both) equal++;
            else if (pair.Presence == Presence.SourceOnly) missing.Add(pair.Source);
            else extra.Add(pair.Target);
        }

        var altered = made.PairByOctets(missing, extra);
        foreach (var message in missing.Take(MostListed)) made.Differ(message, TransferCode.ItemMissing, exists ? "The message is not at the target." : "The folder is not at the target.", "Run the copy again.");
        made.Counts = made.Counts with { Equal = equal, Missing = missing.Count, Altered = altered, Extra = extra.Count };
        return made;
    }

    /// <summary>Compares a folder with its target and, where messages are divided by date, the older ones with the archive: each may be in one of the two only.</summary>
    public static async Task<ComparedFolder[]> CompareAsync(
        MappedFolder folder, bool exists, List<ScannedMessage> source, List<ScannedMessage> target, DateTimeOffset? onlineSince, ArchivedMessages? archive, CancellationToken token)
    {
        var validity = folder.Source.Status!.UidValidity;
        if (onlineSince is not { } since) return [Compare(folder, exists, validity, source, target)];
        var old = source.Where(message => message.Date.IsBefore(since)).ToList();
        source.RemoveAll(message => message.Date.IsBefore(since));
        var online = Compare(folder, exists, validity, source, target);
        if (archive is null) return [online];
        var kept = await archive.ReadAsync(NameStyle.FromPath(folder.SourcePath), token);
        var archived = Compare(folder with { TargetPath = $"archive/{folder.SourcePath}" }, exists: true, validity, old, kept);
        archived.DifferWhereIn(old, target, "It is older than the limit and in the archive, but the target has it too.");
        online.DifferWhereIn(source, kept, "It is not older than the limit and belongs to the target, but the archive has it too.");
        return [online, archived];
    }

    /// <summary>Lists the messages that another place has too, where each may be in one place only.</summary>
    private void DifferWhereIn(IReadOnlyList<ScannedMessage> messages, IReadOnlyList<ScannedMessage> elsewhere, string text)
    {
        var there = elsewhere.Select(static message => (message.Hash, message.Date.Seconds)).ToHashSet();
        foreach (var message in messages.Where(message => there.Contains((message.Hash, message.Date.Seconds))).Take(MostListed))
            Differ(message, TransferCode.NotExpressible, $"The message is in both places. {text}", "Remove it from one of the two by hand, or leave it there.");
    }

    /// <summary>The lines of the manifest, sorted.</summary>
    public IEnumerable<string> Manifest() => _source
        .Select(message => new ManifestLine(Counts.Source, message.Date.ToString(), message.Flags.Text, message.Size, message.Hash.ToString()) + "\n")
        .Order(StringComparer.Ordinal);

    private static int Order(in ScannedMessage a, in ScannedMessage b)
    {
        var order = a.Hash.Order(b.Hash);
        if (order == 0) order = a.Date.Seconds.CompareTo(b.Date.Seconds);
        return order != 0 ? order : string.CompareOrdinal(a.Flags.Text, b.Flags.Text);
    }

    private long PairByOctets(List<ScannedMessage> missing, List<ScannedMessage> extra)
    {
        long altered = 0;
        var byHash = extra.ToLookup(static message => message.Hash);
        var taken = new HashSet<uint>();
        var left = new List<ScannedMessage>();
        foreach (var message in missing)
        {
            var candidates = byHash[message.Hash].Where(other => !taken.Contains(other.Uid)).ToList();
            if (candidates.Count == 0)
            {
                left.Add(message);
                continue;
            }

            var best = candidates.Find(other => other.Date.Seconds == message.Date.Seconds);
            if (best.Uid == 0) best = candidates[0];
            taken.Add(best.Uid);
            altered++;
            if (altered > MostListed) continue;
            if (best.Date.Seconds != message.Date.Seconds) Differ(message, TransferCode.ItemAltered, $"The date of receipt differs: {message.Date} at the source, {best.Date} at the target.", "Compare the message in both mailboxes.");
            else Differ(message, TransferCode.NotExpressible, $"The flags differ: ({message.Flags}) at the source, ({best.Flags}) at the target.", "Nothing, if somebody changed them; else run the copy again.");
        }

        missing.Clear();
        missing.AddRange(left);
        extra.RemoveAll(message => taken.Contains(message.Uid));
        return altered;
    }

    private void Differ(in ScannedMessage message, string code, string text, string action) =>
        _differences.Add(new(string.Create(CultureInfo.InvariantCulture, $"{Counts.Source} ; {_validity} ; {message.Uid}"), TransferSide.Target, TransferFailureKind.Refused, code, text, action));
}
