namespace Cassiopea.Zones.Planning;

/// <summary>How much a finding weighs.</summary>
public enum Severity
{
    /// <summary>Good to know.</summary>
    Note,

    /// <summary>A person should look.</summary>
    Warning,

    /// <summary>Nothing is changed until this is solved, or waived with a reason.</summary>
    Blocking,
}

/// <summary>What became of a record set.</summary>
public enum DifferenceKind
{
    /// <summary>It is not there any more.</summary>
    Lost,

    /// <summary>It is new.</summary>
    Added,

    /// <summary>Its data are others.</summary>
    Changed,

    /// <summary>Only its TTL is another.</summary>
    OtherTtl,
}

/// <summary>One record set that differs.</summary>
/// <param name="Name">Owner.</param>
/// <param name="Type">Type.</param>
/// <param name="Kind">What became of it.</param>
/// <param name="Severity">How much it weighs: mail that is lost blocks.</param>
/// <param name="Before">As it was; null when it is new.</param>
/// <param name="After">As it is; null when it is lost.</param>
public sealed record SetDifference(DnsName Name, RecordType Type, DifferenceKind Kind, Severity Severity, RecordSet? Before, RecordSet? After);

/// <summary>Compares two zones set by set; SOA, name servers at the apex and what signers make belong to each provider and are left out.</summary>
public static class ZoneDifference
{
    /// <summary>All sets that differ, in the order of the zone.</summary>
    /// <param name="before">The old zone.</param>
    /// <param name="after">The new zone, of the same name.</param>
    public static IReadOnlyList<SetDifference> Between(Zone before, Zone after)
    {
        var differences = new List<SetDifference>();
        foreach (var set in before.Sets.Where(set => Counts(before, set)))
        {
            var other = after.Find(set.Name, set.Type);
            if (other is null) differences.Add(new(set.Name, set.Type, DifferenceKind.Lost, IsMail(before, set) ? Severity.Blocking : Severity.Warning, set, null));
            else if (!set.Means(other)) differences.Add(new(set.Name, set.Type, DifferenceKind.Changed, LosesMail(set, other) ? Severity.Blocking : Severity.Warning, set, other));
            else if (set.Ttl != other.Ttl) differences.Add(new(set.Name, set.Type, DifferenceKind.OtherTtl, Severity.Note, set, other));
        }

        differences.AddRange(
            from set in after.Sets
            where Counts(after, set) && before.Find(set.Name, set.Type) is null
            select new SetDifference(set.Name, set.Type, DifferenceKind.Added, set.Name.IsWildcard ? Severity.Warning : Severity.Note, null, set));
        return [.. differences.OrderBy(static one => one.Name, DnsName.Order).ThenBy(static one => one.Type.Value)];
    }

    /// <summary>True for what moves with the zone: not the SOA, not what a signer makes.</summary>
    /// <param name="set">A set.</param>
    public static bool Moves(RecordSet set) => set.Type != RecordType.Soa && !set.Type.IsSigning;

    /// <summary>True for records without which mail is lost or taken for spam.</summary>
    /// <param name="zone">The zone.</param>
    /// <param name="set">One of its sets.</param>
    public static bool IsMail(Zone zone, RecordSet set)
    {
        if (set.Type == RecordType.Mx || set.Data.Any(IsSpf)) return true;
        var relative = set.Name.RelativeTo(zone.Origin);
        return relative.Contains("_domainkey", StringComparison.Ordinal) || Begins(relative, "_dmarc") || Begins(relative, "_mta-sts") || Begins(relative, "_smtp._tls");
    }

    internal static bool IsSpf(RecordData data) =>
        data.JoinedText is { } text && (text.Equals("v=spf1", StringComparison.OrdinalIgnoreCase) || text.StartsWith("v=spf1 ", StringComparison.OrdinalIgnoreCase));

    private static bool Begins(string relative, string label) => relative == label || relative.StartsWith(label + ".", StringComparison.Ordinal);

    private static bool Counts(Zone zone, RecordSet set) => Moves(set) && !(set.Type == RecordType.Ns && set.Name.Equals(zone.Origin));

    private static bool LosesMail(RecordSet before, RecordSet after) => before.Data.Any(IsSpf) && !after.Data.Any(IsSpf);
}
