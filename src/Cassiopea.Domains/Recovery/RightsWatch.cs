using Cassiopea.Contracts;
using Cassiopea.ServiceDefaults;
using Cassiopea.Zones.Checks;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Cassiopea.Domains;

/// <summary>
/// Looks at registrar and registry again and again, so that a domain on the last rung is tracked to its end, a task that was settled is closed, and what
/// others do to a domain is seen. It changes nothing outside.
/// </summary>
internal sealed class RightsWatch(
    IServiceScopeFactory scopes, DomainInventory inventory, DnsWorld world, RightsTelling rights, IOptions<DomainsOptions> options, TimeProvider time, ILogger<RightsWatch> log) : BackgroundService
{
    /// <summary>After its switch a domain whose rights are not pending is looked at for so long.</summary>
    private static readonly TimeSpan After = TimeSpan.FromDays(120);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            await Task.Delay(options.Value.WatchEvery, TimeProvider.System, stoppingToken);
            List<Guid> open = [];
            await TryAsync(async () => open = await OpenAsync(stoppingToken), stoppingToken);
            foreach (var item in open) await TryAsync(() => LookAsync(item, stoppingToken), stoppingToken);
        }
    }

    /// <summary>What cannot be looked at now is told and looked at in the next round: it must not keep us from the other domains, nor end the service.</summary>
    private async Task TryAsync(Func<Task> look, CancellationToken token)
    {
        try
        {
            await look();
        }
        catch (Exception failed) when (!token.IsCancellationRequested)
        {
            log.WatchFailed(failed);
        }
    }

    private async Task<List<Guid>> OpenAsync(CancellationToken token)
    {
        await using var scope = scopes.CreateAsyncScope();
        var since = time.GetUtcNow() - After;
        var rows = await scope.ServiceProvider.GetRequiredService<DomainsContext>().Domains.AsNoTracking()
            .Select(row => new { row.ItemId, row.CutOverAt, row.Recovery }).ToListAsync(token);
        return [.. rows.Where(row => row.CutOverAt is null || row.CutOverAt > since || RightsLadder.Of(row.Recovery).Pending).Select(static row => row.ItemId)];
    }

    private async Task LookAsync(Guid item, CancellationToken token)
    {
        if (world.Registrar is not { } registrar) return;
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<DomainsContext>();
        if (await db.Domains.SingleOrDefaultAsync(row => row.ItemId == item, token) is not { } domain) return;
        var (managed, place) = (await registrar.DomainAsync(domain.Name, token), await inventory.RowOfAsync(domain.Name, token));
        var holder = managed is null ? null : await registrar.HolderAsync(domain.Name, token);
        var view = await world.Delegation.ReadAsync(domain.Name, [], token);
        var elsewhere = Elsewhere(domain, view);
        List<DomainStep> steps = [];
        if (domain.Managed == true && managed is null) steps.Add(DomainStep.LeftOurAccount);
        if (elsewhere && !DomainTask.Of(domain.Tasks).Contains(DomainTask.ChangedByOthers)) steps.Add(DomainStep.ChangedByOthers);
        domain.Managed = managed is not null;
        if (managed is not null) (domain.EndsAt, domain.RegistrantMailSha256) = (managed.EndsAt, holder?.MailSha256 ?? "");
        domain.Tasks = string.Join(',', Tasks(DomainTask.Differs(place, holder), elsewhere));
        var outbox = scope.ServiceProvider.GetRequiredService<ServiceOutbox<DomainsContext>>();
        foreach (var step in steps)
        {
            db.Audit("system", "watch-domain", $"item/{item}", $"{step}: {domain.Name.Host}.");
            await outbox.Publish(new DomainStepReached(domain.MigrationId, item, step, null, null, time.GetUtcNow()), token);
        }

        foreach (var told in rights.Tell(domain)) await outbox.Publish((DomainRightsChanged)told, token);
        await db.SaveChangesAsync(token);
    }

    /// <summary>What there is to settle.</summary>
    internal static IEnumerable<string> Tasks(bool holderDiffers, bool elsewhere)
    {
        if (holderDiffers) yield return DomainTask.HolderDiffers;
        if (elsewhere) yield return DomainTask.ChangedByOthers;
    }

    private static bool Elsewhere(MovingDomain domain, DelegationView view) =>
        view.Parents.All(static parent => parent.Problem.Length == 0) && DomainFindings.Elsewhere(view, domain.Old.NameServers, domain.Hosts) is { Id: "delegated-elsewhere" };
}
