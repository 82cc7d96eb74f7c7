using System.Diagnostics;
using System.Reflection;
using Cassiopea.Sympa.Bundle;
using Cassiopea.Sympa.Format;
using Cassiopea.Transfer;

namespace Cassiopea.Sympa;

/// <summary>What an import did, or would do.</summary>
/// <param name="From">The old list.</param>
/// <param name="To">The new list.</param>
/// <param name="Manifest">Of the bundle.</param>
/// <param name="People">By role.</param>
/// <param name="Archive">Posts that were missing in the new archive.</param>
/// <param name="Held">Held posts that were handed over.</param>
/// <param name="StartedAt">UTC.</param>
public sealed record ListImportResult(
    ListAddress From,
    ListAddress To,
    BundleManifest Manifest,
    IReadOnlyDictionary<string, PeopleMerge> People,
    IReadOnlyList<string> Archive,
    IReadOnlyList<string> Held,
    DateTimeOffset StartedAt)
{
    /// <summary>UTC.</summary>
    public DateTimeOffset FinishedAt { get; init; }

    /// <summary>True when nothing was written.</summary>
    public bool DryRun { get; init; }

    /// <summary>Posts of the digest that were handed over.</summary>
    public IReadOnlyList<string> Digest { get; init; } = [];

    /// <summary>Posts that only the new host's people can put into its archive; they are in an mbox, and nothing of ours says that they arrived.</summary>
    public IReadOnlyList<string> LeftToHost { get; init; } = [];

    /// <summary>Those of them that the mbox did not have before.</summary>
    public IReadOnlyList<string> NewlyLeft { get; init; } = [];

    /// <summary>Posts that wait at the old list and could not be handed over.</summary>
    public int NotHandedOver { get; init; }

    /// <summary>Files of the list's folder that were written.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>Lines that name the old domain still.</summary>
    public IReadOnlyList<ListFinding> LeftOvers { get; init; } = [];

    /// <summary>What did not arrive as it was.</summary>
    public IReadOnlyList<ReportException> Exceptions { get; init; } = [];

    /// <summary>True when the new list needed nothing.</summary>
    public bool ChangedNothing => Archive.Count + NewlyLeft.Count + Held.Count + Digest.Count + Files.Count == 0 && People.Values.All(static one => one.ChangesNothing);

    /// <summary>The counts: people and posts together.</summary>
    public TransferCounts Counts
    {
        get
        {
            var source = Manifest.Counts.Where(static one => one.Key != "exclusions").Sum(static one => one.Value);
            var keptOut = People.Values.Sum(static one => one.KeptOut.Count);
            var left = LeftToHost.Count + NotHandedOver;
            var missing = Exceptions.Count(static one => one.Code == TransferCode.ItemMissing);
            var refused = missing + left;
            var todo = People.Values.Sum(static one => one.Added.Count + one.Changed.Count) + Archive.Count + Held.Count + Digest.Count;
            var copied = DryRun ? 0 : todo - missing;
            var altered = Exceptions.Count(static one => one.Code == TransferCode.ItemAltered);
            return new(source, copied, source - keptOut - refused - copied - (DryRun ? todo : 0), refused, keptOut, DryRun ? todo : 0, Math.Min(altered, copied), People.Values.Sum(static one => one.Removed.Count));
        }
    }

    /// <summary>The report of the run.</summary>
    /// <param name="source">Where the bundle was.</param>
    /// <param name="target">The new host.</param>
    public TransferReport ToReport(string source, string target) => new(
        DryRun ? "list import --dry-run" : "list import", Engine.Version, source, target, StartedAt, FinishedAt,
        Exceptions.Count == 0 ? TransferOutcome.Complete : TransferOutcome.Exceptions, Counts, 0, (FinishedAt - StartedAt).TotalSeconds, 0, Engine.PeakMemory, Exceptions);
}

/// <summary>Facts of this program for reports.</summary>
internal static class Engine
{
    public static string Version { get; } = typeof(Engine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";

    public static long PeakMemory => Process.GetCurrentProcess().PeakWorkingSet64;
}
