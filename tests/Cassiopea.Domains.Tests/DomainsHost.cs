using Cassiopea.Contracts;
using Cassiopea.Lab;
using Cassiopea.ServiceTesting;
using Cassiopea.Zones.Tests;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Domains.Tests;

/// <summary>The domains service as it runs, against a toy internet; stop it and start it again over the same database.</summary>
internal sealed class DomainsHost : ServiceUnderTest<DomainsContext>
{
    private readonly string _folder;

    private DomainsHost(ToyInternet toy, VaultStandIn vault) : base("domains", vault)
    {
        _folder = Folder("domains");
        foreach (var (key, value) in DomainsSettings.Of(toy, _folder)) Set(key, value);
    }

    public string Inventory => DomainsSettings.Inventory(_folder);

    public string Tasks => Path.Combine(_folder, "tasks");

    public Guid Migration { get; } = Guid.CreateVersion7();

    public Guid Item { get; } = Guid.CreateVersion7();

    public string PlanSha256 => Events.OfType<ItemSurveyed>().Last().Facts.Single(static fact => fact.Name == "plan-sha256").Value;

    /// <summary>The steps that the owner reads, in order.</summary>
    public IReadOnlyList<DomainStep> Steps => [.. Events.OfType<DomainStepReached>().Select(static one => one.Step)];

    public DomainRights Rights => Events.OfType<DomainRightsChanged>().LastOrDefault()?.Rights ?? new(RightsState.Open, null, "", null, false, "", []);

    /// <summary>Writes the inventory anew.</summary>
    public Task WriteInventoryAsync(params string[] lines) => File.WriteAllLinesAsync(Inventory, lines);

    /// <summary>Sends a person's command and waits for its end: null = accepted.</summary>
    public async Task<CommandRefused?> TryAsync(Guid operation, object command)
    {
        await SendAsync(command);
        await Eventually.TrueAsync($"{command.GetType().Name} is answered", () => Events.Any(one => one is CommandAccepted a && a.OperationId == operation || one is CommandRefused r && r.OperationId == operation));
        return Events.OfType<CommandRefused>().FirstOrDefault(one => one.OperationId == operation);
    }

    public static async Task<DomainsHost> StartAsync(ToyInternet toy, params (string Key, string Value)[] settings)
    {
        var host = new DomainsHost(toy, await VaultStandIn.StartAsync("domains"));
        await host.StartAsync(settings.AsEnumerable());
        return host;
    }

    /// <summary>Sends a command and waits for the next event of one of the two kinds.</summary>
    public async Task<object> AskAsync<TAnswer>(object command, TimeSpan? limit = null) where TAnswer : class
    {
        var before = Events.Count;
        await SendAsync(command);
        object? found = null;
        await Eventually.TrueAsync(() => $"{typeof(TAnswer).Name} ({string.Join(" | ", Events.Skip(before))})", () => Task.FromResult((found = Events.Skip(before).FirstOrDefault(static one => one is TAnswer or ZoneRefused)) is not null), limit ?? TimeSpan.FromSeconds(60));
        return found!;
    }

    /// <summary>Sends a command that must succeed.</summary>
    public async Task<TAnswer> DemandAsync<TAnswer>(object command) where TAnswer : class =>
        await AskAsync<TAnswer>(command) switch
        {
            TAnswer answer => answer,
            ZoneRefused refused => throw new InvalidOperationException($"{refused.Step}: {refused.Failure}"),
            var other => throw new InvalidOperationException($"{other}"),
        };

    public async Task<ItemSurveyed> SurveyAsync(int attempt = 1, string domain = ToyInternet.Name) =>
        (ItemSurveyed)await AskAsync<ItemSurveyed>(new SurveyDomain(Migration, Item, attempt, domain));

    /// <summary>Surveyed, lowered, waited for and published: ready to cut over.</summary>
    public async Task PrepareAsync()
    {
        var surveyed = await SurveyAsync();
        Assert.True(surveyed is { SourceFailure: null, TargetFailure: null }, $"{surveyed.SourceFailure} {surveyed.TargetFailure}");
        var lowered = await DemandAsync<TtlLowered>(new LowerTtl(Migration, Item, TimeSpan.FromSeconds(1)));
        await DemandAsync<ZonePublished>(new PublishZone(Migration, Item, PlanSha256));
        await Eventually.TrueAsync("the old TTLs are over", () => TimeProvider.System.GetUtcNow() > lowered.OldTtlsOverAt);
    }

    public Task<MovingDomain> RowAsync() => QueryAsync(db => db.Domains.AsNoTracking().SingleAsync(row => row.ItemId == Item));

    /// <summary>Records a rung; null = it was recorded.</summary>
    public Task<CommandRefused?> RungAsync(RecoveryRung rung, RungOutcome outcome, string? custodian = null)
    {
        var operation = Guid.CreateVersion7();
        return TryAsync(operation, new RecordRung(operation, "staff@example", Migration, Item, rung, outcome, "tried with the owner on the telephone", SiteVerified: true, custodian));
    }

    protected override void Add(WebApplicationBuilder builder) => builder.AddDomains();

    protected override void Observe(IReceiveEndpointConfigurator endpoint)
    {
        Observe<ServiceSurveyed>(endpoint);
        Observe<ItemSurveyed>(endpoint);
        Observe<TtlLowered>(endpoint);
        Observe<ZonePublished>(endpoint);
        Observe<ZoneCutOver>(endpoint);
        Observe<ZoneRolledBack>(endpoint);
        Observe<ZoneRefused>(endpoint);
        Observe<DomainStepReached>(endpoint);
        Observe<DomainRightsChanged>(endpoint);
        Observe<DomainsCompared>(endpoint);
        Observe<TransferCodePrepared>(endpoint);
        Observe<CommandAccepted>(endpoint);
        Observe<CommandRefused>(endpoint);
    }
}
