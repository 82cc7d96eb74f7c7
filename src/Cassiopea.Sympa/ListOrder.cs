using Cassiopea.Sympa.Format;

namespace Cassiopea.Sympa;

/// <summary>In which order lists move when some include others: the included ones first. A circle is told, not cut.</summary>
public static class ListOrder
{
    /// <summary>Sorts.</summary>
    /// <param name="includes">For each list the lists that it includes; others than those named are left out.</param>
    /// <returns>The lists in order, then each that is part of a circle or waits for one.</returns>
    public static (IReadOnlyList<ListAddress> Order, IReadOnlyList<ListAddress> Circles) Of(IReadOnlyDictionary<ListAddress, IReadOnlyList<ListAddress>> includes)
    {
        List<ListAddress> order = [];
        var left = includes.Keys.OrderBy(static one => one.ToString(), StringComparer.Ordinal).ToList();
        while (left.Find(one => includes[one].All(other => other == one ? false : !left.Contains(other))) is { } next)
        {
            order.Add(next);
            left.Remove(next);
        }

        return (order, left);
    }
}
