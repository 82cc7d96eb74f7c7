namespace Cassiopea.Imap.Settings;

/// <summary>The letters of rights in the manner of a server: RFC 4314 §2.1.1 has k, x, t, e where RFC 2086 had c and d.</summary>
internal static class Rights
{
    /// <summary>The same rights in the letters of RFC 4314, sorted.</summary>
    public static string New(string rights)
    {
        var letters = rights.ToHashSet();
        var hasNew = letters.Overlaps("kxte");
        if (letters.Remove('c') && !hasNew) letters.UnionWith("kx");
        if (letters.Remove('d') && !hasNew) letters.UnionWith("te");
        return Sorted(letters);
    }

    /// <summary>The same rights in the letters of a server without RFC 4314.</summary>
    public static string Old(string rights)
    {
        var letters = New(rights).ToHashSet();
        if (letters.Overlaps("kx")) letters.Add('c');
        if (letters.Overlaps("te")) letters.Add('d');
        letters.ExceptWith("kxte");
        return Sorted(letters);
    }

    private static string Sorted(HashSet<char> letters) => string.Concat(letters.Order());
}
