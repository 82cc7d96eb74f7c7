using System.Globalization;
using Cassiopea.Imap.Mailbox;
using Cassiopea.Transfer;

namespace Cassiopea.Imap.Preflight;

/// <summary>Gathers what a dry run finds, in the words of the exceptions that a real run would list.</summary>
internal sealed class PreflightProblems
{
    private const int Most = 10_000;
    private readonly List<PreflightProblem> _found = [];

    public long Refused { get; private set; }

    public long Blocking { get; private set; }

    public IReadOnlyList<PreflightProblem> Found => [.. _found.OrderBy(static problem => problem.Severity)];

    public void Block(string item, TransferFailure failure, string action)
    {
        Blocking++;
        Add(PreflightSeverity.Blocking, item, failure, action);
    }

    public void Notice(string item, TransferSide side, string code, string text, string action) =>
        Add(PreflightSeverity.Notice, item, new(side, TransferFailureKind.Passing, code, text), action);

    public void Except(string item, TransferFailure failure, string action) => Add(PreflightSeverity.Exception, item, failure, action);

    /// <summary>A message that the target will refuse.</summary>
    public void Refuse(string path, uint validity, uint uid, string code, string text, string action)
    {
        Refused++;
        Except(string.Create(CultureInfo.InvariantCulture, $"{path} ; {validity} ; {uid}"), new(TransferSide.Target, TransferFailureKind.Refused, code, text), action);
    }

    /// <summary>Names that differ by case only, that had to be changed, or that servers are known to refuse.</summary>
    public void Names(IReadOnlyList<MappedFolder> folders, AccountFolders? target)
    {
        var byFolded = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var there in target?.Own ?? []) byFolded.TryAdd(there.Name, there.Name);
        foreach (var folder in folders)
        {
            if (!byFolded.TryAdd(folder.Target, folder.Target) && byFolded[folder.Target] is var other && !other.Equals(folder.Target, StringComparison.Ordinal) && !NameStyle.IsInbox(other))
                Name(folder, $"The name differs from {other} by case only. A target that takes both for one refuses this folder; they are never merged.");
            var levels = NameStyle.FromPath(folder.TargetPath);
            if (NameStyle.FromPath(folder.SourcePath) is [.., var before] && levels[^1] != before && levels[^1].StartsWith(before + " (", StringComparison.Ordinal))
                Name(folder, $"Two folders want the name {before}; this one becomes {levels[^1]}.");
            if (target?.Find(folder.Target) is not null) continue;
            if (levels.Any(static level => level is "" or "." or ".." || level.StartsWith('~') || level.Any(char.IsControl)))
                Name(folder, "A level of the name is empty, a dot, begins with ~ or holds a control character: many servers refuse that.");
            if (folder.Target.Length > 240)
                Name(folder, string.Create(CultureInfo.InvariantCulture, $"The name is {folder.Target.Length} octets long: many servers refuse more than 240."));
        }
    }

    private void Name(MappedFolder folder, string text) =>
        Notice($"{folder.SourcePath} ; {folder.TargetPath}", TransferSide.Target, TransferCode.NotExpressible, text, "Give it another name with a folder map where that is not wanted.");

    private void Add(PreflightSeverity severity, string item, TransferFailure failure, string action)
    {
        if (_found.Count < Most) _found.Add(new(severity, new(item.Length > 300 ? item[..300] : item, failure.Side, failure.Kind, failure.Code, failure.Text, action)));
    }
}
