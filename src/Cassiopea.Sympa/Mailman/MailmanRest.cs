using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Cassiopea.Sympa.Format;
using Cassiopea.Transfer;

namespace Cassiopea.Sympa.Mailman;

/// <summary>One person of a Mailman list: what REST tells.</summary>
/// <param name="Id">Of the membership, in paths.</param>
/// <param name="Email">Lower case.</param>
/// <param name="Name">As shown.</param>
/// <param name="Mode">For example <c>regular</c> or <c>mime_digests</c>.</param>
/// <param name="Status"><c>enabled</c>, or who disabled delivery.</param>
/// <param name="Hidden">Not shown to other members.</param>
/// <param name="OwnPosts">Receives own posts.</param>
public sealed record MailmanPerson(string Id, string Email, string Name, string Mode, string Status, bool Hidden, bool OwnPosts);

/// <summary>The REST interface of a Mailman 3 core, API 3.1. Over TLS, or on this machine: the password is the whole server's.</summary>
public sealed class MailmanRest
{
    private const int PageSize = 100;
    private readonly HttpClient _http;
    private readonly Uri _root;
    private readonly AuthenticationHeaderValue _login;

    /// <summary>Makes a client; nothing is asked yet.</summary>
    /// <param name="http">Must not follow redirects.</param>
    /// <param name="root">For example <c>https://lists.example.org/rest/3.1/</c>.</param>
    /// <param name="user">Name of the REST account.</param>
    /// <param name="password">Its password.</param>
    /// <exception cref="TransferException">The address is not https.</exception>
    public MailmanRest(HttpClient http, Uri root, string user, string password)
    {
        if (root.Scheme != Uri.UriSchemeHttps && !root.IsLoopback)
            throw new TransferException(TransferSide.Target, TransferFailureKind.Refused, TransferCode.TlsNotOffered, $"{root.Host}: the password of Mailman's REST is the whole server's; it is sent over https only.");
        (_http, _root) = (http, new Uri(root.AbsoluteUri.TrimEnd('/') + "/"));
        _login = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));
    }

    /// <summary>Where it is, for people.</summary>
    public string Name => _root.Host;

    /// <summary>Its version, for example 3.3.8.</summary>
    public async Task<Version> VersionAsync(CancellationToken token)
    {
        var told = (await GetAsync("system/versions", token))?.GetProperty("mailman_version").GetString() ?? "";
        return told.Split(' ').Select(static word => Version.TryParse(word, out var version) ? version : null).FirstOrDefault(static version => version is not null)
            ?? throw Broken("it does not tell its version.");
    }

    /// <summary>True when there is such a list.</summary>
    public async Task<bool> HasAsync(ListAddress list, CancellationToken token) => await GetAsync($"lists/{list}", token) is not null;

    /// <summary>Makes the domain and the list; what is there is left alone.</summary>
    public async Task CreateAsync(ListAddress list, CancellationToken token)
    {
        if (await GetAsync($"domains/{list.Robot}", token) is null) await SendAsync(HttpMethod.Post, "domains", [("mail_host", list.Robot)], token);
        if (!await HasAsync(list, token)) await SendAsync(HttpMethod.Post, "lists", [("fqdn_listname", list.ToString()), ("style_name", "private-default")], token);
    }

    /// <summary>Its settings.</summary>
    public async Task<JsonElement> ConfigAsync(ListAddress list, CancellationToken token) =>
        await GetAsync($"lists/{list}/config", token) ?? throw new TransferException(TransferSide.Target, TransferFailureKind.Refused, TransferCode.ItemMissing, $"{Name} has no list {list}.");

    /// <summary>Changes settings.</summary>
    public Task ConfigureAsync(ListAddress list, IEnumerable<(string Key, string Value)> values, CancellationToken token) => SendAsync(HttpMethod.Patch, $"lists/{list}/config", values, token);

    /// <summary>Everyone of a role.</summary>
    /// <param name="list">The list.</param>
    /// <param name="role"><c>member</c>, <c>owner</c> or <c>moderator</c>.</param>
    /// <param name="token">Ends it.</param>
    public async Task<IReadOnlyList<MailmanPerson>> PeopleAsync(ListAddress list, string role, CancellationToken token)
    {
        List<MailmanPerson> people = [];
        for (var page = 1; ; page++)
        {
            var answer = await GetAsync(string.Create(CultureInfo.InvariantCulture, $"lists/{list}/roster/{role}?count={PageSize}&page={page}"), token) ?? throw Broken($"no roster of {role}.");
            if (!answer.TryGetProperty("entries", out var entries)) return people;
            foreach (var entry in entries.EnumerateArray())
            {
                var id = entry.GetProperty("self_link").GetString()!.Split('/')[^1];
                var preferences = role == "member" ? await GetAsync($"members/{id}/preferences", token) : null;
                people.Add(new(
                    id, entry.GetProperty("email").GetString()!.ToLowerInvariant(), Of(entry, "display_name") ?? "", Of(entry, "delivery_mode") ?? "regular",
                    Of(preferences, "delivery_status") ?? "enabled", Of(preferences, "hide_address") == "True", Of(preferences, "receive_own_postings") != "False"));
            }

            if (answer.GetProperty("total_size").GetInt32() <= page * PageSize) return people;
        }
    }

    /// <summary>Adds someone without a word to that person; who is there already stays as is.</summary>
    public async Task AddAsync(ListAddress list, string role, string email, string name, string mode, string status, CancellationToken token) => await SendAsync(HttpMethod.Post, "members",
    [
        ("list_id", IdOf(list)), ("subscriber", email), ("display_name", name), ("role", role), ("pre_verified", "true"), ("pre_confirmed", "true"), ("pre_approved", "true"),
        ("send_welcome_message", "false"), ("delivery_mode", mode), ("delivery_status", status),
    ], token, HttpStatusCode.Conflict);

    /// <summary>Sets how someone receives.</summary>
    public async Task SetAsync(string id, string mode, string status, bool hidden, bool ownPosts, CancellationToken token) => await SendAsync(HttpMethod.Patch, $"members/{id}/preferences",
        [("delivery_mode", mode), ("delivery_status", status), ("hide_address", hidden ? "true" : "false"), ("receive_own_postings", ownPosts ? "true" : "false")], token);

    /// <summary>Sets the shown name of an address.</summary>
    public async Task RenameAsync(string email, string name, CancellationToken token) => await SendAsync(HttpMethod.Patch, $"addresses/{Uri.EscapeDataString(email)}", [("display_name", name)], token);

    /// <summary>Takes someone out without a word to that person.</summary>
    public async Task RemoveAsync(string id, CancellationToken token) => await SendAsync(HttpMethod.Delete, $"members/{id}", [], token, HttpStatusCode.NotFound);

    /// <summary>Keeps an address, or what fits a pattern that begins with ^, out.</summary>
    public async Task BanAsync(ListAddress list, string email, CancellationToken token) => await SendAsync(HttpMethod.Post, $"lists/{list}/bans", [("email", email)], token, HttpStatusCode.BadRequest, HttpStatusCode.Conflict);

    /// <summary>Addresses and patterns that are kept out of a list.</summary>
    public async Task<IReadOnlyList<string>> BansAsync(ListAddress list, CancellationToken token) =>
        await GetAsync($"lists/{list}/bans", token) is { } answer && answer.TryGetProperty("entries", out var entries) ? [.. entries.EnumerateArray().Select(static one => one.GetProperty("email").GetString()!)] : [];

    /// <summary>Posts that wait for a moderator: number of the request by Message-ID, without angle brackets.</summary>
    public async Task<IReadOnlyDictionary<string, string>> HeldAsync(ListAddress list, CancellationToken token)
    {
        var held = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var page = 1; ; page++)
        {
            var answer = await GetAsync(string.Create(CultureInfo.InvariantCulture, $"lists/{IdOf(list)}/held?count={PageSize}&page={page}"), token) ?? throw Broken("no posts that are held.");
            if (!answer.TryGetProperty("entries", out var entries)) return held;
            foreach (var entry in entries.EnumerateArray())
                held[(Of(entry, "message_id") ?? "").Trim('<', '>', ' ', '\t', '\r', '\n')] = entry.GetProperty("request_id").ToString();
            if (answer.GetProperty("total_size").GetInt32() <= page * PageSize) return held;
        }
    }

    /// <summary>Takes a post out of those that wait, without a word to anyone.</summary>
    public Task DiscardAsync(ListAddress list, string request, CancellationToken token) => SendAsync(HttpMethod.Post, $"lists/{IdOf(list)}/held/{request}", [("action", "discard")], token, HttpStatusCode.NotFound);

    /// <summary>Gives a post to a list as if it had come by mail; its rules decide about it.</summary>
    /// <returns>Its file in the queue.</returns>
    public async Task<string> QueueAsync(ListAddress list, string post, CancellationToken token)
    {
        using var answer = await AskAsync(HttpMethod.Post, "queues/in", [new("list_id", IdOf(list)), new("text", post)], token);
        await DemandAsync(answer, "queues/in", [], token);
        return answer.Headers.Location?.ToString().Split('/')[^1] ?? throw Broken("a post was taken, and no place of it told.");
    }

    /// <summary>Takes a post out of the queue; one that was handled is no error.</summary>
    public Task UnqueueAsync(string file, CancellationToken token) => SendAsync(HttpMethod.Delete, $"queues/in/{file}", [], token, HttpStatusCode.NotFound);

    private static string IdOf(ListAddress list) => $"{list.Name}.{list.Robot}";

    private static string? Of(JsonElement? json, string name) => json is { } found && found.TryGetProperty(name, out var value) ? value.ToString() : null;

    private async Task<JsonElement?> GetAsync(string path, CancellationToken token)
    {
        using var answer = await AskAsync(HttpMethod.Get, path, null, token);
        if (answer.StatusCode == HttpStatusCode.NotFound) return null;
        await DemandAsync(answer, path, [], token);
        try
        {
            return JsonSerializer.Deserialize(await answer.Content.ReadAsStringAsync(token), MailmanJson.Default.JsonElement);
        }
        catch (JsonException wrong)
        {
            throw Broken(wrong.Message, wrong);
        }
    }

    private async Task SendAsync(HttpMethod method, string path, IEnumerable<(string Key, string Value)> values, CancellationToken token, params HttpStatusCode[] alsoFine)
    {
        using var answer = await AskAsync(method, path, values.Select(static one => KeyValuePair.Create(one.Key, one.Value)), token);
        await DemandAsync(answer, path, alsoFine, token);
    }

    private async Task<HttpResponseMessage> AskAsync(HttpMethod method, string path, IEnumerable<KeyValuePair<string, string>>? values, CancellationToken token)
    {
        using var request = new HttpRequestMessage(method, new Uri(_root, path));
        request.Headers.Authorization = _login;
        if (values?.Any() == true) request.Content = new FormUrlEncodedContent(values);
        try
        {
            return await _http.SendAsync(request, token);
        }
        catch (HttpRequestException away)
        {
            throw new TransferException(TransferSide.Target, TransferFailureKind.Passing, TransferCode.Unreachable, $"{Name} does not answer to REST: {away.HttpRequestError}.", away);
        }
    }

    private async Task DemandAsync(HttpResponseMessage answer, string path, HttpStatusCode[] alsoFine, CancellationToken token)
    {
        if (answer.IsSuccessStatusCode || alsoFine.Contains(answer.StatusCode)) return;
        var (kind, code) = answer.StatusCode switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => (TransferFailureKind.Refused, TransferCode.AuthenticationFailed),
            HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError => (TransferFailureKind.Passing, TransferCode.Unreachable),
            HttpStatusCode.NotFound => (TransferFailureKind.Refused, TransferCode.ItemMissing),
            _ => (TransferFailureKind.Refused, TransferCode.ItemRefused),
        };
        var said = await answer.Content.ReadAsStringAsync(token);
        throw new TransferException(TransferSide.Target, kind, code, $"{Name} answers {(int)answer.StatusCode} to {path.Split('?')[0]}: {(said.Length > 200 ? said[..200] : said)}");
    }

    private TransferException Broken(string why, Exception? cause = null) => new(TransferSide.Target, TransferFailureKind.Broken, TransferCode.ProtocolBroken, $"{Name}: what it answers to REST is not understood: {why}", cause);
}

[System.Text.Json.Serialization.JsonSerializable(typeof(JsonElement))]
internal sealed partial class MailmanJson : System.Text.Json.Serialization.JsonSerializerContext;
