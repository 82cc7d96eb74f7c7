using Cassiopea.Contracts;
using Cassiopea.ServiceDefaults;
using Cassiopea.Zones.Planning;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Domains;

/// <summary>Keeps the first person's word, and the second one's; each is in the audit. A plan that is made anew is asked about anew.</summary>
internal sealed class ApproveZoneDeletionsConsumer(DomainsContext db, TimeProvider time) : IConsumer<ApproveZoneDeletions>
{
    public const string Action = "approve-zone-deletions";

    private const int ShortestReason = 10;

    public async Task Consume(ConsumeContext<ApproveZoneDeletions> context)
    {
        var (asked, token) = (context.Message, context.CancellationToken);
        var domain = await db.Domains.SingleOrDefaultAsync(row => row.ItemId == asked.ItemId && row.MigrationId == asked.MigrationId, token);
        await context.Publish(Answer(domain, asked), token);
    }

    private object Answer(MovingDomain? domain, ApproveZoneDeletions asked)
    {
        CommandRefused Refused(string code, string why) => new(asked.OperationId, code, why, []);
        if (domain is null) return Refused("not-found", "This domain was not surveyed yet.");
        if (asked.Actor.Length == 0 || asked.Reason.Trim().Length < ShortestReason) return Refused("invalid", "Give a reason of at least 10 characters.");
        if (domain.ZonePlan is not { } plan || plan.Sha256 != asked.PlanSha256) return Refused("not-ready", "This is not the plan that stands now: look at the new one.");
        if (plan.DeletedPercent <= ZoneApply.MostDeletedPercent) return Refused("invalid", FormattableString.Invariant($"The plan deletes {plan.DeletedPercent:0} %: that needs nobody's approval."));
        var (before, now) = (domain.Deletions, time.GetUtcNow());
        switch (DeletionApproval.Of(domain, plan.Sha256))
        {
            case { ApprovedBy: not null } done:
                return Refused("transition-not-allowed", $"Asked by {done.AskedBy}, approved by {done.ApprovedBy} already: try the domain again.");
            case { } first when string.Equals(first.AskedBy, asked.Actor, StringComparison.OrdinalIgnoreCase):
                return Refused("four-eyes", $"{first.AskedBy} asked for this; someone else must approve it.");
            case { } first:
                domain.Deletions = (first with { ApprovedBy = asked.Actor, ApprovedAt = now }).ToJson();
                break;
            case null:
                domain.Deletions = new DeletionApproval(plan.Sha256, asked.Actor, asked.Reason.Trim(), now).ToJson();
                break;
        }

        var approved = DeletionApproval.Of(domain, plan.Sha256) is { ApprovedBy: not null };
        db.Audit(
            asked.Actor, Action, $"item/{asked.ItemId}",
            FormattableString.Invariant($"{(approved ? "Approved" : "Asked")}: plan {plan.Sha256} deletes {plan.DeletedPercent:0} % of {domain.Name.Host}. {asked.Reason.Trim()}"), before, domain.Deletions);
        return new CommandAccepted(asked.OperationId, approved ? "Approved: try the domain again." : "Asked: a second person must approve the same plan.");
    }
}
