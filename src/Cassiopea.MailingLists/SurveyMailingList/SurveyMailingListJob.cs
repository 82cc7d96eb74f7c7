using System.Globalization;
using Cassiopea.Contracts;
using Cassiopea.ServiceDefaults;
using Cassiopea.ServiceDefaults.Passes;

namespace Cassiopea.MailingLists;

/// <summary>Looks at a list at both ends: who is in it, what it keeps, whether the new place is free. Nothing is written there.</summary>
internal sealed class SurveyMailingListJob(ListHosts hosts, TimeProvider time) : IJob
{
    public const string Kind = "survey-mailing-list";

    public async Task RunAsync(JobRun run, CancellationToken token)
    {
        var command = run.Args<SurveyMailingList>();
        List<Fact> facts = [];
        var source = await ItemPass.LookAsync(run, FailureSide.Source, async () => facts.AddRange(await SourceAsync(command.Source, run.Id, token)), token);
        var target = command.Target is { } end ? await ItemPass.LookAsync(run, FailureSide.Target, async () => facts.AddRange(await TargetAsync(end, run.Id, token)), token) : null;
        await run.CompleteAsync(
            new ItemSurveyed(run.MigrationId, run.ItemId, facts, source, target, command.Target is not null && target is null, time.GetUtcNow(), run.Pass), token);
    }

    public IReadOnlyList<object> Failed(JobRun run, Failure failure, DateTimeOffset asOf) =>
        [new ItemSurveyed(run.MigrationId, run.ItemId, [], failure, null, false, asOf, run.Pass)];

    private async Task<IEnumerable<Fact>> SourceAsync(Endpoint end, Guid job, CancellationToken token)
    {
        await using var opened = await hosts.OpenAsync(end, FailureSide.Source, job, token);
        var (host, list) = (opened.Sympa, ListHosts.ListOf(end, FailureSide.Source));
        if (!await host.HasAsync(list, token)) throw PassFailureException.Refused(FailureSide.Source, FailureCode.ItemMissing, $"{host.Name} has no list {list}.");
        await host.DumpAsync(list, token);
        List<Fact> facts = [new("software", $"Sympa {host.Layout.Version}")];
        foreach (var (role, name) in ((string, string)[])[("member", "members"), ("owner", "owners"), ("editor", "editors")])
            facts.Add(new(name, (await host.PeopleAsync(list, role, token)).Count.ToString(CultureInfo.InvariantCulture), name));
        var found = (await host.ListsAsync(list.Robot, token)).FirstOrDefault(one => one.Address == list);
        if (found is not null) facts.AddRange([new("status", found.Status), new("subject", found.Subject)]);
        return facts;
    }

    private async Task<IEnumerable<Fact>> TargetAsync(Endpoint end, Guid job, CancellationToken token)
    {
        await using var opened = await hosts.OpenAsync(end, FailureSide.Target, job, token);
        var list = ListHosts.ListOf(end, FailureSide.Target);
        if (opened.Mailman is { } mailman) return [new("target-software", $"Mailman {await mailman.VersionAsync(token)}"), new("target-exists", await mailman.HasAsync(list, token) ? "yes" : "no")];
        var host = opened.Sympa;
        return [new("target-software", $"Sympa {host.Layout.Version}"), new("target-exists", await host.HasAsync(list, token) ? "yes" : "no")];
    }
}
