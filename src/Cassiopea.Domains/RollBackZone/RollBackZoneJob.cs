using Cassiopea.Contracts;
using Cassiopea.ServiceDefaults;
using Cassiopea.Zones;
using Cassiopea.Zones.Checks;
using Cassiopea.Zones.Files;
using Cassiopea.Zones.Planning;
using Microsoft.Extensions.Options;

namespace Cassiopea.Domains;

/// <summary>Everything as before the cut-over: name servers, DS, records, TTLs. The zone at the new provider stays, where nobody asks any more.</summary>
internal sealed class RollBackZoneJob(DomainsContext db, DomainInventory inventory, DnsWorld world, NameServerJourney journey, TaskSheets sheets, ServedWatch watch, IOptions<DomainsOptions> options, TimeProvider time, ILogger<RollBackZoneJob> log) : ZoneStep(db, time)
{
    public const string Kind = "roll-back-zone";
    private const string Reason = "The cut-over of the migration is rolled back.";

    protected override string Step => Kind;

    protected override async Task<(object Outcome, DomainStepReached Told, Action<DomainsContext, MovingDomain> Write)> DoAsync(JobRun run, MovingDomain domain, CancellationToken token)
    {
        var signing = new Signing(DomainStep.RolledBack, "");
        if (domain.Switch is { } there)
        {
            if (there.MayBeSeen) await TurnBackAsync(run, domain, there, token);
            await RestoreSignersAsync(run, domain, there, token);
            signing = await SigningAsync(domain, there, token);
        }

        if (domain.Hosts.Count == 0 && domain.Apply is { } applied)
        {
            RowJournal journal = new(run, applied, static (row, json) => row.Apply = json);
            if (world.Provider(domain.Provider) is ByHandProvider) await ByPeopleAsync(run, journal, domain, token);
            else await Apply(domain.Provider, journal).RollBackAsync(Reason, token);
        }

        var low = "";
        if (domain.TtlApply is { } ttls && ApplyState.FromJson(ttls).Step != ApplyStep.RolledBack)
        {
            RowJournal journal = new(run, ttls, static (row, json) => row.TtlApply = json);
            var source = (await inventory.RowOfAsync(domain.Name, token))?.Source is { Length: > 0 } named ? named : options.Value.OldProvider;
            // TTLs that people lowered stay low until they raise them: that harms nobody and is not waited for
            if (world.Provider(source) is ByHandProvider)
            {
                await sheets.WriteAsync(domain.Old, RecordTask.Restore, token);
                low = $"Its TTLs stay low until people raise them; the list is in {options.Value.TaskFolder}.";
            }
            else
            {
                await Apply(source, journal).RollBackAsync(domain.Hosts.Count == 0 ? Reason : "", token);
            }
        }

        var (now, differs) = (Time.GetUtcNow(), string.Join(' ', new[] { signing.Differs, low }.Where(static text => text.Length > 0)));
        log.RolledBack(run.ItemId);
        return (new ZoneRolledBack(run.MigrationId, run.ItemId, now, differs), Reached(run, signing.Step, null), (own, row) =>
        {
            (row.NameServerChange, row.WayBack, row.CutOverAt, row.OldTtlsOver) = (null, null, null, null);
            own.Audit("system", Kind, $"item/{run.ItemId}", differs.Length == 0 ? $"{domain.Name.Host} is as it was before the cut-over." : $"{domain.Name.Host} is back at its old place, but not as before. {differs}");
        }
        );
    }

    private ZoneApply Apply(string provider, RowJournal journal) =>
        new(world.Provider(provider), journal, Time) { Patience = options.Value.ProviderPatience, LookEvery = options.Value.LookEvery };

