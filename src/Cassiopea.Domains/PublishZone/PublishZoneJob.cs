using Cassiopea.Contracts;
using Cassiopea.ServiceDefaults;
using Cassiopea.Zones.Planning;
using Microsoft.Extensions.Options;

namespace Cassiopea.Domains;

/// <summary>Writes the planned zone where nobody asks yet, and asks each new name server for all of it.</summary>
internal sealed class PublishZoneJob(DomainsContext db, OldZone oldZone, DnsWorld world, IOptions<DomainsOptions> options, TimeProvider time, ILogger<PublishZoneJob> log) : ZoneStep(db, time)
{
    public const string Kind = "publish-zone";

    protected override string Step => Kind;

    protected override async Task<(object Outcome, DomainStepReached Told, Action<DomainsContext, MovingDomain> Write)> DoAsync(JobRun run, MovingDomain domain, CancellationToken token)
    {
        var plan = Approved(domain, run.Args<PublishZone>().PlanSha256);
        await oldZone.SameAsSurveyedAsync(domain, token);
        // where the name servers stay, the records are what visitors see: they wait for the cut-over
        if (domain.Hosts.Count > 0)
        {
            if (domain.Provider.Length > 0 && world.Provider(domain.Provider) is not ByHandProvider)
            {
                RowJournal journal = new(run, domain.Apply, static (row, json) => row.Apply = json);
                await new ZoneApply(world.Provider(domain.Provider), journal, Time) { Patience = options.Value.ProviderPatience, LookEvery = options.Value.LookEvery }.RunAsync(plan, DeletionApproval.ReasonFor(domain, plan), token);
            }

            if ((await world.Served.CheckAsync(domain.Wanted, [.. domain.Hosts], token)).FirstOrDefault(static finding => finding.Severity == Severity.Blocking) is { } gate)
                throw DomainFailures.Shut(Transfer.TransferSide.Target, $"The new name servers do not serve the zone: {gate.Subject} {gate.Text}", FailureCode.ItemMissing);
        }

        var now = Time.GetUtcNow();
        log.Published(run.ItemId, plan.Changes.Count, domain.Hosts.Count);
        return (new ZonePublished(run.MigrationId, run.ItemId, now), Reached(run, DomainStep.ZonePublished, null), (own, row) =>
        {
            row.PublishedAt = now;
            own.Audit("system", Kind, $"item/{run.ItemId}", FormattableString.Invariant($"Plan {plan.Sha256} of {domain.Name.Host}: {plan.Changes.Count} changes."));
        }
        );
    }
}
