using System.Globalization;
using Cassiopea.Contracts;
using Cassiopea.ServiceDefaults;
using Cassiopea.ServiceDefaults.Passes;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Domains;

/// <summary>Records a rung of the ladder, or says why not.</summary>
internal sealed class RecordRungConsumer(DomainsContext db, DomainInventory inventory, RightsTelling rights, TimeProvider time) : IConsumer<RecordRung>
{
    public async Task Consume(ConsumeContext<RecordRung> context)
    {
        var (asked, token) = (context.Message, context.CancellationToken);
        if (await db.Domains.SingleOrDefaultAsync(row => row.ItemId == asked.ItemId && row.MigrationId == asked.MigrationId, token) is not { } domain)
        {
            await context.Publish(new CommandRefused(asked.OperationId, "not-found", "This domain was not surveyed yet.", []), token);
            return;
        }

        try
        {
            var (before, custodian) = (domain.Recovery, asked.Custodian is { Length: > 0 } named ? named.Trim() : domain.Custodian);
            LadderFacts facts = new(asked.SiteVerified, domain.Managed, custodian, await inventory.OthersOnHandleAsync(domain.Name, token));
            var ladder = RightsLadder.Of(before).With(new(asked.Rung, asked.Outcome, asked.Actor, time.GetUtcNow(), asked.Note.Trim()), facts);
            (domain.Recovery, domain.Custodian) = (ladder.ToJson(), custodian);
            await context.Publish(new DomainStepReached(domain.MigrationId, domain.ItemId, asked.Outcome == RungOutcome.Done ? DomainStep.RungDone : DomainStep.RungFailed, null, asked.Rung, time.GetUtcNow()), token);
            foreach (var told in rights.Tell(domain)) await context.Publish((DomainRightsChanged)told, token);
            db.Audit(asked.Actor, "record-rung", $"item/{asked.ItemId}", string.Create(CultureInfo.InvariantCulture, $"{asked.Rung} {asked.Outcome}: {asked.Note}"), before, domain.Recovery);
            await context.Publish(new CommandAccepted(asked.OperationId, ladder.Next is { } next ? $"Next: {next}." : "The owner has the rights."), token);
        }
        catch (RungRefusedException refused)
        {
            await context.Publish(new CommandRefused(asked.OperationId, "transition-not-allowed", refused.Message, []), token);
        }
        catch (Exception unreadable) when (unreadable is InventoryException || DomainFailures.Of(unreadable) is not null)
        {
            await context.Publish(new CommandRefused(asked.OperationId, "not-ready", "The inventory of domains cannot be read, so nobody knows who else hangs on the handle: correct Domains:InventoryFile and record the rung again.", []), token);
        }
    }
}
