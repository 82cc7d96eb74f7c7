using Cassiopea.Contracts;
using Cassiopea.ServiceDefaults;
using Cassiopea.Zones.Checks;
using Cassiopea.Zones.Files;
using Cassiopea.Zones.Planning;
using Microsoft.Extensions.Options;

namespace Cassiopea.Domains;

/// <summary>Makes visitors reach the new place: other name servers, or other records where the name servers stay. Each gate is looked at before.</summary>
internal sealed class CutOverZoneJob(DomainsContext db, OldZone oldZone, DnsWorld world, NameServerJourney journey, TaskSheets sheets, ServedWatch watch, IOptions<DomainsOptions> options, TimeProvider time, ILogger<CutOverZoneJob> log) : ZoneStep(db, time)
{
    public const string Kind = "cut-over-zone";

    protected override string Step => Kind;

    protected override async Task<(object Outcome, DomainStepReached Told, Action<DomainsContext, MovingDomain> Write)> DoAsync(JobRun run, MovingDomain domain, CancellationToken token)
    {
        var plan = Approved(domain, run.Args<CutOverZone>().PlanSha256);
        if (domain.Switch is not { MayBeSeen: true })
        {
            if (domain.OldTtlsOver is not { } lowered) throw DomainFailures.Shut(Transfer.TransferSide.Us, "The TTLs were not lowered: the old answers would stay for too long.");
            if (Time.GetUtcNow() < lowered) throw DomainFailures.Shut(Transfer.TransferSide.Us, FormattableString.Invariant($"Old answers may still be kept until {lowered:u}: the cut-over waits until then."));
            await oldZone.SameAsSurveyedAsync(domain, token);
        }

        var oldTtl = domain.Hosts.Count > 0 ? await ChangeNameServersAsync(run, domain, token) : await ChangeRecordsAsync(run, domain, plan, token);
        var (now, over) = (Time.GetUtcNow(), Time.GetUtcNow() + TimeSpan.FromSeconds(oldTtl) + options.Value.TtlMargin);
        log.CutOver(run.ItemId, domain.Hosts.Count, oldTtl);
        return (new ZoneCutOver(run.MigrationId, run.ItemId, over, new ZoneTexts(domain.OldZone, domain.WantedZone)), Reached(run, DomainStep.SwitchedOver, over), (own, row) =>
        {
            row.CutOverAt = now;
            own.Audit("system", Kind, $"item/{run.ItemId}", FormattableString.Invariant($"{domain.Name.Host} is switched; the old service must stay until {over:u}."));
        }
        );
    }

    private async Task<uint> ChangeNameServersAsync(JobRun run, MovingDomain domain, CancellationToken token)
    {
        var (seen, before) = (await world.Delegation.ReadAsync(domain.Name, domain.Hosts, token), domain.Switch);
        if (before is null && (seen.SpreadOf(domain.Hosts) == Spread.Everywhere || domain.Managed == false)) return await AdoptAsync(run, domain, seen, token);
        if (before is null) await KeepAsync(run, row => row.SignersBefore = Signing.Text(seen), token);
        var begun = domain.Switch is { IsOver: false } or { Step: SwitchStep.Verified } ? domain.Switch : null;
        var end = await journey.RunAsync(begun, change => change.BeginAsync(domain.Name, domain.Hosts, domain.Wanted, token), (state, earlier) => KeepAsync(run, state, earlier, row => row.NameServerChange = state.ToJson(), token), token);
        if (end.Step != SwitchStep.Verified) throw DomainFailures.Shut(Transfer.TransferSide.Target, $"The name servers of {domain.Name.Host} did not change in time. {end.Note}", FailureCode.TimedOut);
        return Math.Max(end.OldTtl, domain.Old.Find(domain.Name, Zones.RecordType.Ns) is null ? 0 : LargestLowered(domain));
    }

