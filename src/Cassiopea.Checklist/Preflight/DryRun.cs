namespace Cassiopea.Checklist.Preflight;

/// <summary>What a dry run of one item foretold.</summary>
/// <param name="ItemId">The item.</param>
/// <param name="Things">Messages, files or rows; null when nothing is foretold.</param>
/// <param name="Bytes">Their bytes; null when not known.</param>
/// <param name="Seconds">Expected duration; null when not known.</param>
/// <param name="Problems">How many things would not arrive as they are.</param>
public sealed record Foretold(Guid ItemId, long? Things, long? Bytes, double? Seconds, int Problems);

/// <summary>The dry run of the whole migration.</summary>
/// <param name="Items">Each item.</param>
/// <param name="Things">All things that are foretold.</param>
/// <param name="Bytes">All bytes that are foretold.</param>
/// <param name="LeastSeconds">When all items are copied side by side: as long as the longest one.</param>
/// <param name="MostSeconds">When they are copied one after the other.</param>
/// <param name="Problems">How many things would not arrive as they are.</param>
/// <param name="Complete">True when something is foretold of each item.</param>
public sealed record DryRun(IReadOnlyList<Foretold> Items, long Things, long Bytes, double? LeastSeconds, double? MostSeconds, int Problems, bool Complete)
{
    /// <summary>Adds up what the dry runs of the items foretold.</summary>
    public static DryRun Of(IReadOnlyList<Foretold> items)
    {
        var timed = items.Select(i => i.Seconds).OfType<double>().ToList();
        return new DryRun(
            items, items.Sum(i => i.Things ?? 0), items.Sum(i => i.Bytes ?? 0), timed.Count == 0 ? null : timed.Max(), timed.Count == 0 ? null : timed.Sum(),
            items.Sum(i => i.Problems), items.Count > 0 && items.All(i => i.Things is not null));
    }
}
