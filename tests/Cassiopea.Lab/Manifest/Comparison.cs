namespace Cassiopea.Lab.Manifest;

/// <summary>What the lab itself, by other programs than the system's, says of an item at both ends.</summary>
/// <param name="Count">Messages, files, tables, record sets, or people and posts.</param>
/// <param name="Bytes">Octets, where they say something.</param>
/// <param name="Differences">Empty = equal.</param>
public sealed record Comparison(int Count, long Bytes, IReadOnlyList<string> Differences)
{
    /// <summary>Nothing differs.</summary>
    public bool Equal => Differences.Count == 0;
}
