namespace Cassiopea.Checklist;

/// <summary>Two contacts, one outside the domains that move, both verified: else nobody can be told when the mail itself is under way.</summary>
public static class Contacts
{
    /// <summary>What is wrong with a member's contacts, as facts about the whole migration; empty = nothing.</summary>
    /// <param name="first">The first address.</param>
    /// <param name="firstVerified">Somebody reads there.</param>
    /// <param name="second">The second address; empty = none.</param>
    /// <param name="secondVerified">Somebody reads there.</param>
    /// <param name="moving">Names of the domains and mailboxes that move.</param>
    public static IReadOnlyList<KnownFact> Problems(string first, bool firstVerified, string second, bool secondVerified, IEnumerable<string> moving)
    {
        var domains = moving.Select(Domain).Where(d => d.Length > 0).ToHashSet(StringComparer.OrdinalIgnoreCase);
        List<KnownFact> problems = [];
        if (!firstVerified)
            problems.Add(new KnownFact("contact-unverified", "first"));
        if (second.Length == 0)
            problems.Add(new KnownFact("contact-unverified", "no second contact"));
        else if (!secondVerified)
            problems.Add(new KnownFact("contact-unverified", "second"));
        if (second.Length > 0 && Moves(first, domains) && Moves(second, domains))
            problems.Add(new KnownFact("contact-unverified", "both are on domains that move"));
        return problems;
    }

    private static bool Moves(string address, HashSet<string> domains)
    {
        var domain = Domain(address);
        return domains.Any(d => domain.Equals(d, StringComparison.OrdinalIgnoreCase) || domain.EndsWith("." + d, StringComparison.OrdinalIgnoreCase));
    }

    private static string Domain(string name) => name.Trim().Split('@')[^1].TrimEnd('.');
}
