namespace Cassiopea.Lab.Parts;

/// <summary>Things by the member that has them.</summary>
internal sealed class Owned<T>
{
    private readonly List<(string Member, T Thing)> _all = [];

    public void Add(string member, T thing) => _all.Add((member, thing));

    public IReadOnlyList<T> Of(string member) => [.. _all.Where(one => one.Member == member).Select(one => one.Thing)];
}
