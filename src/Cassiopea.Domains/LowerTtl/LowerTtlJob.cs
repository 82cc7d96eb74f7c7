using Cassiopea.Contracts;
using Cassiopea.ServiceDefaults;
using Cassiopea.Zones;
using Cassiopea.Zones.Files;
using Cassiopea.Zones.Planning;
using Microsoft.Extensions.Options;

namespace Cassiopea.Domains;

/// <summary>Lowers the TTLs of the old zone, looks at the old name servers, and says when the last old TTL is over.</summary>
internal sealed class LowerTtlJob(DomainsContext db, DomainInventory inventory, DnsWorld world, TaskSheets sheets, ServedWatch watch, IOptions<DomainsOptions> options, TimeProvider time, ILogger<LowerTtlJob> log) : ZoneStep(db, time)
{
    public const string Kind = "lower-ttl";

    protected override string Step => Kind;

    protected override async Task<(object Outcome, DomainStepReached Told, Action<DomainsContext, MovingDomain> Write)> DoAsync(JobRun run, MovingDomain domain, CancellationToken token)
    {
        var wanted = (uint)run.Args<LowerTtl>().Ttl.TotalSeconds;
        var provider = world.Provider((await inventory.RowOfAsync(domain.Name, token))?.Source is { Length: > 0 } named ? named : options.Value.OldProvider);
        RowJournal journal = new(run, domain.TtlApply, static (row, json) => row.TtlApply = json);
        var live = await provider.ReadAsync(domain.Name, token) ?? throw DomainFailures.Shut(Transfer.TransferSide.Source, $"The old provider does not have {domain.Name.Host}.", FailureCode.ItemMissing);
        var lowered = provider.Limits.Fit(Lowered(live, wanted));
        var plan = await PlannedAsync(journal, provider.Name, live, lowered, token);
        if (provider is ByHandProvider) await PrintAsync(run, lowered, token);
        else await new ZoneApply(provider, journal, Time) { Patience = options.Value.ProviderPatience, LookEvery = options.Value.LookEvery }.RunAsync(plan, "", token);

        await watch.UntilServedAsync(lowered, Transfer.TransferSide.Source, $"The lowering of the TTLs of {domain.Name.Host}", provider is ByHandProvider, token);
        if (provider is ByHandProvider) await journal.SaveAsync(new(plan.Sha256, plan.Json, live.Text, ApplyStep.Verified, 0, "", Time.GetUtcNow()), token);

        var over = Time.GetUtcNow() + TimeSpan.FromSeconds(domain.OldTtl) + options.Value.TtlMargin;
        log.TtlLowered(run.ItemId, domain.OldTtl, lowered.LargestTtl);
        return (new TtlLowered(run.MigrationId, run.ItemId, over), Reached(run, DomainStep.TtlLowered, over), (own, row) =>
        {
            row.OldTtlsOver = over;
            own.Audit("system", Kind, $"item/{run.ItemId}", FormattableString.Invariant($"TTLs of {domain.Name.Host} from {domain.OldTtl} s to {wanted} s at the old provider."));
        }
        );
    }

    private async Task PrintAsync(JobRun run, Zone lowered, CancellationToken token)
    {
        await sheets.WriteAsync(lowered, RecordTask.LowerTtl, token);
        await TellAsync(run, DomainStep.TaskPrinted, null, token);
    }

    /// <summary>Only TTLs change: nothing is added, nothing goes.</summary>
    private static Zone Lowered(Zone zone, uint ttl) => new(zone.Origin, zone.Sets.Select(set => ZoneDifference.Moves(set) ? set.WithTtl(Math.Min(set.Ttl, ttl)) : set));

    /// <summary>The plan that was begun and not undone, or a new one.</summary>
    private static async Task<ZonePlan> PlannedAsync(RowJournal journal, string provider, Zone live, Zone lowered, CancellationToken token)
    {
        if (await journal.ReadAsync(token) is { Step: not ApplyStep.RolledBack } begun && ZonePlan.FromJson(begun.PlanJson) is var plan && plan.Standing(live) != PlanStanding.ChangedByOthers) return plan;
        return ZonePlan.Make(provider, live, lowered);
    }
}
