using System.Globalization;
using System.Text.Json;
using Cassiopea.Contracts;
using Cassiopea.ServiceDefaults;
using Cassiopea.Transfer;
using Cassiopea.Zones;
using Cassiopea.Zones.Checks;
using Cassiopea.Zones.Files;
using Cassiopea.Zones.Planning;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Cassiopea.Domains;

/// <summary>Reads registrar, delegation, old zone and new provider; plans the new zone and looks for what would break. Changes nothing.</summary>
internal sealed class SurveyDomainJob(
    DomainsContext db, DomainInventory inventory, OldZone oldZone, WantedZone wantedZone, DnsWorld world, TaskSheets sheets, RightsTelling rights,
    IOptions<DomainsOptions> options, TimeProvider time, ILogger<SurveyDomainJob> log) : IJob
{
    public const string Kind = "survey-domain";

    /// <summary>A person waits for the answer: a server that is away is told after a few tries.</summary>
    private const int Tries = 3;

    private const int MostFindings = 40;

    public async Task RunAsync(JobRun run, CancellationToken token)
    {
        var command = run.Args<SurveyDomain>();
        var name = DnsName.FromUnicode(command.Domain);
        var row = new MovingDomain { ItemId = run.ItemId, MigrationId = run.MigrationId, Domain = name.Text, SurveyedAt = time.GetUtcNow() };
        List<Fact> facts = [new("domain", name.Unicode)];
        List<Finding> findings = [];
        var source = await TryAsync(run, FailureSide.Source, () => ReadOldAsync(row, facts, findings, token), token);
        var target = source is not null ? null : await TryAsync(run, FailureSide.Target, () => PlanAsync(row, facts, findings, token), token);
        target ??= source is null && findings.FirstOrDefault(static one => one.Severity == Severity.Blocking) is { } blocking
            ? new Failure(FailureSide.Target, FailureKind.Refused, FailureCode.NotExpressible, $"{findings.Count(static one => one.Severity == Severity.Blocking)} findings block the zone; the first: {blocking.Subject} {blocking.Text}")
            : null;

        if (await db.Domains.AsNoTracking().Where(one => one.ItemId == row.ItemId).Select(one => one.Recovery).SingleOrDefaultAsync(token) is { } recovery && RightsLadder.Of(recovery) is var ladder)
        {
            facts.Add(new("rights", ladder.Recovered ? "recovered" : ladder.Pending ? "pending" : "open"));
            if (ladder.Next is { } next) facts.Add(new("rights-next", next.ToString()));
        }

        row.Findings = JsonSerializer.Serialize(findings, JsonSerializerOptions.Web);
        facts.AddRange(findings.OrderByDescending(static one => one.Severity).Take(MostFindings).Select(static one => new Fact("finding", $"{one.Severity}: {one.Id}: {one.Subject} {one.Text}")));
        if (row.PlanSha256.Length > 0) facts.Add(new("plan-sha256", row.PlanSha256));
        ItemSurveyed answer = new(run.MigrationId, run.ItemId, facts, source, target, source is null && target is null, time.GetUtcNow(), run.Pass);
        List<object> events = [answer];
        if (source is null) events.Add(new DomainStepReached(run.MigrationId, run.ItemId, DomainStep.Surveyed, null, null, time.GetUtcNow()));
        await run.CompleteAsync<DomainsContext>(
            async own =>
            {
                if (await KeepAsync(own, row, source is null, token) is { } kept) events.AddRange(rights.Tell(kept));
            },
            events,
            token);
        log.Surveyed(run.ItemId, run.Pass, row.ZonePlan?.Changes.Count ?? 0, findings.Count(static one => one.Severity == Severity.Blocking), source?.Code ?? "ok", target?.Code ?? "ok");
    }

    public IReadOnlyList<object> Failed(JobRun run, Failure failure, DateTimeOffset asOf) =>
        [new ItemSurveyed(run.MigrationId, run.ItemId, [], failure, null, false, asOf, run.Pass)];

    private static async Task<Failure?> TryAsync(JobRun run, FailureSide side, Func<Task> work, CancellationToken token)
    {
        try
        {
            await work();
            return null;
        }
        catch (Exception e) when (!token.IsCancellationRequested && DomainFailures.Of(e, e is TransferException { Side: TransferSide.Us } ? null : side) is { } failure)
        {
            return failure.Kind == FailureKind.Passing && run.Attempts < Tries ? throw new PassingFailureException(failure, e) : failure;
        }
    }

    private static async Task<MovingDomain?> KeepAsync(DomainsContext own, MovingDomain found, bool whole, CancellationToken token)
    {
        if (await own.Domains.SingleOrDefaultAsync(row => row.ItemId == found.ItemId, token) is not { } row)
        {
            if (whole) own.Domains.Add(found);
            return whole ? found : null;
        }

        if (found.Managed is not null) (row.Managed, row.EndsAt, row.RegistrantMailSha256, row.Tasks) = (found.Managed, found.EndsAt ?? row.EndsAt, found.RegistrantMailSha256, found.Tasks);
        if (!whole) return row;
        (row.Provider, row.NameServers, row.Findings, row.SurveyedAt) = (found.Provider, found.NameServers, found.Findings, found.SurveyedAt);
        // lowered TTLs are not the old ones, and a zone that was switched is not the old zone
        if (row.TtlApply is null) row.OldTtl = found.OldTtl;
        if (row.CutOverAt is null) row.OldZone = found.OldZone;
        if (row is { CutOverAt: null, NameServerChange: null }) row.SignersBefore = found.SignersBefore;
        (row.PlanSha256, row.Plan, row.WantedZone) = (found.PlanSha256, found.Plan, found.WantedZone);
        return row;
    }

    private async Task ReadOldAsync(MovingDomain row, List<Fact> facts, List<Finding> findings, CancellationToken token)
    {
        var place = await inventory.RowOfAsync(row.Name, token);
        (row.Provider, row.NameServers) = (place?.Provider ?? "", string.Join(',', place?.NameServers.Select(static host => host.Text) ?? []));
        if (world.Registrar is { } registrar)
        {
            row.Managed = false;
            if (await registrar.DomainAsync(row.Name, token) is { } managed)
            {
                var holder = await registrar.HolderAsync(row.Name, token);
                (row.Managed, row.EndsAt, row.RegistrantMailSha256) = (true, managed.EndsAt, holder?.MailSha256 ?? "");
                if (DomainTask.Differs(place, holder))
                    findings.Add(new(DomainTask.HolderDiffers, Severity.Warning, row.Name.Host, "is held at the registry by somebody else than the inventory says: correct it at the registrar, or correct the inventory, before it is handed over."));
                findings.AddRange((options.Value.Tlds.GetValueOrDefault(TldRule.Of(row.Name)) ?? TldRule.Standard(TldRule.Of(row.Name))).Advice(managed, time.GetUtcNow()));
                var redirections = await registrar.RedirectionsAsync(row.Name, token);
                findings.AddRange(DomainFindings.OfRegistrar(managed, redirections, row.Hosts.Count > 0, options.Value.ExpiryWarning, time.GetUtcNow()));
                facts.Add(new("managed", "yes"));
                facts.Add(new("registrar-organization", managed.Organization));
                if (managed.EndsAt is { } ends) facts.Add(new("expires", ends.ToString("O", CultureInfo.InvariantCulture)));
                facts.AddRange(managed.Status.Select(static status => new Fact("status", status)));
            }
            else
            {
                facts.Add(new("managed", "no"));
                findings.Add(new("not-managed", Severity.Warning, row.Name.Host, "is not in our account at the registrar: whoever manages it changes its name servers at the cut-over, and we watch for it."));
            }
        }

        var view = await world.Delegation.ReadAsync(row.Name, [], token);
        row.SignersBefore = Signing.Text(view);
        findings.AddRange(DomainFindings.OfDelegation(view, row.Hosts));
        facts.AddRange(view.HandedOut.Select(static host => new Fact("name-server", host.Host)));
        var zone = await oldZone.ReadAsync(row.Name, token);
        (row.OldZone, row.OldTtl) = (zone.Text, zone.LargestTtl);
        var elsewhere = DomainFindings.Elsewhere(view, zone.NameServers, row.Hosts);
        if (elsewhere is not null) findings.Add(elsewhere);
        row.Tasks = string.Join(',', RightsWatch.Tasks(findings.Any(static one => one.Id == DomainTask.HolderDiffers), elsewhere is { Id: "delegated-elsewhere" }));
        facts.Add(Number("records", zone.Records));
        facts.Add(Number("largest-ttl", row.OldTtl, "s"));
    }

    private async Task PlanAsync(MovingDomain row, List<Fact> facts, List<Finding> findings, CancellationToken token)
    {
        if (row.Provider.Length == 0 && row.Hosts.Count == 0) throw DomainFailures.Shut(TransferSide.Target, "Nobody says where the zone shall be: name provider and name servers in the inventory of domains.", TransferCode.ItemMissing);
        var (old, kept) = (row.Old, await db.Domains.AsNoTracking().SingleOrDefaultAsync(one => one.ItemId == row.ItemId, token));
        var provider = row.Provider.Length > 0 ? world.Provider(row.Provider) : null;
        // after the switch the old zone says nothing any more: the plan stays what it was
        var wanted = kept is { CutOverAt: not null } ? kept.Wanted : await wantedZone.MakeAsync(old, row.Hosts, token);
        wanted = provider?.Limits.Fit(wanted) ?? wanted;
        findings.AddRange(ZoneLint.Check(wanted, world.Lint));
        findings.AddRange(DomainFindings.OfDifference(old, wanted));
        var live = provider is null ? null : await provider.ReadAsync(row.Name, token);
        var plan = provider is null ? ZonePlan.Make("by-hand", null, wanted) : Applied(kept, live, wanted) ?? ZonePlan.Make(provider.Name, live, wanted);
        (row.WantedZone, row.Plan, row.PlanSha256) = (wanted.Text, plan.Json, plan.Sha256);
        if (provider is null or ByHandProvider && row.Hosts.Count > 0) facts.Add(new("task-sheet", await sheets.WriteAsync(wanted, RecordTask.Create, token)));
        facts.Add(Number("planned-changes", plan.Changes.Count));
        facts.Add(Number("deleted-percent", (long)plan.DeletedPercent, "%"));
        facts.AddRange(row.Hosts.Select(static host => new Fact("new-name-server", host.Host)));
    }

    /// <summary>The plan that is carried out already and still stands: a new one would forget the zone before it.</summary>
    private static ZonePlan? Applied(MovingDomain? kept, Zone? live, Zone wanted) =>
        kept?.ZonePlan is { } plan && kept.Apply is not null && plan.Standing(live) == PlanStanding.Done && plan.AfterSha256 == ZonePlan.Moving(wanted).Sha256 ? plan : null;

    private static Fact Number(string name, long value, string unit = "") => new(name, value.ToString(CultureInfo.InvariantCulture), unit);
}
