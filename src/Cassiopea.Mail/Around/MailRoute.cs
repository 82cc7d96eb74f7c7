namespace Cassiopea.Mail;

/// <summary>What a line of the old host's maps does.</summary>
internal enum RouteKind
{
    /// <summary>Another address of mailboxes of the same domain.</summary>
    Alias,

    /// <summary>An address of which at least a copy leaves the domain.</summary>
    Forward,

    /// <summary>All addresses of a domain that have no line of their own.</summary>
    CatchAll,
}

/// <summary>Mail for an address goes to other addresses.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Address">The address, or <c>@domain</c> of a catch-all; lower case.</param>
/// <param name="Targets">Where its mail goes, in the order of the file; lower case.</param>
internal sealed record MailRoute(RouteKind Kind, string Address, IReadOnlyList<string> Targets)
{
    public static MailRoute Of(string address, IEnumerable<string> targets)
    {
        var from = address.ToLowerInvariant();
        IReadOnlyList<string> to = [.. targets.Select(t => t.ToLowerInvariant()).Distinct(StringComparer.Ordinal)];
        var kind = from.StartsWith('@') ? RouteKind.CatchAll : to.Any(t => Leaves(t, from)) ? RouteKind.Forward : RouteKind.Alias;
        return new MailRoute(kind, from, to);
    }

    /// <summary>True when mail of that mailbox comes in or goes out by it.</summary>
    public bool Concerns(string mailbox) => Address == mailbox || Targets.Contains(mailbox);

    // a name without domain is a user of the same server
    private static bool Leaves(string target, string address) =>
        target.Contains('@', StringComparison.Ordinal) && (!address.Contains('@', StringComparison.Ordinal) || Domain(target) != Domain(address));

    private static string Domain(string address) => address[(address.LastIndexOf('@') + 1)..];
}
