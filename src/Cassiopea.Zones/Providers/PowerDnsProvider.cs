using System.Text.Json;
using Cassiopea.Zones.Planning;

namespace Cassiopea.Zones.Providers;

/// <summary>Zones at a PowerDNS server, by its HTTP API. A change is made whole or refused whole.</summary>
/// <param name="http">Sends; its timeout holds.</param>
/// <param name="root">Root of the web server, for example <c>https://dns.example:8081/</c>.</param>
/// <param name="key">The API key.</param>
/// <param name="time">The clock of pauses.</param>
public sealed class PowerDnsProvider(HttpClient http, Uri root, string key, TimeProvider time) : IZoneProvider
{
    private const string Zones = "api/v1/servers/localhost/zones";
    private readonly HttpApi _api = new(http, root, headers => headers.Add("X-API-Key", key), time);

    /// <inheritdoc/>
    public string Name => "powerdns";

    /// <inheritdoc/>
    public ZoneLimits Limits => ZoneLimits.None;

    /// <inheritdoc/>
    public async Task<Zone?> ReadAsync(DnsName zone, CancellationToken token)
    {
        if (await _api.GetAsync(Path(zone), token) is not { } answer) return null;
        return HttpApi.Understand(() => new Zone(zone, answer.Body.GetProperty("rrsets").EnumerateArray().Select(Read).OfType<RecordSet>()).WithoutSigning());
    }

    /// <inheritdoc/>
    public async Task ChangeAsync(DnsName zone, Zone? live, IReadOnlyList<PlannedChange> changes, CancellationToken token)
    {
        if (live is null)
        {
            var created = changes.Where(static change => change.After is not null).Select(static change => Write(change.After!));
            await _api.SendAsync(HttpMethod.Post, Zones, new { name = zone.Text, kind = "Native", nameservers = Array.Empty<string>(), rrsets = created }, token);
            return;
        }

        var patched = changes.Select(static change => change.After is { } after
            ? Write(after, "REPLACE")
            : new { name = change.Name.Text, type = change.Type.ToString(), ttl = 0u, changetype = "DELETE", records = Array.Empty<object>() });
        await _api.SendAsync(HttpMethod.Patch, Path(zone), new { rrsets = patched }, token);
    }

    /// <inheritdoc/>
    public Task RemoveAsync(DnsName zone, CancellationToken token) => _api.SendAsync(HttpMethod.Delete, Path(zone), null, token);

    private static string Path(DnsName zone) => $"{Zones}/{Uri.EscapeDataString(zone.Text)}";

    private static RecordSet? Read(JsonElement set)
    {
        var (name, type) = (DnsName.Parse(set.GetProperty("name").GetString()!), RecordType.Parse(set.GetProperty("type").GetString()!));
        List<RecordData> data = [.. from record in set.GetProperty("records").EnumerateArray()
                                    where !record.GetProperty("disabled").GetBoolean()
                                    select RecordData.Parse(type, record.GetProperty("content").GetString()!)];
        return data.Count > 0 ? new(name, type, set.GetProperty("ttl").GetUInt32(), data) : null;
    }

    private static object Write(RecordSet set, string change = "REPLACE") => new
    {
        name = set.Name.Text,
        type = set.Type.ToString(),
        ttl = set.Ttl,
        changetype = change,
        records = set.Data.Select(static data => (object)new { content = data.Text, disabled = false }),
    };
}
