using Cassiopea.Transfer;
using Cassiopea.Zones;
using Cassiopea.Zones.Checks;
using Cassiopea.Zones.Client;
using Cassiopea.Zones.Files;
using Cassiopea.Zones.Planning;

namespace Cassiopea.Cli.Zone;

/// <summary>The zone engine on its own: without bus and database.</summary>
internal static class ZoneCommands
{
    private const string Output = " --report= --quiet --json";
    private const string Lint = " --dying= --authority=";
    private const string Finding = " --server= --parent= --resolver=";

    public static IReadOnlyList<Command> All { get; } =
    [
        new("zone export", "Writes a zone as a zone file, or as a list to type in (--sheet fr|nl|en).", "--from= --from-password-file= --file= --sheet=", ExportAsync, "DOMAIN"),
        new("zone plan", "Plans what must change at --to so that it is as --from says; changes nothing.", "--from= --from-password-file= --to= --to-password-file= --plan= --name-servers= --ttl=" + Lint + Output, PlanAsync, "DOMAIN"),
        new("zone apply", "Carries out a plan once, however often it is run; refused when the zone was changed since.", "--to= --to-password-file= --plan= --journal= --dry-run --reason=" + Output, ApplyAsync, "DOMAIN"),
        new("zone verify", "Asks every parent server and every name server for the zone.", "--from= --from-password-file= --name-servers=" + Finding + Output, VerifyAsync, "DOMAIN"),
        new("zone rollback", "Makes the zone again what it was before apply, octet for octet.", "--to= --to-password-file= --journal= --reason=" + Output, RollBackAsync, "DOMAIN"),
    ];

    private static async Task<int> ExportAsync(CommandLine line, CancellationToken token)
    {
        var domain = ZoneEnds.Domain(line);
        var zone = (await ZoneEnds.ZoneAsync(line, "from", domain, token)).WithoutSigning();
        if (line.Value("--sheet") is { } language && language is not ("fr" or "nl" or "en")) throw new UsageException("--sheet is fr, nl or en.");
        var text = line.Value("--sheet") is { } chosen ? RecordSheet.Write(zone, chosen) : zone.Text;
        if (line.Value("--file") is { } file) await File.WriteAllTextAsync(file, text, token);
        else Console.Write(text);
        return ExitCode.Complete;
    }

    private static async Task<int> PlanAsync(CommandLine line, CancellationToken token)
    {
        var domain = ZoneEnds.Domain(line);
        var report = new ZoneReport("zone plan", line.Required("--from"), line.Required("--to"));
        var provider = await ZoneEnds.ProviderAsync(line, "to", token);
        var wanted = provider.Limits.Fit(Shaped(line, (await ZoneEnds.ZoneAsync(line, "from", domain, token)).WithoutSigning()));
        var live = await provider.ReadAsync(domain, token);
        var plan = ZonePlan.Make(provider.Name, live, wanted);
        var findings = ZoneLint.Check(wanted, Settings(line));
        if (line.Value("--plan") is { } file) await File.WriteAllTextAsync(file, plan.Json, token);
        if (!line.Has("--quiet") && !line.Has("--json")) Show(plan, findings);
        var blocked = findings.Any(static finding => finding.Severity == Severity.Blocking);
        return await ReportOutput.WriteAsync(line, report.Make(blocked ? TransferOutcome.Exceptions : TransferOutcome.Complete, plan.Changes.Count, 0, ZoneReport.Exceptions(findings)));
    }

    private static async Task<int> ApplyAsync(CommandLine line, CancellationToken token)
    {
        var domain = ZoneEnds.Domain(line);
        var report = new ZoneReport("zone apply", line.Required("--plan"), line.Required("--to"));
        var plan = await ReadPlanAsync(line, domain, token);
        var provider = await ZoneEnds.ProviderAsync(line, "to", token);
        try
        {
            if (line.Has("--dry-run"))
            {
                var standing = plan.Standing(await provider.ReadAsync(domain, token));
                if (standing == PlanStanding.ChangedByOthers) throw new ZoneException(TransferSide.Target, TransferFailureKind.Refused, TransferCode.ItemAltered, "The zone was changed since the plan was made.");
                plan.Guard(ZoneApply.MostDeletedPercent, line.Value("--reason") ?? "");
                return await ReportOutput.WriteAsync(line, report.Make(TransferOutcome.Complete, plan.Changes.Count, 0, []));
            }

            var (_, asked) = await Apply(line, domain, provider).RunAsync(plan, line.Value("--reason") ?? "", token);
            return await ReportOutput.WriteAsync(line, report.Make(TransferOutcome.Complete, plan.Changes.Count, asked ? plan.Changes.Count : 0, []));
        }
        catch (ZoneException failed)
        {
            return await ReportOutput.WriteAsync(line, report.Stopped(failed, plan.Changes.Count));
        }
    }

    private static async Task<int> VerifyAsync(CommandLine line, CancellationToken token)
    {
        var domain = ZoneEnds.Domain(line);
        var report = new ZoneReport("zone verify", line.Required("--from"), "dns");
        var wanted = await ZoneEnds.ZoneAsync(line, "from", domain, token);
        var client = new DnsClient(new() { Side = TransferSide.Target });
        var servers = ZoneEnds.Servers(line, client);
        var hosts = line.Value("--name-servers") is { } named ? ZoneEnds.Hosts(named) : wanted.NameServers;
        List<Finding> findings = [.. await new ServedZone(client, servers).CheckAsync(wanted, [.. hosts], token)];
        var view = await new Delegation(client, servers).ReadAsync(domain, [.. hosts], token);
        findings.AddRange(OfDelegation(view, hosts));
        if (!line.Has("--quiet") && !line.Has("--json")) Show(view, hosts);
        var different = findings.Any(static finding => finding.Severity == Severity.Blocking);
        var sets = wanted.Sets.Count(ZoneDifference.Moves);
        return await ReportOutput.WriteAsync(line, report.Make(different ? TransferOutcome.Different : TransferOutcome.Complete, sets, 0, ZoneReport.Exceptions(findings)));
    }

