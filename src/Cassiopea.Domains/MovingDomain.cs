using Cassiopea.Zones;
using Cassiopea.Zones.Files;
using Cassiopea.Zones.Planning;

namespace Cassiopea.Domains;

/// <summary>One domain that moves: what was planned for it and how far each step is.</summary>
internal sealed class MovingDomain
{
    public Guid ItemId { get; set; }

    public Guid MigrationId { get; set; }

    public string Domain { get; set; } = "";

    /// <summary>Name of the new provider in the settings; empty when the new host's people do it by hand.</summary>
    public string Provider { get; set; } = "";

    /// <summary>New name servers, comma-separated; empty when only records change.</summary>
    public string NameServers { get; set; } = "";

    public string PlanSha256 { get; set; } = "";

    public string? Plan { get; set; }

    public string OldZone { get; set; } = "";

    public string WantedZone { get; set; } = "";

    public string Findings { get; set; } = "[]";

    public DateTimeOffset SurveyedAt { get; set; }

    /// <summary>Largest TTL of the old zone before any lowering, seconds.</summary>
    public long OldTtl { get; set; }

    public string? TtlApply { get; set; }

    public DateTimeOffset? OldTtlsOver { get; set; }

    public string? Apply { get; set; }

    /// <summary>Who approved that the plan deletes much, see <see cref="DeletionApproval"/>; null = nobody.</summary>
    public string? Deletions { get; set; }

    public DateTimeOffset? PublishedAt { get; set; }

    public string? NameServerChange { get; set; }

    public DateTimeOffset? CutOverAt { get; set; }

    public string? WayBack { get; set; }

    /// <summary>DS records at the registry before the cut-over, a line each; null = not known.</summary>
    public string? SignersBefore { get; set; }

    /// <summary>The ladder of rights over the domain.</summary>
    public string? Recovery { get; set; }

    /// <summary>Whether the registrar showed the domain in our account at the last survey; null while nobody asked.</summary>
    public bool? Managed { get; set; }

    /// <summary>Who keeps it while rights are pending; empty = nobody is named.</summary>
    public string Custodian { get; set; } = "";

    public DateTimeOffset? EndsAt { get; set; }

    /// <summary>SHA-256 of the lower-case address that registrar and registry write to; the address is not kept.</summary>
    public string RegistrantMailSha256 { get; set; } = "";

    /// <summary>What people must settle, comma-separated, see <see cref="DomainTask"/>.</summary>
    public string Tasks { get; set; } = "";

    /// <summary>The last rights that were told, as JSON.</summary>
    public string ToldRights { get; set; } = "";

    public DnsName Name => DnsName.Parse(Domain);

    /// <summary>The new name servers.</summary>
    public IReadOnlyList<DnsName> Hosts => [.. NameServers.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(static host => DnsName.Parse(host))];

    public Zone Old => ZoneFileReader.Read(OldZone, Name).Zone;

    public Zone Wanted => ZoneFileReader.Read(WantedZone, Name).Zone;

    /// <summary>The plan's own text again, since the database keeps JSON in an order of its own.</summary>
    public ZonePlan? ZonePlan => Plan is null ? null : Zones.Planning.ZonePlan.FromJson(Plan);

    public SwitchState? Switch => NameServerChange is null ? null : SwitchState.FromJson(NameServerChange);
}
