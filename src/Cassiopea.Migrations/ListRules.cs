using Cassiopea.Contracts;

namespace Cassiopea.Migrations;

/// <summary>When what is said about a list's receiving host is refused: staff invite, the chosen host itself asks, the member consents.</summary>
internal static class ListRules
{
    private static readonly Refusal NoSuchList = new("not-found", "No such mailing list in this migration.");

    /// <summary>A pass and its comparison are one export, under one consent.</summary>
    private static readonly Refusal PassRuns = new("transition-not-allowed", "A pass of this list is running under the present consent: ask again when it has ended.");

    public static Refusal? Judge(Migration m, InviteHost c) => Find(m, c.ItemId) switch
    {
        null => NoSuchList,
        { CutOverAt: not null } => new("transition-not-allowed", "The list was moved already."),
        _ when c.Host.Trim().Length is 0 or > 200 || c.Identity.Trim().Length is 0 or > 200 => new("invalid", "Name the host, and the owner of the key with which it signs in, each in at most 200 characters."),
        { Receiving: { Request: not null } known } when known.Identity != c.Identity.Trim() && !c.ByMember => new("members-choice", $"{known.Host} has asked for this list already: only the member may choose another host."),
        { Receiving: { } known, RunsPass: true } when known.Identity != c.Identity.Trim() || known.Host != c.Host.Trim() => PassRuns,
        _ => null,
    };

    public static Refusal? Judge(Migration m, RequestExport c) => Find(m, c.ItemId) switch
    {
        null => NoSuchList,
        { Receiving: null } => new("not-invited", "No host was invited for this list: the association must name the receiving host first."),
        { Receiving: { } chosen } when chosen.Identity != c.Actor => new("other-host", "Another host was chosen for this list: only that host itself may ask for it."),
        { CutOverAt: not null } => new("transition-not-allowed", "The list was moved already."),
        _ when !c.Scope.Contains(ListPart.People) || c.Scope.Distinct().Count() != c.Scope.Count || !c.Scope.All(Enum.IsDefined) => new("invalid", "The scope must name each part once, and the people among them: without them there is no list."),
        _ when !IsWhole(c.Sheet) => new("invalid", "The technical sheet must name software, version and the domain of the new lists."),
        { Target: { } target } when !target.Login.EndsWith("@" + c.Sheet.Robot.Trim(), StringComparison.OrdinalIgnoreCase) => new("invalid", "The new list that was declared does not lie in the domain of the technical sheet: have one of the two corrected."),
        { RunsPass: true, Receiving: { Request: { } running } } item when running.Sha256 != MigrationStepsLists.DemandOf(item, c).Sha256 => PassRuns,
        _ => null,
    };

    public static Refusal? Judge(Migration m, ConsentToExport c) => Find(m, c.ItemId) switch
    {
        null => NoSuchList,
        { CutOverAt: not null } => new("transition-not-allowed", "The list was moved already."),
        { Receiving: null or { Request: null } } => new("invalid", "The receiving host has not asked yet: there is nothing to consent to."),
        { Receiving.Request: { } request } when request.Sha256 != c.RequestSha256 => new("version-changed", "The request changed since it was read: read it again."),
        { State: ItemState.Copying } when !c.Given => new("transition-not-allowed", "A pass is running: pause, or wait until it has ended."),
        _ => null,
    };

    /// <summary>What keeps lists from leaving, in a sentence; empty = nothing.</summary>
    public static string WhyStays(Migration m)
    {
        var lists = m.Active.Where(i => !i.MayLeave).ToList();
        (string Text, Func<Item, bool> When)[] reasons =
        [
            ("No receiving host was invited: ", i => i.Receiving is null),
            ("The receiving host has not asked: ", i => i.Receiving is { Request: null }),
            ("The member has not consented to the host's request: ", i => i is { Receiving.Request: not null, Grant: null }),
            ("The new list does not lie in the domain of the host's technical sheet: ", i => i.Grant is not null),
        ];
        return string.Join(" ", reasons.Where(r => lists.Any(r.When)).Select(r => r.Text + Permissions.Names(lists.Where(r.When))));
    }

    private static bool IsWhole(HostSheet sheet) =>
        sheet.Software.Trim().Length is > 0 and <= 100 && sheet.Version.Trim().Length is > 0 and <= 100 && sheet.Note.Length <= 500 && Uri.CheckHostName(sheet.Robot.Trim()) == UriHostNameType.Dns && Enum.IsDefined(sheet.Access);

    private static Item? Find(Migration m, Guid id) => m.Active.SingleOrDefault(i => i.Id == id && i.Kind == ItemKind.MailingList);
}
