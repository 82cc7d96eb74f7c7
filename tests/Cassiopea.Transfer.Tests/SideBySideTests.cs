namespace Cassiopea.Transfer.Tests;

public sealed class SideBySideTests
{
    [Fact]
    public void Equal_keys_are_paired_one_to_one()
    {
        var pairs = SideBySide.Compare([1, 2, 2, 2, 5], [0, 2, 2, 5, 5], Comparer<int>.Default).ToList();
        Assert.Equal(1, pairs.Count(static pair => pair is { Presence: Presence.SourceOnly, Source: 1 }));
        Assert.Equal(1, pairs.Count(static pair => pair is { Presence: Presence.SourceOnly, Source: 2 }));
        Assert.Equal(2, pairs.Count(static pair => pair is { Presence: Presence.Both, Source: 2 }));
        Assert.Equal([0, 5], pairs.Where(static pair => pair.Presence == Presence.TargetOnly).Select(static pair => pair.Target));
    }

    [Fact]
    public void It_agrees_with_a_difference_of_multisets_on_random_input()
    {
        var random = new Random(3);
        for (var i = 0; i < 500; i++)
        {
            var (left, right) = (Sorted(random), Sorted(random));
            var pairs = SideBySide.Compare(left, right, Comparer<int>.Default).ToList();
            foreach (var key in left.Union(right))
            {
                var (here, there) = (left.Count(value => value == key), right.Count(value => value == key));
                Assert.Equal(Math.Min(here, there), pairs.Count(pair => pair.Presence == Presence.Both && pair.Source == key));
                Assert.Equal(Math.Max(0, here - there), pairs.Count(pair => pair.Presence == Presence.SourceOnly && pair.Source == key));
                Assert.Equal(Math.Max(0, there - here), pairs.Count(pair => pair.Presence == Presence.TargetOnly && pair.Target == key));
            }
        }
    }

    [Fact]
    public void A_stream_that_is_not_sorted_is_refused() =>
        Assert.Throws<InvalidOperationException>(() => SideBySide.Compare([2, 1], [3], Comparer<int>.Default).ToList());

    private static List<int> Sorted(Random random) => [.. Enumerable.Range(0, random.Next(12)).Select(_ => random.Next(6)).Order()];
}
