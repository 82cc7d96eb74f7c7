namespace Cassiopea.Sympa.Format;

/// <summary>Whom the new list must hold, decided from three states: the last import, the old list now, the new list now. What people did at the new list wins.</summary>
/// <param name="People">Whom the new list must hold.</param>
/// <param name="Added">New since the last import.</param>
/// <param name="Changed">Changed at the old list since the last import.</param>
/// <param name="Removed">Left the old list since the last import.</param>
/// <param name="KeptOut">Not added although at the old list: who left, is excluded or is blocked at the new one.</param>
public sealed record PeopleMerge(
    IReadOnlyList<DumpEntry> People,
    IReadOnlyList<string> Added,
    IReadOnlyList<string> Changed,
    IReadOnlyList<string> Removed,
    IReadOnlyList<string> KeptOut)
{
    /// <summary>True when the new list needs nothing.</summary>
    public bool ChangesNothing => Added.Count + Changed.Count + Removed.Count == 0;

    /// <summary>Decides.</summary>
    /// <param name="last">As imported last; empty before the first import.</param>
    /// <param name="source">The old list now.</param>
    /// <param name="target">The new list now.</param>
    /// <param name="keptOut">Addresses that must not be added: exclusions and blocks of either end.</param>
    public static PeopleMerge Of(IReadOnlyList<DumpEntry> last, IReadOnlyList<DumpEntry> source, IReadOnlyList<DumpEntry> target, IReadOnlySet<string> keptOut)
    {
        var (before, now, there) = (ByAddress(last), ByAddress(source), ByAddress(target));
        List<DumpEntry> people = [];
        List<string> added = [], changed = [], removed = [], refused = [];
        foreach (var one in source)
        {
            var known = before.GetValueOrDefault(one.Address);
            if (there.TryGetValue(one.Address, out var present))
            {
                var touched = known is not null && !known.SaysTheSameAs(present);
                var newer = known is null ? !one.SaysTheSameAs(present) : !one.SaysTheSameAs(known) && !one.SaysTheSameAs(present);
                if (newer && !touched && known is not null) changed.Add(one.Address);
                people.Add(newer && !touched && known is not null ? one : present);
            }
            else if (known is not null || keptOut.Contains(one.Address))
            {
                refused.Add(one.Address);
            }
            else
            {
                added.Add(one.Address);
                people.Add(one);
            }
        }

        foreach (var one in target.Where(one => !now.ContainsKey(one.Address)))
        {
            if (before.TryGetValue(one.Address, out var known) && known.SaysTheSameAs(one)) removed.Add(one.Address);
            else people.Add(one);
        }

        return new(people, added, changed, removed, refused);
    }

    private static Dictionary<string, DumpEntry> ByAddress(IEnumerable<DumpEntry> people) => people.ToDictionary(static one => one.Address, StringComparer.Ordinal);
}
