namespace Cassiopea.Architecture.Tests;

/// <summary>Assertions that name every culprit, not only the first.</summary>
internal static class Expect
{
    public static void None(IEnumerable<string> culprits, string rule)
    {
        var list = culprits.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        Assert.True(list.Count == 0, $"{rule}\n  {string.Join("\n  ", list)}");
    }
}
