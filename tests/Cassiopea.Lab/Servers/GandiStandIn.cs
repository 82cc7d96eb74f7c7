using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Cassiopea.Lab.Servers;

/// <summary>How the stand-in misbehaves.</summary>
public sealed class GandiMoods
{
    /// <summary>PUT of name servers and DELETE of keys answer 202 and nothing happens.</summary>
    public bool NeverHappens { get; set; }

    /// <summary>Next answers are 429 with Retry-After 0.</summary>
    public int TooMany { get; set; }

    /// <summary>Next answers are 500, as JSON.</summary>
    public int Broken { get; set; }

    /// <summary>Next answers are 502, as HTML.</summary>
    public int Html { get; set; }

    /// <summary>The token is expired.</summary>
    public bool Expired { get; set; }

    /// <summary>The token may read and not write.</summary>
    public bool ReadOnly { get; set; }

    /// <summary>PUT of records keeps only the first half.</summary>
    public bool Partial { get; set; }

    /// <summary>Name servers come back in other order, in capitals and with a final dot.</summary>
    public bool Untidy { get; set; }

    /// <summary>After the next reading of a zone somebody else adds a record.</summary>
    public bool SomebodyElse { get; set; }

    /// <summary>The connection is cut after the next PUT was done: the client never hears of it.</summary>
    public bool CutAfterPut { get; set; }

    /// <summary>Each PUT, POST and DELETE is answered so much later than it was done: whoever is killed meanwhile does not know.</summary>
    public TimeSpan AnswersLate { get; set; }
}

/// <summary>One request that arrived.</summary>
/// <param name="Method">Method.</param>
/// <param name="Path">Path under <c>/v5/</c>.</param>
/// <param name="DryRun">True when it bore the header <c>Dry-Run</c>.</param>
public sealed record GandiRequest(string Method, string Path, bool DryRun);

