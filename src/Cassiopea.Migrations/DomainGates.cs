using System.Security.Cryptography;
using System.Text;
using Cassiopea.Contracts;

namespace Cassiopea.Migrations;

/// <summary>
/// What the rights over a domain forbid. Registrar and registry write to one address: while the owner has not the rights, the mailbox behind it is neither
/// dropped nor switched, because the next rung of the ladder needs it. On the last rung both recoveries were tried in vain, so it may be switched, with
/// its address, and still not be dropped.
/// </summary>
internal static class DomainGates
{
    /// <summary>True for a mailbox that must not be switched yet.</summary>
    public static bool HoldsSwitch(Migration m, Item item) => OfDomains(m, item).Any(static rights => rights.State == RightsState.Open);

    /// <summary>True for a mailbox that must not be dropped or left out.</summary>
    public static bool HoldsDrop(Migration m, Item item) => OfDomains(m, item).Any(static rights => rights.State is RightsState.Open or RightsState.Pending);

    public static readonly Refusal NotDropped = new(
        "transition-not-allowed", "Registrar or registry write to this mailbox, and the rights over the domain are not recovered: climb the ladder of the domain first, or give it another address at the registrar and survey the domain again.");

    /// <summary>What must be settled about a domain before the hand-over.</summary>
    public static IEnumerable<string> Open(Item domain)
    {
        if (domain is not { Kind: ItemKind.Domain, Rights: { } rights })
            yield break;
        foreach (var task in rights.Tasks)
        {
            yield return $"{domain.Kind} {domain.Id}: " + task switch
            {
                "holder-differs" => "its holder at the registry is not the one of the inventory; correct it at the registrar, or the inventory.",
                "changed-by-others" => "somebody else changed its name servers; ask its owner.",
                _ => $"the task {task} is open.",
            };
        }

        if (rights.State != RightsState.Pending)
            yield break;
        if (rights.Custodian.Length == 0)
            yield return $"{domain.Kind} {domain.Id}: it is left on the last rung without a named custodian.";
        if (!rights.PaidPastClosing)
            yield return $"{domain.Kind} {domain.Id}: it is left on the last rung and its renewal is not paid past the closing.";
    }

    private static IEnumerable<DomainRights> OfDomains(Migration m, Item item)
    {
        if (item.Kind != ItemKind.Mailbox)
            return [];
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Item.Normal(item.Name))));
        // a domain that is left out of the move hangs on that mailbox no less
        return m.Items.Select(i => i.Rights).OfType<DomainRights>().Where(rights => rights.RegistrantMailSha256 == hash);
    }
}
