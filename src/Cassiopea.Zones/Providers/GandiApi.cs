using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Cassiopea.Transfer;

namespace Cassiopea.Zones.Providers;

/// <summary>A domain as the registrar lists it. Contacts and the transfer code are not kept.</summary>
/// <param name="Name">The name.</param>
/// <param name="Status">EPP status words (RFC 5731 §2.3), for example <c>clientTransferProhibited</c>.</param>
/// <param name="NameServers">Name servers; empty where only the list was read.</param>
/// <param name="EndsAt">When the registration ends; null when not told.</param>
/// <param name="AutoRenew">True when it is renewed by itself; null when not told.</param>
/// <param name="Organization">The organization that manages it.</param>
/// <param name="Services">Services of the registrar that the domain uses, for example <c>mailboxv2</c>.</param>
/// <param name="CanLock">True when transfers can be locked; null when not told.</param>
/// <param name="CreatedAt">When it was registered here; null when not told.</param>
public sealed record GandiDomain(
    DnsName Name,
    IReadOnlyList<string> Status,
    IReadOnlyList<DnsName> NameServers,
    DateTimeOffset? EndsAt,
    bool? AutoRenew,
    string Organization,
    IReadOnlyList<string> Services,
    bool? CanLock,
    DateTimeOffset? CreatedAt);

/// <summary>Who holds a domain, as the registry knows it. The mail address itself is not kept.</summary>
/// <param name="Name">The organization, or the person where there is none; empty when not told.</param>
/// <param name="MailSha256">SHA-256, lower-case hex, of the lower-case mail address; empty when not told.</param>
public sealed record GandiHolder(string Name, string MailSha256)
{
    /// <summary>Tells nobody: it may come into a log by mistake.</summary>
    public override string ToString() => nameof(GandiHolder);
}

/// <summary>A key whose DS the registrar gave to the registry.</summary>
/// <param name="Id">The registrar's number.</param>
/// <param name="KeyTag">Key tag.</param>
/// <param name="Algorithm">Algorithm.</param>
/// <param name="PublicKey">Base64; empty when not told.</param>
public sealed record GandiKey(string Id, int KeyTag, int Algorithm, string PublicKey);

/// <summary>A web redirection that the registrar serves: it is lost when the name servers leave.</summary>
/// <param name="Host">Name under the domain.</param>
/// <param name="Url">Where it leads.</param>
public sealed record GandiRedirection(string Host, string Url);

/// <summary>
/// Gandi's API v5 for domains. No call is ever sent with <c>Dry-Run</c>: it is documented for few operations only, and elsewhere the change would be
/// made. A change answers 202, which means taken, not done: read again, then ask the registry's own servers.
/// </summary>
public sealed class GandiApi
{
    private const int PageSize = 100;
    private const int MostPages = 1000;

    private readonly HttpApi _api;
    private readonly string _sharing;

    /// <summary>Makes a client.</summary>
    /// <param name="http">Sends; its timeout holds.</param>
    /// <param name="root">For example <c>https://api.gandi.net/v5/</c>.</param>
    /// <param name="accessToken">Personal access token, sent as Bearer only.</param>
    /// <param name="sharingId">Organization; null = all that the token sees.</param>
    /// <param name="time">The clock of pauses.</param>
    public GandiApi(HttpClient http, Uri root, string accessToken, string? sharingId, TimeProvider time)
    {
        _api = new(http, root, headers => headers.Authorization = new AuthenticationHeaderValue("Bearer", accessToken), time);
        _sharing = sharingId is null ? "" : "&sharing_id=" + Uri.EscapeDataString(sharingId);
    }

    internal HttpApi Http => _api;

    /// <summary>All domains that the token sees, page after page.</summary>
    /// <param name="token">Cancels.</param>
    public async Task<IReadOnlyList<GandiDomain>> DomainsAsync(CancellationToken token)
    {
        var found = new List<GandiDomain>();
        for (var page = 1; page <= MostPages; page++)
        {
            var answer = await _api.GetAsync(string.Create(CultureInfo.InvariantCulture, $"domain/domains?page={page}&per_page={PageSize}{_sharing}"), token) ?? throw Missing("the list of domains");
            var before = found.Count;
            found.AddRange(HttpApi.Understand(() => answer.Body.EnumerateArray().Select(ReadDomain).ToList()));
            if (answer.NextPage is null && found.Count - before < PageSize) return [.. found.DistinctBy(static domain => domain.Name)];
        }

        throw new ZoneException(TransferSide.Target, TransferFailureKind.Broken, TransferCode.TooBig, "The list of domains does not end.");
    }