/// <summary>Stands in for Gandi's API v5: domains, name servers, keys, redirections, LiveDNS. What it does, it does at a registry of the lab.</summary>
public sealed class GandiStandIn : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly KnotServer? _registry;
    private readonly ConcurrentDictionary<string, JsonObject> _domains = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, JsonArray> _zones = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, JsonArray> _keys = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, JsonArray> _redirections = new(StringComparer.Ordinal);

    private GandiStandIn(KnotServer? registry, int? port)
    {
        (_registry, Port) = (registry, port ?? FreePort.Next());
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenLocalhost(Port));
        _app = builder.Build();
        _app.Use(GuardAsync);
        Map();
    }

    /// <summary>Where it listens.</summary>
    public int Port { get; }

    /// <summary>Root of the API.</summary>
    public Uri Root => new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Port}/v5/"));

    /// <summary>The token that opens it, made for this one alone.</summary>
    public string Token { get; } = "pat_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12));

    /// <summary>How it misbehaves.</summary>
    public GandiMoods Moods { get; } = new();

    /// <summary>All that arrived.</summary>
    public ConcurrentQueue<GandiRequest> Requests { get; } = new();

    /// <summary>Starts one; with a registry it really changes delegations there.</summary>
    public static async Task<GandiStandIn> StartAsync(KnotServer? registry, CancellationToken token, int? port = null)
    {
        var server = new GandiStandIn(registry, port);
        await server._app.StartAsync(token);
        return server;
    }

    /// <summary>Adds a domain.</summary>
    /// <param name="name">Without final dot.</param>
    /// <param name="hosts">Its name servers.</param>
    /// <param name="endsAt">When its registration ends.</param>
    /// <param name="organization">Who manages it.</param>
    public void Add(string name, IReadOnlyList<string> hosts, DateTimeOffset endsAt, string organization = "cassiopea") => _domains[name] = new JsonObject
    {
        ["fqdn"] = name,
        ["tld"] = name[(name.LastIndexOf('.') + 1)..],
        ["status"] = new JsonArray("clientTransferProhibited"),
        ["nameservers"] = Array(hosts),
        ["dates"] = new JsonObject { ["registry_ends_at"] = endsAt.ToString("O"), ["created_at"] = "2014-02-13T11:04:18Z", ["authinfo_expires_at"] = "2027-02-25T16:20:49Z" },
        ["authinfo"] = "stand-in-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4)),
        ["can_tld_lock"] = true,
        ["autorenew"] = new JsonObject { ["enabled"] = false, ["duration"] = 1 },
        ["sharing_space"] = new JsonObject { ["name"] = organization, ["type"] = "organization" },
        ["services"] = new JsonArray("mailboxv2"),
        ["contacts"] = new JsonObject { ["owner"] = new JsonObject { ["type"] = "association", ["email"] = "owner@example.org", ["family"] = "Canary-Owner" } },
    };

    /// <summary>Takes a domain away: its owner moved it to another account.</summary>
    public void Remove(string name) => _domains.TryRemove(name, out _);

    /// <summary>Its registration was paid for longer.</summary>
    public void Renew(string name, DateTimeOffset endsAt) => _domains[name]["dates"]!["registry_ends_at"] = endsAt.ToString("O");

    /// <summary>When it was registered.</summary>
    public void CreatedAt(string name, DateTimeOffset at) => _domains[name]["dates"]!["created_at"] = at.ToString("O");

    /// <summary>Who holds a domain at the registry, and to which address registrar and registry write.</summary>
    public void SetHolder(string name, string organization, string email) =>
        _domains[name]["contacts"] = new JsonObject { ["owner"] = new JsonObject { ["type"] = "association", ["orgname"] = organization, ["email"] = email } };

    /// <summary>Words of the domain's status.</summary>
    public IReadOnlyList<string> Status(string name) => [.. _domains[name]["status"]!.AsArray().Select(static word => word!.GetValue<string>())];

    /// <summary>Gives a domain a zone at LiveDNS, as record sets.</summary>
    public void SetZone(string name, JsonArray sets) => _zones[name] = sets;

    /// <summary>The record sets of a zone at LiveDNS.</summary>
    public string ZoneJson(string name) => _zones[name].ToJsonString();

    /// <summary>Adds a key, as if its DS were at the registry.</summary>
    public void AddKey(string name, int keyTag, int algorithm) =>
        _keys.GetOrAdd(name, static _ => []).Add(new JsonObject { ["id"] = Guid.NewGuid().ToString(), ["keytag"] = keyTag, ["algorithm"] = algorithm, ["public_key"] = "AAAA" });

    /// <summary>Adds a web redirection.</summary>
    public void AddRedirection(string name, string host, string url) =>
        _redirections.GetOrAdd(name, static _ => []).Add(new JsonObject { ["host"] = host, ["url"] = url, ["type"] = "http301" });

    /// <summary>How often a kind of request arrived.</summary>
    public int Count(string method, string end) => Requests.Count(request => request.Method == method && request.Path.EndsWith(end, StringComparison.Ordinal));

    /// <summary>The name servers as the stand-in keeps them.</summary>
    public IReadOnlyList<string> NameServers(string name) => [.. _domains[name]["nameservers"]!.AsArray().Select(static host => host!.GetValue<string>())];

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static JsonArray Array(IEnumerable<string> values) => [.. values.Select(static value => (JsonNode)value)];

    private static IResult Json(JsonNode node) => Results.Text(node.ToJsonString(), "application/json");

    private static IResult Accepted(string message) => Results.Json(new { message }, statusCode: StatusCodes.Status202Accepted);

    private static IResult Error(int code, string name, string message) => Results.Json(new { code, message, @object = "HTTP" + name, cause = name }, statusCode: code);

    private async Task GuardAsync(HttpContext http, RequestDelegate next)
    {
        Requests.Enqueue(new(http.Request.Method, http.Request.Path.Value!["/v5/".Length..], http.Request.Headers.ContainsKey("Dry-Run")));
        var refusal = Refusal(http.Request);
        if (refusal is not null)
        {
            await refusal.ExecuteAsync(http);
        }
        else
        {
            if (http.Request.Method != "GET" && Moods.AnswersLate > TimeSpan.Zero) http.Response.OnStarting(() => Task.Delay(Moods.AnswersLate, TimeProvider.System, CancellationToken.None));
            await next(http);
        }

        if (Moods.CutAfterPut && http.Request.Method == "PUT")
        {
            Moods.CutAfterPut = false;
            http.Abort();
        }
    }

    private IResult? Refusal(HttpRequest request)
    {
        if (Moods.TooMany > 0)
        {
            Moods.TooMany--;
            request.HttpContext.Response.Headers.RetryAfter = "0";
            return Error(429, "TooManyRequests", "Slow down.");
        }

        if (Moods.Broken > 0)
        {
            Moods.Broken--;
            return Error(500, "InternalServerError", "Something went wrong.");
        }

        if (Moods.Html > 0)
        {
            Moods.Html--;
            return Results.Text("<html><body>Bad gateway</body></html>", "text/html", statusCode: 502);
        }

        if (Moods.Expired || request.Headers.Authorization != "Bearer " + Token) return Error(401, "Unauthorized", "The server could not verify that you authorized to access the document you requested.");
        return Moods.ReadOnly && request.Method != "GET" ? Error(403, "Forbidden", "Access was denied to this resource.") : null;
    }

    private void Map()
    {
        _app.MapGet("/v5/domain/domains", List);
        _app.MapGet("/v5/domain/domains/{name}", (string name) => _domains.TryGetValue(name, out var domain) ? Json(domain) : Error(404, "NotFound", "Not found."));
        _app.MapGet("/v5/domain/domains/{name}/nameservers", (string name) => _domains.TryGetValue(name, out var domain) ? Json(Shown(domain)) : Error(404, "NotFound", "Not found."));
        _app.MapPut("/v5/domain/domains/{name}/nameservers", ChangeNameServersAsync);
        _app.MapGet("/v5/domain/domains/{name}/dnskeys", (string name) => Json(_keys.GetValueOrDefault(name) ?? []));
        _app.MapPost("/v5/domain/domains/{name}/dnskeys", AddKeyAsync);
        _app.MapDelete("/v5/domain/domains/{name}/dnskeys/{id}", RemoveKeyAsync);
        _app.MapGet("/v5/domain/domains/{name}/webredirs", (string name) => Json(_redirections.GetValueOrDefault(name) ?? []));
        _app.MapPatch("/v5/domain/domains/{name}/status", (string name, JsonElement body) =>
        {
            if (Moods.NeverHappens) return Accepted("Domain status will be updated");
            _domains[name]["status"] = body.GetProperty("clientTransferProhibited").GetBoolean() ? new JsonArray("clientTransferProhibited") : [];
            return Accepted("Domain status will be updated");
        });
        _app.MapPut("/v5/domain/domains/{name}/authinfo", (string name) =>
        {
            _domains[name]["authinfo"] = "renewed-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));
            return Accepted("Authinfo will be reset");
        });
        _app.MapGet("/v5/livedns/domains/{name}/records", ReadZone);
        _app.MapPut("/v5/livedns/domains/{name}/records", WriteZone);
        _app.MapPost("/v5/livedns/domains/{name}/snapshots", () => Results.Json(new { id = Guid.NewGuid(), message = "Snapshot saved" }, statusCode: StatusCodes.Status201Created));
    }

    private JsonArray Shown(JsonObject domain)
    {
        var hosts = domain["nameservers"]!.AsArray().Select(static host => host!.GetValue<string>());
        return Moods.Untidy ? Array(hosts.Reverse().Select(static host => host.ToUpperInvariant() + ".")) : Array(hosts);
    }

    private IResult List(HttpContext http, int page = 1, int per_page = 100)
    {
        var all = _domains.OrderBy(static pair => pair.Key, StringComparer.Ordinal).ToList();
        if (page * per_page < all.Count) http.Response.Headers.Link = $"<{Root}domain/domains?page={page + 1}&per_page={per_page}>; rel=\"next\"";
        http.Response.Headers["Total-Count"] = all.Count.ToString(CultureInfo.InvariantCulture);
        var shown = all.Skip((page - 1) * per_page).Take(per_page).Select(static pair => (JsonNode)new JsonObject
        {
            ["fqdn"] = pair.Key,
            ["status"] = pair.Value["status"]!.DeepClone(),
            ["dates"] = pair.Value["dates"]!.DeepClone(),
            ["nameserver"] = new JsonObject { ["current"] = "other" },
            ["orga_owner"] = pair.Value["sharing_space"]!["name"]!.DeepClone(),
            ["autorenew"] = pair.Value["autorenew"]!["enabled"]!.DeepClone(),
        });
        return Json(new JsonArray([.. shown]));
    }

    private async Task<IResult> ChangeNameServersAsync(string name, JsonElement body)
    {
        List<string> hosts = [.. body.GetProperty("nameservers").EnumerateArray().Select(static host => host.GetString()!)];
        if (hosts.Count < 2) return Error(400, "BadRequest", "At least two name servers.");
        if (Moods.NeverHappens) return Accepted("Nameservers will be updated");
        _domains[name]["nameservers"] = Array(hosts);
        await UpdateAsync([$"del {name}. NS", .. hosts.Select(host => $"add {name}. 120 NS {host}.")]);
        return Accepted("Nameservers will be updated");
    }

    private async Task<IResult> RemoveKeyAsync(string name, string id)
    {
        if (Moods.NeverHappens) return Accepted("Key will be deleted");
        var keys = _keys[name];
        var gone = keys.First(key => key!["id"]!.GetValue<string>() == id);
        keys.Remove(gone);
        if (keys.Count == 0) await UpdateAsync([$"del {name}. DS"]);
        return Accepted("Key will be deleted");
    }

    /// <summary>Gandi computes the DS (RFC 4509) and gives it to the registry.</summary>
    private async Task<IResult> AddKeyAsync(string name, JsonElement body)
    {
        var (algorithm, text) = (body.GetProperty("algorithm").GetInt32(), body.GetProperty("public_key").GetString()!);
        if (Moods.NeverHappens) return Accepted("Key will be created");
        byte[] key = [1, 1, 3, (byte)algorithm, .. Convert.FromBase64String(text)]; // flags 257, protocol 3
        var sum = 0u;
        for (var i = 0; i < key.Length; i++) sum += (i & 1) == 0 ? (uint)key[i] << 8 : key[i];
        var tag = (ushort)(sum + (sum >> 16));
        byte[] owner = [.. name.Split('.').SelectMany(static label => (byte[])[(byte)label.Length, .. System.Text.Encoding.ASCII.GetBytes(label)]), 0];
        var digest = Convert.ToHexStringLower(SHA256.HashData([.. owner, .. key]));
        _keys.GetOrAdd(name, static _ => []).Add(new JsonObject { ["id"] = Guid.NewGuid().ToString(), ["keytag"] = tag, ["algorithm"] = algorithm, ["public_key"] = text });
        await UpdateAsync([string.Create(CultureInfo.InvariantCulture, $"add {name}. 2 DS {tag} {algorithm} 2 {digest}")]);
        return Accepted("Key will be created");
    }

    private IResult ReadZone(string name)
    {
        if (!_zones.TryGetValue(name, out var zone)) return Error(404, "NotFound", "Not found.");
        var answer = Json(zone);
        if (Moods.SomebodyElse)
        {
            Moods.SomebodyElse = false;
            zone.Add(new JsonObject { ["rrset_name"] = "someone-else", ["rrset_type"] = "A", ["rrset_ttl"] = 300, ["rrset_values"] = new JsonArray("192.0.2.77") });
        }

        return answer;
    }

    private IResult WriteZone(string name, JsonElement body)
    {
        List<JsonElement> items = [.. body.GetProperty("items").EnumerateArray()];
        _zones[name] = [.. items.Take(Moods.Partial ? items.Count / 2 : items.Count).Select(static item => JsonNode.Parse(item.GetRawText()))];
        return Results.Json(new { message = "DNS Record Created" }, statusCode: StatusCodes.Status201Created);
    }

    // whoever asked may be gone meanwhile: a registrar does what it took all the same
    private async Task UpdateAsync(IEnumerable<string> lines)
    {
        if (_registry is null) return;
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, string.Create(CultureInfo.InvariantCulture, $"server 127.0.0.1 {_registry.Port}\nzone be.\n{string.Join('\n', lines)}\nsend\n"), CancellationToken.None);
            await Tool.DemandAsync(new ChildProgram("/usr/bin/knsupdate", file), CancellationToken.None);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
