using Cassiopea.Contracts;

namespace Cassiopea.Gateway.Waves;

/// <summary>A wave as it was told last.</summary>
internal sealed class WaveRow
{
    public Guid Id { get; init; }
    public string Name { get; set; } = "";
    public required WavePlan Plan { get; set; }
    public WaveState State { get; set; }
    public DateTimeOffset? NextStartAt { get; set; }
    public IReadOnlyList<WaveMember> Members { get; set; } = [];
    public int Version { get; set; }
    public string Actor { get; set; } = "";
    public string Reason { get; set; } = "";
    public DateTimeOffset AsOf { get; set; }
}