    /// <summary>One domain; null when it is not there or the token may not see it.</summary>
    /// <param name="domain">The name.</param>
    /// <param name="token">Cancels.</param>
    public async Task<GandiDomain?> DomainAsync(DnsName domain, CancellationToken token) =>
        await _api.GetAsync(Path(domain), token) is { } answer ? HttpApi.Understand(() => ReadDomain(answer.Body)) : null;

    /// <summary>Who holds a domain; null when it is not told, not there, or the token may not see it.</summary>
    /// <param name="domain">The name.</param>
    /// <param name="token">Cancels.</param>
    public async Task<GandiHolder?> HolderAsync(DnsName domain, CancellationToken token) =>
        await _api.GetAsync(Path(domain), token) is { } answer ? HttpApi.Understand(() => ReadHolder(answer.Body)) : null;

    /// <summary>The name servers as the registrar has them.</summary>
    /// <param name="domain">The name.</param>
    /// <param name="token">Cancels.</param>
    public async Task<IReadOnlyList<DnsName>> NameServersAsync(DnsName domain, CancellationToken token)
    {
        var answer = await _api.GetAsync(Path(domain) + "/nameservers", token) ?? throw Missing(domain.Host);
        return HttpApi.Understand<List<DnsName>>(() => [.. answer.Body.EnumerateArray().Select(static host => DnsName.Parse(host.GetString()!.TrimEnd('.') + ".")).Order(DnsName.Order)]);
    }

    /// <summary>Asks for other name servers. Returning means taken, not done.</summary>
    /// <param name="domain">The name.</param>
    /// <param name="hosts">At least two.</param>
    /// <param name="token">Cancels.</param>
    public async Task ChangeNameServersAsync(DnsName domain, IReadOnlyCollection<DnsName> hosts, CancellationToken token) =>
        await _api.SendAsync(HttpMethod.Put, Path(domain) + "/nameservers", new { nameservers = hosts.Select(static host => host.Host) }, token);

    /// <summary>Keys whose DS are at the registry.</summary>
    /// <param name="domain">The name.</param>
    /// <param name="token">Cancels.</param>
    public async Task<IReadOnlyList<GandiKey>> KeysAsync(DnsName domain, CancellationToken token)
    {
        if (await _api.GetAsync(Path(domain) + "/dnskeys", token) is not { } answer) return [];
        return HttpApi.Understand<List<GandiKey>>(() => [.. answer.Body.EnumerateArray().Select(static key => new GandiKey(
            key.GetProperty("id").ToString(),
            key.TryGetProperty("keytag", out var tag) ? tag.GetInt32() : 0,
            key.GetProperty("algorithm").GetInt32(),
            key.TryGetProperty("public_key", out var text) ? text.GetString() ?? "" : ""))]);
    }

    /// <summary>Asks to take a key's DS out of the registry. Returning means taken, not done.</summary>
    /// <param name="domain">The name.</param>
    /// <param name="id">The key's number.</param>
    /// <param name="token">Cancels.</param>
    public Task RemoveKeyAsync(DnsName domain, string id, CancellationToken token) => _api.SendAsync(HttpMethod.Delete, $"{Path(domain)}/dnskeys/{Uri.EscapeDataString(id)}", null, token);

    /// <summary>Asks to give a key's DS to the registry.</summary>
    /// <param name="domain">The name.</param>
    /// <param name="algorithm">Algorithm.</param>
    /// <param name="publicKey">Base64.</param>
    /// <param name="token">Cancels.</param>
    public Task AddKeyAsync(DnsName domain, int algorithm, string publicKey, CancellationToken token) =>
        _api.SendAsync(HttpMethod.Post, Path(domain) + "/dnskeys", new { algorithm, public_key = publicKey, type = "ksk" }, token);

