using System.ComponentModel.DataAnnotations;
using Cassiopea.Zones;
using Cassiopea.Zones.Checks;
using Cassiopea.Zones.Planning;
using Cassiopea.Zones.Providers;

namespace Cassiopea.Domains;

/// <summary>How a domain of one ending is given to another registrar. Registries change these rules: they are settings, not code.</summary>
internal sealed class TldRule
{
    /// <summary>Where the transfer code comes from: <c>registrar</c>, or <c>registry</c>, which mails it to the owner.</summary>
    [RegularExpression("^(registrar|registry)$")]
    public string CodeFrom { get; set; } = "registrar";

    /// <summary>True when the lock against transfers must be lifted first.</summary>
    public bool Unlock { get; set; } = true;

    /// <summary>Days without transfer after registration or transfer; 0 = none.</summary>
    [Range(0, 365)]
    public int DaysAfterCreation { get; set; } = 60;

    /// <summary>Days without transfer after the owner's name or address changed; 0 = none.</summary>
    [Range(0, 365)]
    public int DaysAfterOwnerChange { get; set; } = 60;

    /// <summary>How long the code holds, days, as the registry says; 0 = not known.</summary>
    [Range(0, 365)]
    public int CodeDays { get; set; }

    /// <summary>The rules that are known without settings.</summary>
    public static TldRule Standard(string tld) => tld == "be"
        ? new TldRule { CodeFrom = "registry", Unlock = false, DaysAfterCreation = 0, DaysAfterOwnerChange = 0, CodeDays = 7 }
        : tld.Length == 2 ? new TldRule { DaysAfterCreation = 0, DaysAfterOwnerChange = 0 } : new TldRule();

    /// <summary>What people should know before the domain goes to the owner's own registrar. Moving the site needs none of it.</summary>
    public IEnumerable<Finding> Advice(GandiDomain domain, DateTimeOffset now)
    {
        var subject = domain.Name.Host;
        if (Unlock && domain.Status.Contains("clientTransferProhibited", StringComparer.Ordinal))
            yield return new("transfer-locked", Severity.Note, subject, "is locked against transfers: unlock it only when the owner asks for a transfer.");
        if (domain.Status.Contains("serverTransferProhibited", StringComparer.Ordinal)) yield return new("transfer-locked-by-registry", Severity.Warning, subject, "is locked against transfers by the registry.");
        if (DaysAfterCreation > 0 && domain.CreatedAt is { } created && now < created.AddDays(DaysAfterCreation))
            yield return new("transfer-too-new", Severity.Warning, subject, FormattableString.Invariant($"cannot be transferred before {created.AddDays(DaysAfterCreation):yyyy-MM-dd}."));
        if (DaysAfterOwnerChange > 0)
            yield return new("owner-change-locks", Severity.Note, subject, FormattableString.Invariant($"cannot be transferred for {DaysAfterOwnerChange} days after a change of its owner's name or address: transfer first, change the owner afterwards."));
        yield return CodeFrom == "registry"
            ? new("code-from-registry", Severity.Note, subject, FormattableString.Invariant($"gets its transfer code from the registry, mailed to the owner's address{(CodeDays > 0 ? $" and valid {CodeDays} days as the registry says" : "")}: correct that address first when it is a mailbox of this very domain."))
            : new("code-from-registrar", Severity.Note, subject, "gets its transfer code from the registrar: it is a password, given to the owner only.");
    }

    /// <summary>The ending of a domain.</summary>
    public static string Of(DnsName domain) => domain.Host[(domain.Host.LastIndexOf('.') + 1)..];
}
