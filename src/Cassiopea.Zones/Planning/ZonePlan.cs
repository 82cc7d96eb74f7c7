using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Cassiopea.Transfer;

namespace Cassiopea.Zones.Planning;

/// <summary>What is done to a record set.</summary>
public enum ChangeAction
{
    /// <summary>It is new.</summary>
    Create,

    /// <summary>It gets other data or another TTL.</summary>
    Replace,

    /// <summary>It goes.</summary>
    Delete,
}

/// <summary>One change of a plan.</summary>
/// <param name="Action">What is done.</param>
/// <param name="Before">As it must be now; null when it must not be there.</param>
/// <param name="After">As it shall be; null when it goes.</param>
public sealed record PlannedChange(ChangeAction Action, RecordSet? Before, RecordSet? After)
{
    /// <summary>Owner.</summary>
    public DnsName Name => (After ?? Before)!.Name;

    /// <summary>Type.</summary>
    public RecordType Type => (After ?? Before)!.Type;
}

/// <summary>
/// What shall be changed in one zone at one provider, made from what was there. It does not change once made: people approve its SHA-256, and it
/// is carried out only while the zone is still what it was made from.
/// </summary>
public sealed class ZonePlan
{
    private const int Format = 1;
    private static readonly JsonWriterOptions Canonical = new() { Indented = false };

