using System.Globalization;
using Cassiopea.Contracts;
using Cassiopea.ServiceDefaults;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Domains;

/// <summary>Records a rung of the ladder, or says why not.</summary>
internal sealed class RecordRungConsumer(DomainsContext db, TimeProvider time) : IConsumer<RecordRung>
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
            var before = domain.Recovery;
            var ladder = RightsLadder.Of(before).With(new(asked.Rung, asked.Outcome, asked.Actor, time.GetUtcNow(), asked.Note.Trim()), new(asked.SiteVerified, domain.Managed));
            domain.Recovery = ladder.ToJson();
            db.Audit(asked.Actor, "record-rung", $"item/{asked.ItemId}", string.Create(CultureInfo.InvariantCulture, $"{asked.Rung} {asked.Outcome}: {asked.Note}"), before, domain.Recovery);
            await context.Publish(new CommandAccepted(asked.OperationId, ladder.Next is { } next ? $"Next: {next}." : "The owner has the rights."), token);
        }
        catch (RungRefusedException refused)
        {
            await context.Publish(new CommandRefused(asked.OperationId, "transition-not-allowed", refused.Message, []), token);
        }
    }
}