    /// <summary>Others changed the name servers, or will: nobody is asked, the world is watched until it agrees.</summary>
    private async Task<uint> AdoptAsync(JobRun run, MovingDomain domain, DelegationView seen, CancellationToken token)
    {
        var (start, oldTtl) = (Time.GetUtcNow(), seen.LongestTtl);
        while (seen.SpreadOf(domain.Hosts) != Spread.Everywhere)
        {
            if (seen.SignersAt(domain.Hosts) == SignerState.Bogus && seen.SpreadOf(domain.Hosts) != Spread.NotBegun)
                throw DomainFailures.Shut(Transfer.TransferSide.Target, $"{domain.Name.Host} was moved by others with its DS record: validating resolvers find nothing. Whoever manages it must take the DS out.");
            if (Time.GetUtcNow() - start > options.Value.ParentPatience)
                throw DomainFailures.Shut(Transfer.TransferSide.Target, $"{domain.Name.Host} is not managed by us, and whoever manages it has not changed its name servers to {string.Join(", ", domain.Hosts.Select(static host => host.Host))} in time.", FailureCode.TimedOut);
            await Task.Delay(options.Value.LookEvery, TimeProvider.System, token);
            seen = await world.Delegation.ReadAsync(domain.Name, domain.Hosts, token);
        }

        if ((await world.Served.CheckAsync(domain.Wanted, [.. domain.Hosts], token)).FirstOrDefault(static finding => finding.Severity == Severity.Blocking) is { } gate)
            throw DomainFailures.Shut(Transfer.TransferSide.Target, $"The new name servers do not serve the zone: {gate.Subject} {gate.Text}", FailureCode.ItemMissing);
        SwitchState adopted = new(
            domain.Domain, [.. domain.Old.NameServers.Select(static host => host.Text)], [.. domain.Hosts.Select(static host => host.Text)], [], SwitchStep.Verified, 0, Time.GetUtcNow(), null, oldTtl, "Changed by others.");
        await KeepAsync(run, row => row.NameServerChange = adopted.ToJson(), token);
        await TellAsync(run, DomainStep.ChangeAdopted, null, token);
        return Math.Max(oldTtl, LargestLowered(domain));
    }

    private async Task<uint> ChangeRecordsAsync(JobRun run, MovingDomain domain, ZonePlan plan, CancellationToken token)
    {
        var reason = DeletionApproval.ReasonFor(domain, plan);
        RowJournal journal = new(run, domain.Apply, static (row, json) => row.Apply = json);
        if (world.Provider(domain.Provider) is ByHandProvider)
        {
            await sheets.WriteAsync(domain.Wanted, RecordTask.Change, token);
            await journal.SaveAsync(new(plan.Sha256, plan.Json, domain.OldZone, ApplyStep.Taken, 0, "", Time.GetUtcNow()), token);
            await TellAsync(run, DomainStep.TaskPrinted, null, token);
            await watch.UntilServedAsync(domain.Wanted, Transfer.TransferSide.Target, $"The change of the records of {domain.Name.Host}", byPeople: true, token);
            await journal.SaveAsync(new(plan.Sha256, plan.Json, domain.OldZone, ApplyStep.Verified, 0, "", Time.GetUtcNow()), token);
            return LargestLowered(domain);
        }

        await new ZoneApply(world.Provider(domain.Provider), journal, Time) { Patience = options.Value.ProviderPatience, LookEvery = options.Value.LookEvery }.RunAsync(plan, reason, token);
        var handedOut = (await world.Delegation.ReadAsync(domain.Name, [], token)).HandedOut;
        if ((await world.Served.CheckAsync(domain.Wanted, [.. handedOut], token)).FirstOrDefault(static finding => finding.Severity == Severity.Blocking) is { } gate)
            throw DomainFailures.Shut(Transfer.TransferSide.Target, $"The new records are not served: {gate.Subject} {gate.Text}", FailureCode.ItemMissing);
        return LargestLowered(domain);
    }

    /// <summary>The largest TTL that the old zone had after it was lowered.</summary>
    private static uint LargestLowered(MovingDomain domain)
    {
        if (domain.TtlApply is null) return (uint)domain.OldTtl;
        var lowered = ZonePlan.FromJson(ApplyState.FromJson(domain.TtlApply).PlanJson);
        var untouched = domain.Old.Sets.Where(set => ZoneDifference.Moves(set) && lowered.Changes.All(change => !change.Name.Equals(set.Name) || change.Type != set.Type)).Select(static set => set.Ttl);
        return lowered.Changes.Select(static change => change.After?.Ttl ?? 0).Concat(untouched).DefaultIfEmpty().Max();
    }
}