    private async Task TurnBackAsync(JobRun run, MovingDomain domain, SwitchState there, CancellationToken token)
    {
        IReadOnlyList<DnsName> before = [.. there.Before.Select(static host => DnsName.Parse(host))];
        var begun = domain.WayBack is null ? null : SwitchState.FromJson(domain.WayBack);
        var end = await journey.RunAsync(
            begun is { Step: SwitchStep.TimedOut } ? null : begun, change => change.BeginAsync(domain.Name, before, null, token), (state, earlier) => KeepAsync(run, state, earlier, row => row.WayBack = state.ToJson(), token), token);
        if (end.Step != SwitchStep.Verified) throw DomainFailures.Shut(Transfer.TransferSide.Source, $"The old name servers of {domain.Name.Host} did not come back in time. {end.Note}", FailureCode.TimedOut);
    }

    /// <summary>Prints the list of the old records and looks until they are served again.</summary>
    private async Task ByPeopleAsync(JobRun run, RowJournal journal, MovingDomain domain, CancellationToken token)
    {
        await sheets.WriteAsync(domain.Old, RecordTask.Restore, token);
        await TellAsync(run, DomainStep.TaskPrinted, null, token);
        await watch.UntilServedAsync(domain.Old, Transfer.TransferSide.Source, $"The way back of the records of {domain.Name.Host}", byPeople: true, token);
        if (await journal.ReadAsync(token) is { } state) await journal.SaveAsync(state with { Step = ApplyStep.RolledBack, At = Time.GetUtcNow() }, token);
    }

    /// <summary>Gives the registry again the DS of each key that the old name servers show and that it had before; 202 is not done: every parent server is asked.</summary>
    private async Task RestoreSignersAsync(JobRun run, MovingDomain domain, SwitchState there, CancellationToken token)
    {
        if (there.SignersBefore.Count == 0 || world.Registrar is not { } registrar) return;
        List<RecordData> signers = [.. there.SignersBefore.Select(static text => RecordData.Parse(RecordType.Ds, text))];
        var view = await world.Delegation.ReadAsync(domain.Name, [], token);
        var known = await registrar.KeysAsync(domain.Name, token);
        List<RecordData> keys = [.. view.Servers.SelectMany(static server => server.Keys).Distinct().Where(key => signers.Any(signer => DelegationSigner.Names(domain.Name, signer, key)))];
        // unsigned is safe; a DS without its key is not
        if (keys.Count == 0) return;
        foreach (var key in keys.Where(key => known.All(one => one.KeyTag != DelegationSigner.KeyTag(key))))
        {
            var words = key.Text.Split(' ', 4);
            await registrar.AddKeyAsync(domain.Name, key.Wire[3], words[3], token);
        }

        var start = Time.GetUtcNow();
        while (!view.Parents.All(parent => parent.Problem.Length == 0 && keys.All(key => parent.Signers.Any(signer => DelegationSigner.Names(domain.Name, signer, key)))))
        {
            if (Time.GetUtcNow() - start > options.Value.ParentPatience)
                throw DomainFailures.Shut(Transfer.TransferSide.Source, $"The DS of {domain.Name.Host} did not come back at every server of the registry in time.", FailureCode.TimedOut);
            await Task.Delay(options.Value.LookEvery, TimeProvider.System, token);
            view = await world.Delegation.ReadAsync(domain.Name, [], token);
        }

        RefuseBogus(domain, view);
        await TellAsync(run, DomainStep.SignersRestored, null, token);
    }

    /// <summary>Looks whether it is signed as it was before.</summary>
    private async Task<Signing> SigningAsync(MovingDomain domain, SwitchState there, CancellationToken token)
    {
        var view = await world.Delegation.ReadAsync(domain.Name, [], token);
        RefuseBogus(domain, view);
        return Signing.Of(domain.SignersBefore ?? (there.SignersBefore.Count > 0 ? Signing.Text(there.SignersBefore) : null), Signing.Text(view));
    }

    private static void RefuseBogus(MovingDomain domain, DelegationView view)
    {
        if (view.SignersAt(view.HandedOut) == SignerState.Bogus)
            throw DomainFailures.Shut(Transfer.TransferSide.Source, $"The registry has a DS of {domain.Name.Host} for which a name server shows no key: validating resolvers find nothing. Take it out at the registrar.");
    }
}