    private ZonePlan(DnsName domain, string provider, string? before, string after, IReadOnlyList<PlannedChange> changes, int setsBefore)
    {
        (Domain, Provider, BeforeSha256, AfterSha256, Changes, SetsBefore) = (domain, provider, before, after, changes, setsBefore);
        Json = Write();
        Sha256 = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Json)));
    }

    /// <summary>The zone.</summary>
    public DnsName Domain { get; }

    /// <summary>Name of the provider where it is changed.</summary>
    public string Provider { get; }

    /// <summary>SHA-256 of what moves in the zone as it must be now; null when the provider must not have it yet.</summary>
    public string? BeforeSha256 { get; }

    /// <summary>SHA-256 of what moves in the zone as it shall be.</summary>
    public string AfterSha256 { get; }

    /// <summary>The changes, in the order of the zone.</summary>
    public IReadOnlyList<PlannedChange> Changes { get; }

    /// <summary>Sets there were, against which deletions are counted.</summary>
    public int SetsBefore { get; }

    /// <summary>The plan as canonical JSON: always the same text for the same plan.</summary>
    public string Json { get; }

    /// <summary>SHA-256 of <see cref="Json"/>.</summary>
    public string Sha256 { get; }

    /// <summary>Sets that are deleted, per cent of those there were.</summary>
    public double DeletedPercent => SetsBefore == 0 ? 0 : 100.0 * Changes.Count(static change => change.Action == ChangeAction.Delete) / SetsBefore;

    /// <summary>Makes a plan.</summary>
    /// <param name="provider">Name of the provider.</param>
    /// <param name="live">The zone as the provider has it now; null when it has none.</param>
    /// <param name="wanted">The zone as it shall be; its SOA is the provider's affair.</param>
    public static ZonePlan Make(string provider, Zone? live, Zone wanted)
    {
        var (before, after) = (live is null ? null : Moving(live), Moving(wanted));
        var changes = new List<PlannedChange>();
        foreach (var set in after.Sets)
        {
            var old = before?.Find(set.Name, set.Type);
            if (old is null) changes.Add(new(ChangeAction.Create, null, set));
            else if (!old.SameAs(set)) changes.Add(new(ChangeAction.Replace, old, set));
        }

        changes.AddRange(from set in before?.Sets ?? [] where after.Find(set.Name, set.Type) is null select new PlannedChange(ChangeAction.Delete, set, null));
        return new(wanted.Origin, provider, before?.Sha256, after.Sha256, [.. changes.OrderBy(static change => change.Name, DnsName.Order).ThenBy(static change => change.Type.Value)], before?.Sets.Count ?? 0);
    }

    /// <summary>Reads what <see cref="Json"/> wrote.</summary>
    /// <param name="json">The plan.</param>
    /// <exception cref="FormatException">Not a plan.</exception>
    public static ZonePlan FromJson(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            if (root.GetProperty("format").GetInt32() != Format) throw new FormatException("The plan was made by another version.");
            List<PlannedChange> changes = [.. root.GetProperty("changes").EnumerateArray().Select(ReadChange)];
            return new(DnsName.Parse(root.GetProperty("domain").GetString()!), root.GetProperty("provider").GetString()!, root.GetProperty("before").GetString(), root.GetProperty("after").GetString()!, changes, root.GetProperty("setsBefore").GetInt32());
        }
        catch (Exception wrong) when (wrong is JsonException or KeyNotFoundException or InvalidOperationException or ArgumentException)
        {
            throw new FormatException("This is not a plan of a zone.", wrong);
        }
    }

    /// <summary>The part of a zone that a plan is about: without SOA and signing.</summary>
    /// <param name="zone">A zone.</param>
    public static Zone Moving(Zone zone) => new(zone.Origin, zone.Sets.Where(ZoneDifference.Moves));

    /// <summary>Where the live zone stands against the plan.</summary>
    /// <param name="live">The zone as the provider has it; null when it has none.</param>
    public PlanStanding Standing(Zone? live)
    {
        var sha = live is null ? null : Moving(live).Sha256;
        if (sha == AfterSha256) return PlanStanding.Done;
        if (sha == BeforeSha256) return PlanStanding.Untouched;
        var halfway = live is not null && Changes.All(change => Is(live, change, change.Before) || Is(live, change, change.After)) && Undone(live) == (BeforeSha256 ?? EmptySha(live));
        return halfway ? PlanStanding.Halfway : PlanStanding.ChangedByOthers;
    }

    /// <summary>Refuses a plan that deletes too much, unless somebody gives a reason.</summary>
    /// <param name="mostPercent">Largest share of sets that may be deleted, per cent.</param>
    /// <param name="reason">Why it is right all the same; at least 10 characters, else empty.</param>
    /// <exception cref="ZoneException">Too much is deleted.</exception>
    public void Guard(double mostPercent, string reason)
    {
        if (DeletedPercent <= mostPercent || reason.Trim().Length >= 10) return;
        throw ZoneException.Shut(TransferSide.Us, FormattableString.Invariant($"The plan deletes {DeletedPercent:0} % of the record sets of {Domain.Host}, more than {mostPercent:0} %: look at it again, or force it with a reason of at least 10 characters."));
    }

    private static bool Is(Zone live, PlannedChange change, RecordSet? expected)
    {
        var found = live.Find(change.Name, change.Type);
        return expected is null ? found is null : found is not null && found.SameAs(expected);
    }

    private static string EmptySha(Zone live) => new Zone(live.Origin, []).Sha256;

    private static PlannedChange ReadChange(JsonElement element)
    {
        var (name, type) = (DnsName.Parse(element.GetProperty("name").GetString()!), RecordType.Parse(element.GetProperty("type").GetString()!));
        return new(Enum.Parse<ChangeAction>(element.GetProperty("action").GetString()!, ignoreCase: true), ReadSet(element.GetProperty("before"), name, type), ReadSet(element.GetProperty("after"), name, type));
    }

    private static RecordSet? ReadSet(JsonElement element, DnsName name, RecordType type) => element.ValueKind == JsonValueKind.Null
        ? null
        : new(name, type, element.GetProperty("ttl").GetUInt32(), element.GetProperty("data").EnumerateArray().Select(data => RecordData.Parse(type, data.GetString()!)));

    private string Undone(Zone live)
    {
        var sets = live.Sets.Where(ZoneDifference.Moves).ToDictionary(static set => set.Key);
        foreach (var change in Changes)
        {
            if (change.Before is { } before) sets[before.Key] = before;
            else sets.Remove((change.Name, change.Type));
        }

        return new Zone(live.Origin, sets.Values).Sha256;
    }

    private string Write()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Canonical))
        {
            json.WriteStartObject();
            json.WriteNumber("format", Format);
            json.WriteString("domain", Domain.Text);
            json.WriteString("provider", Provider);
            json.WriteString("before", BeforeSha256);
            json.WriteString("after", AfterSha256);
            json.WriteNumber("setsBefore", SetsBefore);
            json.WriteStartArray("changes");
            foreach (var change in Changes)
            {
                json.WriteStartObject();
                json.WriteString("name", change.Name.Text);
                json.WriteString("type", change.Type.ToString());
                json.WriteString("action", change.Action.ToString().ToLowerInvariant());
                Write(json, "before", change.Before);
                Write(json, "after", change.After);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private static void Write(Utf8JsonWriter json, string name, RecordSet? set)
    {
        if (set is null)
        {
            json.WriteNull(name);
            return;
        }

        json.WriteStartObject(name);
        json.WriteNumber("ttl", set.Ttl);
        json.WriteStartArray("data");
        foreach (var data in set.Data) json.WriteStringValue(data.Text);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}

/// <summary>Where a live zone stands against a plan.</summary>
public enum PlanStanding
{
    /// <summary>As it was when the plan was made.</summary>
    Untouched,

    /// <summary>Some of the changes are made, nothing else: an earlier attempt was cut.</summary>
    Halfway,

    /// <summary>As it shall be.</summary>
    Done,

    /// <summary>Somebody changed the zone since: the plan is void.</summary>
    ChangedByOthers,
}
