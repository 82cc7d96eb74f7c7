using Cassiopea.Contracts;
using Cassiopea.ServiceDefaults;
using Cassiopea.Zones;
using Cassiopea.Zones.Checks;
using Cassiopea.Zones.Planning;
using Microsoft.Extensions.Options;

namespace Cassiopea.Domains;

/// <summary>Everything as before the cut-over: name servers, DS, records, TTLs. The zone at the new provider stays, where nobody asks any more.</summary>
internal sealed class RollBackZoneJob(DomainsContext db, DomainInventory inventory, DnsWorld world, NameServerJourney journey, IOptions<DomainsOptions> options, TimeProvider time, ILogger<RollBackZoneJob> log) : ZoneStep(db)
{
    public const string Kind = "roll-back-zone";
    private const string Reason = "The cut-over of the migration is rolled back.";

    protected override string Step => Kind;

    protected override async Task<(object Outcome, Action<DomainsContext, MovingDomain> Write)> DoAsync(JobRun run, MovingDomain domain, CancellationToken token)
    {
        if (domain.Switch is { } there)
        {
            if (there.MayBeSeen) await TurnBackAsync(run, domain, there, token);
            await RestoreSignersAsync(domain, there, token);
        }

        if (domain.Hosts.Count == 0 && domain.Apply is { } applied)
        {
            RowJournal journal = new(run, applied, static (row, json) => row.Apply = json);
            await Apply(domain.Provider, journal).RollBackAsync(Reason, token);
        }

        if (domain.TtlApply is { } ttls && ApplyState.FromJson(ttls).Step != ApplyStep.RolledBack)
        {
            RowJournal journal = new(run, ttls, static (row, json) => row.TtlApply = json);
            var source = (await inventory.RowOfAsync(domain.Name, token))?.Source is { Length: > 0 } named ? named : options.Value.OldProvider;
            await Apply(source, journal).RollBackAsync(domain.Hosts.Count == 0 ? Reason : "", token);
        }

        var now = time.GetUtcNow();
        log.RolledBack(run.ItemId);
        return (new ZoneRolledBack(run.MigrationId, run.ItemId, now), (own, row) =>
        {
            (row.NameServerChange, row.WayBack, row.CutOverAt, row.OldTtlsOver) = (null, null, null, null);
            own.Audit("system", Kind, $"item/{run.ItemId}", $"{domain.Name.Host} is as it was before the cut-over.");
        }
        );
    }

    private ZoneApply Apply(string provider, RowJournal journal) =>
        new(world.Provider(provider), journal, time) { Patience = options.Value.ProviderPatience, LookEvery = options.Value.LookEvery };

    private async Task TurnBackAsync(JobRun run, MovingDomain domain, SwitchState there, CancellationToken token)
    {
        IReadOnlyList<DnsName> before = [.. there.Before.Select(static host => DnsName.Parse(host))];
        var begun = domain.WayBack is null ? null : SwitchState.FromJson(domain.WayBack);
        var end = await journey.RunAsync(
            begun is { Step: SwitchStep.TimedOut } ? null : begun, change => change.BeginAsync(domain.Name, before, null, token), state => KeepAsync(run, row => row.WayBack = state.ToJson(), token), token);
        if (end.Step != SwitchStep.Verified) throw DomainFailures.Shut(Transfer.TransferSide.Source, $"The old name servers of {domain.Name.Host} did not come back in time. {end.Note}", FailureCode.TimedOut);
    }

    /// <summary>Gives the registry again the DS of each key that the old name servers show and that it had before.</summary>
    private async Task RestoreSignersAsync(MovingDomain domain, SwitchState there, CancellationToken token)
    {
        if (there.SignersBefore.Count == 0 || world.Registrar is not { } registrar) return;
        List<RecordData> signers = [.. there.SignersBefore.Select(static text => RecordData.Parse(RecordType.Ds, text))];
        var view = await world.Delegation.ReadAsync(domain.Name, [], token);
        var known = await registrar.KeysAsync(domain.Name, token);
        foreach (var key in view.Servers.SelectMany(static server => server.Keys).Distinct().Where(key => signers.Any(signer => DelegationSigner.Names(domain.Name, signer, key))))
        {
            if (known.Any(one => one.KeyTag == DelegationSigner.KeyTag(key))) continue;
            var words = key.Text.Split(' ', 4);
            await registrar.AddKeyAsync(domain.Name, key.Wire[3], words[3], token);
        }
    }
}
