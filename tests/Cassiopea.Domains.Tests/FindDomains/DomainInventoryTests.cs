using Cassiopea.Contracts;
using Microsoft.Extensions.Options;

namespace Cassiopea.Domains.Tests;

public sealed class DomainInventoryTests
{
    [Fact]
    public async Task Without_an_inventory_nobody_has_looked_and_the_answer_says_what_to_do()
    {
        var migration = Guid.NewGuid();
        var answer = await new DomainInventory(Options.Create(new DomainsOptions()), TimeProvider.System).FindAsync(new FindDomains(migration, "M0042", []), TestContext.Current.CancellationToken);
        Assert.Equal((migration, ItemKind.Domain, SurveyOutcome.NotSurveyed), (answer.MigrationId, answer.Kind, answer.Outcome));
        Assert.Equal((FailureSide.Us, FailureKind.Refused, FailureCode.NotSurveyed), (answer.Failure!.Side, answer.Failure.Kind, answer.Failure.Code));
        Assert.Contains("Domains:InventoryFile", answer.Failure.Text, StringComparison.Ordinal);
        Assert.Empty(answer.Items);
    }
}
