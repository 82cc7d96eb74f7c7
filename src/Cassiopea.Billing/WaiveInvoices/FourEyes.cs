using Cassiopea.Billing.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Cassiopea.Billing.WaiveInvoices;

/// <summary>What a person asks for.</summary>
internal sealed record DecisionAsked(DecisionKind Kind, string Actor, string MemberReference, string Reason, string DocumentReference, DateOnly? ExpiresOn);

/// <summary>Waivers and exemptions: one person proposes, another one decides; the stricter expiry of the two holds (inv-I7, sec-S25).</summary>
internal sealed class FourEyes(BillingContext db, IOptions<BillingOptions> options, TimeProvider time)
{
    private static readonly DateOnly LastDay = new(2100, 12, 31);

    /// <summary>Proposes, or decides what someone else proposed.</summary>
    public async Task<Outcome> AskAsync(DecisionAsked asked, CancellationToken token)
    {
        var now = time.GetUtcNow();
        if (Invalid(asked, Brussels.DayOf(now)) is { } problem) return new("invalid", problem);
        var proposal = await db.Decisions.SingleOrDefaultAsync(
            row => row.MemberReference == asked.MemberReference && row.Kind == asked.Kind && row.DecidedAt == null && row.EndedAt == null, token);
        if (proposal is not null && now - proposal.ProposedAt >= options.Value.ProposalLife)
        {
            proposal.EndedAt = now; // lapsed: nobody decided in time
            await db.SaveChangesAsync(token);
            proposal = null;
        }

        if (asked.Kind == DecisionKind.Instalments)
            await db.Decisions.Where(row => row.MemberReference == asked.MemberReference && row.Kind == asked.Kind && row.EndedAt == null)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.EndedAt, now), token); // a new plan replaces the old one
        if (proposal is null) return Propose(asked, now);
        if (string.Equals(proposal.ProposedBy, asked.Actor, StringComparison.OrdinalIgnoreCase))
            return new("four-eyes", $"{proposal.ProposedBy} proposed this; someone else must decide.");
        if (proposal.ExpiresOn is null || asked.ExpiresOn < proposal.ExpiresOn) proposal.ExpiresOn = asked.ExpiresOn;
        if (proposal.DocumentReference.Length == 0) proposal.DocumentReference = asked.DocumentReference;
        (proposal.DecidedBy, proposal.DecidedAt) = (asked.Actor, now);
        return new("", $"Decided: proposed by {proposal.ProposedBy}, decided by {asked.Actor}.", asked.MemberReference);
    }

    private static string? Invalid(DecisionAsked asked, DateOnly today) => asked switch
    {
        { Actor.Length: 0 } => "The command names nobody who asks.",
        { MemberReference.Length: 0 or > 64 } => "Name the member.",
        { Kind: DecisionKind.Waiver } when asked.Reason.Trim().Length < 10 => "Give a reason of at least 10 characters.",
        { Kind: not DecisionKind.Waiver } when asked.DocumentReference.Trim().Length == 0 => "Name the decision or the agreed plan.",
        { Reason.Length: > 1000 } or { DocumentReference.Length: > 200 } => "At most 1000 characters of reason and 200 of document reference.",
        _ when asked.ExpiresOn < today => "The last day lies in the past.",
        _ when asked.ExpiresOn > LastDay => "The last day must lie before 2101.",
        _ => null,
    };

    private Outcome Propose(DecisionAsked asked, DateTimeOffset now)
    {
        db.Decisions.Add(new Decision
        {
            Id = Guid.CreateVersion7(),
            MemberReference = asked.MemberReference,
            Kind = asked.Kind,
            ProposedBy = asked.Actor,
            ProposedAt = now,
            Reason = asked.Reason.Trim(),
            DocumentReference = asked.DocumentReference.Trim(),
            ExpiresOn = asked.ExpiresOn,
            DecidedBy = asked.Kind == DecisionKind.Instalments ? asked.Actor : null,
            DecidedAt = asked.Kind == DecisionKind.Instalments ? now : null,
        });
        return asked.Kind == DecisionKind.Instalments
            ? new("", $"The plan {asked.DocumentReference} is recorded.", asked.MemberReference)
            : new("", $"Proposed by {asked.Actor}; it holds once someone else sends the same.");
    }
}
