namespace Cassiopea.ServiceDefaults;

/// <summary>One act of a person or of the system; never changed, never deleted.</summary>
public sealed class AuditEntry
{
    /// <summary>From 1, without gaps; given by the database, like both hashes.</summary>
    public long Seq { get; set; }

    public DateTimeOffset At { get; set; }

    public string Actor { get; set; } = "";

    public string Action { get; set; } = "";

    public string Object { get; set; } = "";

    public string Reason { get; set; } = "";

    public string? Before { get; set; }

    public string? After { get; set; }

    public string PreviousHash { get; set; } = "";

    public string Hash { get; set; } = "";
}
