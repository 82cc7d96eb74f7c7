namespace Cassiopea.Ftp.Site;

/// <summary>Where a symbolic link leads, by its text alone.</summary>
internal static class LinkGoal
{
    /// <summary>True = inside the site, false = out of it, null = the server does not tell.</summary>
    /// <param name="link">The link.</param>
    /// <param name="goal">What stands in it.</param>
    public static bool? Inside(SitePath link, SitePath goal)
    {
        if (goal.IsRoot) return null;
        if (goal.Bytes[0] == (byte)'/') return false;
        var depth = 0;
        foreach (var b in link.Bytes)
            if (b == (byte)'/') depth++;
        var rest = goal.Bytes;
        while (!rest.IsEmpty)
        {
            var slash = rest.IndexOf((byte)'/');
            var level = slash < 0 ? rest : rest[..slash];
            rest = slash < 0 ? default : rest[(slash + 1)..];
            if (level is [(byte)'.', (byte)'.']) depth--;
            else if (level is not ([] or [(byte)'.'])) depth++;
            if (depth < 0) return false;
        }

        return true;
    }
}
