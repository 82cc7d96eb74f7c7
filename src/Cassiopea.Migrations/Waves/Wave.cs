using Cassiopea.Contracts;

namespace Cassiopea.Migrations.Waves;

/// <summary>A group of members whose first copies are started together: in a window, some at once, never in a black-out.</summary>
internal sealed class Wave
{
    public Guid Id { get; set; }
    public string Name { get; set; } = "";
    public WavePlan Plan { get; set; } = null!;
    public WaveState State { get; set; }
    public string Reason { get; set; } = "";

    /// <summary>When the clock is to wake it; null when nothing is asked of the clock.</summary>
    public DateTimeOffset? WakeAt { get; set; }

    public int ToldVersion { get; set; }
    public List<WavePlace> Places { get; } = [];

    public bool IsOver => State is WaveState.Cancelled or WaveState.Done;
}

/// <summary>A member's place in a wave.</summary>
internal sealed class WavePlace
{
    public Guid WaveId { get; set; }
    public Guid MemberId { get; set; }

    /// <summary>Order of starting.</summary>
    public int Number { get; set; }

    public DateTimeOffset? AskedAt { get; set; }

    /// <summary>The start that was asked for; its refusal is known by it.</summary>
    public Guid? AskedOperation { get; set; }

    public DateTimeOffset? RefusedAt { get; set; }
    public string Refusal { get; set; } = "";
}

/// <summary>Where a member's migration stands.</summary>
internal sealed record WaveStanding(Guid MigrationId, Guid MemberId, string State, DateTimeOffset RequestedAt)
{
    /// <summary>The first copy is behind it, or will never be.</summary>
    public bool IsPast => State is nameof(MigrationState.CatchingUp) or nameof(MigrationState.CuttingOver) or nameof(MigrationState.Watching) or nameof(MigrationState.HandedOver)
        or nameof(MigrationState.Completed) or nameof(MigrationState.RollingBack) or nameof(MigrationState.RolledBack) or nameof(MigrationState.Cancelled) or nameof(MigrationState.Declined);
}