    /// <summary>Web redirections that the registrar serves.</summary>
    /// <param name="domain">The name.</param>
    /// <param name="token">Cancels.</param>
    public async Task<IReadOnlyList<GandiRedirection>> RedirectionsAsync(DnsName domain, CancellationToken token)
    {
        if (await _api.GetAsync(Path(domain) + "/webredirs", token) is not { } answer) return [];
        return HttpApi.Understand<List<GandiRedirection>>(() => [.. answer.Body.EnumerateArray().Select(static one => new GandiRedirection(one.GetProperty("host").GetString()!, one.GetProperty("url").GetString()!))]);
    }

    /// <summary>Lifts or sets the lock against transfers. Returning means taken, not done.</summary>
    /// <param name="domain">The name.</param>
    /// <param name="locked">True to lock.</param>
    /// <param name="token">Cancels.</param>
    public Task LockAsync(DnsName domain, bool locked, CancellationToken token) =>
        _api.SendAsync(HttpMethod.Patch, Path(domain) + "/status", new { clientTransferProhibited = locked }, token);

    /// <summary>The transfer code of a gTLD and until when it holds; null when there is none. It is a password: show it once to the owner, keep it nowhere.</summary>
    /// <param name="domain">The name.</param>
    /// <param name="token">Cancels.</param>
    public async Task<(string Code, DateTimeOffset? ExpiresAt)?> AuthCodeAsync(DnsName domain, CancellationToken token)
    {
        if (await _api.GetAsync(Path(domain), token) is not { } answer || !answer.Body.TryGetProperty("authinfo", out var code) || code.GetString() is not { Length: > 0 } text) return null;
        return (text, Instant(answer.Body, "authinfo_expires_at"));
    }

    /// <summary>Asks for a new transfer code.</summary>
    /// <param name="domain">The name.</param>
    /// <param name="token">Cancels.</param>
    public Task ResetAuthCodeAsync(DnsName domain, CancellationToken token) => _api.SendAsync(HttpMethod.Put, Path(domain) + "/authinfo", null, token);

    internal static ZoneException Missing(string what) =>
        new(TransferSide.Target, TransferFailureKind.Refused, TransferCode.ItemMissing, $"Gandi does not show {what}: it is not there, or the token may not see it.");

    private static string Path(DnsName domain) => "domain/domains/" + Uri.EscapeDataString(domain.Host);

    // the list and the single domain differ: autorenew and nameserver(s) have two shapes
    private static GandiDomain ReadDomain(JsonElement element) => new(
        DnsName.Parse(element.GetProperty("fqdn").GetString()!.TrimEnd('.') + "."),
        Strings(element, "status"),
        [.. Strings(element, "nameservers").Select(static host => DnsName.Parse(host.TrimEnd('.') + "."))],
        Instant(element, "registry_ends_at"),
        element.TryGetProperty("autorenew", out var renew)
            ? renew.ValueKind switch { JsonValueKind.True => true, JsonValueKind.False => false, JsonValueKind.Object when renew.TryGetProperty("enabled", out var on) => on.GetBoolean(), _ => null }
            : null,
        element.TryGetProperty("sharing_space", out var space) && space.TryGetProperty("name", out var name) ? name.GetString() ?? "" : element.TryGetProperty("orga_owner", out var owner) ? owner.GetString() ?? "" : "",
        Strings(element, "services"),
        element.TryGetProperty("can_tld_lock", out var can) && can.ValueKind is JsonValueKind.True or JsonValueKind.False ? can.GetBoolean() : null,
        Instant(element, "created_at"));

    private static GandiHolder? ReadHolder(JsonElement element)
    {
        if (!element.TryGetProperty("contacts", out var contacts) || !contacts.TryGetProperty("owner", out var owner)) return null;
        var name = Text("orgname") is { Length: > 0 } organization ? organization : $"{Text("given")} {Text("family")}".Trim();
        var mail = Text("email").Trim().ToLowerInvariant();
        return new(name, mail.Length == 0 ? "" : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(mail))));

        string Text(string field) => owner.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
    }

    private static DateTimeOffset? Instant(JsonElement element, string name) =>
        element.TryGetProperty("dates", out var dates) && dates.TryGetProperty(name, out var text) && DateTimeOffset.TryParse(text.ToString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at) ? at : null;

    private static IReadOnlyList<string> Strings(JsonElement element, string name) =>
        element.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array ? [.. list.EnumerateArray().Select(static one => one.GetString() ?? "")] : [];
}
