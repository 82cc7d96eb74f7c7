using Cassiopea.Contracts;
using Cassiopea.Zones.Checks;

namespace Cassiopea.Domains;

/// <summary>Whether a domain that was turned back is signed as it was before its cut-over, and what to tell.</summary>
/// <param name="Step">What the owner reads.</param>
/// <param name="Differs">For staff, in English; empty when all is as before.</param>
internal sealed record Signing(DomainStep Step, string Differs)
{
    /// <summary>The DS records that a delegation has, a line each.</summary>
    public static string Text(DelegationView view) => Text(view.Signers.Select(static signer => signer.Text));

    /// <summary>DS records, a line each.</summary>
    public static string Text(IEnumerable<string> signers) => string.Join('\n', signers.Order(StringComparer.Ordinal));

    /// <summary>Compares.</summary>
    /// <param name="before">As <c>Text</c> told it before; null = not known.</param>
    /// <param name="now">As it tells it now.</param>
    public static Signing Of(string? before, string now) => (before, now) switch
    {
        (null, "") => new(DomainStep.RolledBack, ""),
        (null, _) => new(DomainStep.RolledBackSigned, "It is signed (DNSSEC); whether it was before is not known: look at the registrar whether its DS may stay."),
        var (a, b) when a == b => new(DomainStep.RolledBack, ""),
        (_, "") => new(DomainStep.RolledBackUnsigned, "It was signed (DNSSEC) before and is not now: have it signed at the old host, then give its DS to the registrar again."),
        ("", _) => new(DomainStep.RolledBackSigned, "It was not signed (DNSSEC) before and is now: look at the registrar who gave its DS, and whether it may stay."),
        _ => new(DomainStep.RolledBack, "It is signed (DNSSEC) as before, by other DS records: compare them at the registrar."),
    };
}
