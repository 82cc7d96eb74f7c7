using Cassiopea.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.KillTest;

public sealed class Transition
{
    public long Id { get; set; }

    public Guid JourneyId { get; set; }

    public string State { get; set; } = "";
}

public sealed class Step
{
    public long Id { get; set; }

    public Guid JourneyId { get; set; }

    public string Name { get; set; } = "";
}

public sealed class JourneyContext(DbContextOptions<JourneyContext> options) : ServiceContext(options)
{
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        modelBuilder.Entity<Journey>(journey =>
        {
            journey.HasKey(x => x.CorrelationId);
            journey.Property(x => x.CorrelationId).ValueGeneratedNever();
            journey.Property(x => x.Version).IsRowVersion();
        });
        modelBuilder.Entity<Transition>().Property(x => x.Id).UseIdentityAlwaysColumn();
    }
}

public sealed class CarrierContext(DbContextOptions<CarrierContext> options) : ServiceContext(options)
{
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        modelBuilder.Entity<Step>().Property(x => x.Id).UseIdentityAlwaysColumn();
    }
}
