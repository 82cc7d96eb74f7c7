using Cassiopea.Contracts;
using Cassiopea.ServiceDefaults;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Migrations.Inventory;

/// <summary>Takes in a list of services; open migrations of the members that it names look at it at once.</summary>
internal sealed class ImportInventoryConsumer(MigrationsContext db, TimeProvider time) : IConsumer<ImportInventory>
{
    public async Task Consume(ConsumeContext<ImportInventory> context)
    {
        var (told, token) = (context.Message, context.CancellationToken);
        if (Problem(told) is { } problem)
        {
            await context.Publish(new CommandRefused(told.OperationId, "invalid", problem, []), token);
            return;
        }

        var now = time.GetUtcNow();
        foreach (var member in told.Services.GroupBy(s => s.MemberReference, StringComparer.Ordinal))
        {
            await db.Listed.Where(l => l.MemberReference == member.Key && l.Source == told.Source).ExecuteDeleteAsync(token);
            var services = member.DistinctBy(s => (s.Kind, Item.Normal(s.Name))).Select(s => s with { Name = s.Name.Trim() }).ToList();
            db.Listed.AddRange(services.Select(s => new ListedRow
            {
                Id = Guid.CreateVersion7(now),
                MemberReference = member.Key,
                Source = told.Source,
                Kind = s.Kind,
                Name = s.Name,
                AsOf = now,
            }));
            await context.Publish(new InventoryImported(member.Key, told.Source, services, now), token);
            foreach (var migration in await db.Migrations.Where(m => m.MemberReference == member.Key && m.EndedAt == null).Select(m => m.CorrelationId).ToListAsync(token))
                await context.SendCommand(new WakeUp(migration, now), token);
        }

        db.Audit(told.Actor, "import-inventory", $"inventory/{told.Source}", $"{told.Services.Count} services.");
        await context.Publish(new CommandAccepted(told.OperationId, $"{told.Services.Count} services of {told.Source}."), token);
    }

    private static string? Problem(ImportInventory told) =>
        told.Source.Length is 0 or > 40 || !told.Source.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-') ? "The source must be a kebab-case name of at most 40 characters."
        : told.Services.Count == 0 ? "The list names nothing."
        : told.Services.FirstOrDefault(s => s.Name.Length > 320 || s.Name.Any(char.IsControl) || s.MemberReference.Length is 0 or > 40) is { } wrong ? $"A line of {wrong.Kind} has no member reference, or a name that is too long."
        : null;
}
