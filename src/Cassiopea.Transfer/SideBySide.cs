namespace Cassiopea.Transfer;

/// <summary>Where one key of a comparison was found.</summary>
public enum Presence
{
    /// <summary>At the source only.</summary>
    SourceOnly,

    /// <summary>At the target only.</summary>
    TargetOnly,

    /// <summary>At both ends.</summary>
    Both,
}

/// <summary>One step of a walk over two ordered streams.</summary>
/// <typeparam name="T">What is compared.</typeparam>
/// <param name="Presence">Where it was found.</param>
/// <param name="Source">The source's item; default when at the target only.</param>
/// <param name="Target">The target's item; default when at the source only.</param>
public readonly record struct Pair<T>(Presence Presence, T? Source, T? Target);

/// <summary>Walks two streams that are sorted by the same order, in constant memory.</summary>
public static class SideBySide
{
    /// <summary>Pairs equal keys one to one: three equal items against two give two of Both and one of SourceOnly.</summary>
    /// <typeparam name="T">What is compared.</typeparam>
    /// <param name="source">Sorted by <paramref name="order"/>.</param>
    /// <param name="target">Sorted by <paramref name="order"/>.</param>
    /// <param name="order">The order; 0 means equal.</param>
    /// <exception cref="InvalidOperationException">A stream is not sorted.</exception>
    public static IEnumerable<Pair<T>> Compare<T>(IEnumerable<T> source, IEnumerable<T> target, IComparer<T> order)
    {
        using var left = source.GetEnumerator();
        using var right = target.GetEnumerator();
        var (hasLeft, hasRight) = (left.MoveNext(), right.MoveNext());
        while (hasLeft || hasRight)
        {
            var which = !hasLeft ? 1 : !hasRight ? -1 : order.Compare(left.Current, right.Current);
            if (which < 0) yield return new(Presence.SourceOnly, left.Current, default);
            else if (which > 0) yield return new(Presence.TargetOnly, default, right.Current);
            else yield return new(Presence.Both, left.Current, right.Current);
            if (which <= 0) hasLeft = Next(left, order);
            if (which >= 0) hasRight = Next(right, order);
        }
    }

    private static bool Next<T>(IEnumerator<T> stream, IComparer<T> order)
    {
        var before = stream.Current;
        if (!stream.MoveNext()) return false;
        if (order.Compare(before, stream.Current) > 0) throw new InvalidOperationException("A stream given to SideBySide.Compare is not sorted.");
        return true;
    }
}
