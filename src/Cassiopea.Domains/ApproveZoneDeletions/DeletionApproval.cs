using System.Text.Json;
using Cassiopea.Transfer;
using Cassiopea.Zones.Planning;

namespace Cassiopea.Domains;

/// <summary>The word of two people that a plan may delete more than the guard allows (domains-D16, sec-S25).</summary>
/// <param name="PlanSha256">The one plan that is meant.</param>
/// <param name="AskedBy">The first person.</param>
/// <param name="Reason">Their reason.</param>
/// <param name="AskedAt">When they asked.</param>
/// <param name="ApprovedBy">The second person, another one; null while nobody approved.</param>
/// <param name="ApprovedAt">When they did.</param>
internal sealed record DeletionApproval(string PlanSha256, string AskedBy, string Reason, DateTimeOffset AskedAt, string? ApprovedBy = null, DateTimeOffset? ApprovedAt = null)
{
    /// <summary>As the domain's row keeps it.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, JsonSerializerOptions.Web);

    /// <summary>What <see cref="ToJson"/> wrote; null when there is none, or for another plan.</summary>
    public static DeletionApproval? Of(MovingDomain domain, string planSha256) =>
        domain.Deletions is { } json && JsonSerializer.Deserialize<DeletionApproval>(json, JsonSerializerOptions.Web) is { } kept && kept.PlanSha256 == planSha256 ? kept : null;

    /// <summary>Why the guard of a plan is lifted; empty when it stands and the plan is within it.</summary>
    /// <exception cref="TransferException">The plan deletes more than the guard allows, and two people have not approved it.</exception>
    public static string ReasonFor(MovingDomain domain, ZonePlan plan)
    {
        if (plan.DeletedPercent <= ZoneApply.MostDeletedPercent) return "";
        if (Of(domain, plan.Sha256) is { ApprovedBy: { } second } given) return $"{given.Reason} (asked by {given.AskedBy}, approved by {second})";
        throw DomainFailures.Shut(
            TransferSide.Us,
            FormattableString.Invariant($"The plan deletes {plan.DeletedPercent:0} % of the record sets of {domain.Name.Host}, more than {ZoneApply.MostDeletedPercent:0} %. Look at it again; if it is right, two people of staff approve it with a reason (approve-zone-deletions), and the domain is tried again."));
    }
}
