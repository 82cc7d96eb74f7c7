using Cassiopea.Contracts;
using Cassiopea.ServiceDefaults;
using Cassiopea.Zones;
using Cassiopea.Zones.Providers;

namespace Cassiopea.Domains;

/// <summary>
/// What a member has, as inventory and staff say, beside what the registrar manages for us. Where both differ nothing is dropped: the member's domain
/// stays an item, and every difference is told to staff as a conflict.
/// </summary>
internal sealed class FindDomainsJob(DomainInventory inventory, DnsWorld world, TimeProvider time) : IJob
{
    public const string Kind = "find-domains";
    private const int Tries = 3;

    public async Task RunAsync(JobRun run, CancellationToken token)
    {
        var answer = await inventory.FindAsync(run.Args<FindDomains>(), token);
        List<object> outcome = [];
        if (world.HasRegistrar && answer.Outcome != SurveyOutcome.NotSurveyed)
        {
            try
            {
                var managed = await world.Registrar!.DomainsAsync(token);
                answer = answer with { Items = [.. answer.Items.Select(item => With(item, managed))] };
                outcome.Add(Compare(await inventory.ReadAsync(token), managed, time.GetUtcNow()));
            }
            catch (Exception e) when (!token.IsCancellationRequested && DomainFailures.Of(e) is { } failure)
            {
                if (failure.Kind == FailureKind.Passing && run.Attempts < Tries) throw new PassingFailureException(failure, e);
                // what the inventory knows is shown, but nobody may say that this is all
                answer = answer with { Outcome = SurveyOutcome.NotSurveyed, Failure = failure };
            }
        }

        outcome.Insert(0, answer);
        await run.CompleteAsync(outcome, token);
    }

    public IReadOnlyList<object> Failed(JobRun run, Failure failure, DateTimeOffset asOf) =>
        [new ServiceSurveyed(run.MigrationId, ItemKind.Domain, SurveyOutcome.NotSurveyed, [], failure, asOf)];

    /// <summary>Both lists, one beside the other.</summary>
    internal static DomainsCompared Compare(IReadOnlyList<InventoryRow> rows, IReadOnlyList<GandiDomain> managed, DateTimeOffset now)
    {
        var (known, shown) = (rows.Select(static row => row.Domain).ToHashSet(), managed.Select(static one => one.Name).ToHashSet());
        return new DomainsCompared(
            managed.Count,
            [
                .. managed.Where(one => !known.Contains(one.Name)).Select(static one => new DomainConflict(one.Name.Host, "", DomainConflictKind.UnknownToInventory)).OrderBy(static one => one.Domain, StringComparer.Ordinal),
                .. rows.Where(row => !shown.Contains(row.Domain)).Select(static row => new DomainConflict(row.Domain.Host, row.Member, DomainConflictKind.NotAtRegistrar)).OrderBy(static one => one.Domain, StringComparer.Ordinal),
            ],
            now);
    }

    private static FoundItem With(FoundItem item, IReadOnlyList<GandiDomain> managed) =>
        item with { Facts = [new Fact("managed", managed.Any(one => one.Name.Equals(DnsName.FromUnicode(item.Name))) ? "yes" : "no")] };
}