    private static async Task<int> RollBackAsync(CommandLine line, CancellationToken token)
    {
        var domain = ZoneEnds.Domain(line);
        var report = new ZoneReport("zone rollback", line.Required("--journal"), line.Required("--to"));
        var provider = await ZoneEnds.ProviderAsync(line, "to", token);
        try
        {
            var zone = await Apply(line, domain, provider).RollBackAsync(line.Value("--reason") ?? "", token);
            return await ReportOutput.WriteAsync(line, report.Make(TransferOutcome.Complete, zone?.Sets.Count ?? 0, zone?.Sets.Count ?? 0, []));
        }
        catch (ZoneException failed)
        {
            return await ReportOutput.WriteAsync(line, report.Stopped(failed, 0));
        }
    }

    private static ZoneApply Apply(CommandLine line, DnsName domain, Zones.Providers.IZoneProvider provider)
    {
        var folder = Directory.CreateDirectory(line.Required("--journal"));
        return new(provider, new FileApplyJournal(Path.Combine(folder.FullName, $"{domain.Host}.{provider.Name}.json")), TimeProvider.System);
    }

    private static async Task<ZonePlan> ReadPlanAsync(CommandLine line, DnsName domain, CancellationToken token)
    {
        try
        {
            var plan = ZonePlan.FromJson(await File.ReadAllTextAsync(line.Required("--plan"), token));
            return plan.Domain.Equals(domain) ? plan : throw new UsageException($"The plan is for {plan.Domain.Host}.");
        }
        catch (Exception unreadable) when (unreadable is FormatException or IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--plan cannot be read: {unreadable.Message}");
        }
    }

    /// <summary>The wanted zone with the name servers and the TTL that were asked for.</summary>
    private static Zones.Zone Shaped(CommandLine line, Zones.Zone zone)
    {
        if (line.Value("--name-servers") is { } hosts)
            zone = zone.With(new RecordSet(zone.Origin, RecordType.Ns, zone.Find(zone.Origin, RecordType.Ns)?.Ttl ?? 3600, ZoneEnds.Hosts(hosts).Select(static host => RecordData.Parse(RecordType.Ns, host.Text))));
        var most = (uint)line.Number("--ttl", uint.MaxValue, 1, uint.MaxValue);
        return most == uint.MaxValue ? zone : new(zone.Origin, zone.Sets.Select(set => set.WithTtl(Math.Min(set.Ttl, most))));
    }

    private static LintSettings Settings(CommandLine line)
    {
        var dying = line.Values("--dying");
        return new()
        {
            DyingNames = [.. dying.Where(static text => !System.Net.IPNetwork.TryParse(text, out _)).Select(DnsName.FromUnicode)],
            DyingNetworks = [.. dying.Where(static text => System.Net.IPNetwork.TryParse(text, out _)).Select(static text => System.Net.IPNetwork.Parse(text))],
            Authorities = line.Values("--authority"),
        };
    }

    private static IEnumerable<Finding> OfDelegation(DelegationView view, IReadOnlyList<DnsName> hosts)
    {
        foreach (var parent in view.Parents.Where(static parent => parent.Problem.Length > 0)) yield return new("parent-silent", Severity.Warning, parent.Server, parent.Problem);
        foreach (var parent in view.Parents.Where(parent => parent.Problem.Length == 0 && !DelegationView.Same(parent.NameServers, [.. hosts])))
            yield return new("delegation-differs", Severity.Blocking, parent.Server, $"hands out {string.Join(", ", parent.NameServers.Select(static host => host.Host))}.");
        if (view.SignersAt([.. hosts]) == SignerState.Bogus) yield return new("ds-left-behind", Severity.Blocking, view.Zone.Text, "the registry has a DS record for which the name servers show no key: validating resolvers find nothing.");
    }

    private static void Show(ZonePlan plan, IReadOnlyList<Finding> findings)
    {
        foreach (var change in plan.Changes)
        {
            Console.WriteLine($"{change.Action switch { ChangeAction.Create => "+", ChangeAction.Delete => "-", _ => "~" }} {change.Name.Text} {change.Type}");
            foreach (var data in change.Before?.Data ?? []) Console.WriteLine($"    - {change.Before!.Ttl} {data.Text}");
            foreach (var data in change.After?.Data ?? []) Console.WriteLine($"    + {change.After!.Ttl} {data.Text}");
        }

        foreach (var finding in findings) Console.WriteLine($"{finding.Severity switch { Severity.Blocking => "!!", Severity.Warning => "!", _ => "i" }} {finding.Id}: {finding.Subject} {finding.Text}");
        Console.WriteLine(FormattableString.Invariant($"plan {plan.Sha256}: {plan.Changes.Count} changes, {plan.DeletedPercent:0} % deleted"));
    }

    private static void Show(DelegationView view, IReadOnlyList<DnsName> hosts)
    {
        foreach (var parent in view.Parents) Console.WriteLine($"parent {parent.Server}: {(parent.Problem.Length > 0 ? parent.Problem : string.Join(", ", parent.NameServers.Select(static host => host.Host)))}");
        foreach (var server in view.Servers) Console.WriteLine(FormattableString.Invariant($"server {server.Host.Host} ({server.Address}): {(server.Problem.Length > 0 ? server.Problem : $"serial {server.Serial}")}"));
        Console.WriteLine($"spread: {view.SpreadOf([.. hosts])}; signed: {view.SignersAt([.. hosts])}");
    }
}
