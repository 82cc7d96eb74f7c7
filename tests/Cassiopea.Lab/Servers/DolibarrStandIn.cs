using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Cassiopea.Lab.Servers;

/// <summary>How the stand-in misbehaves.</summary>
public sealed class DolibarrMoods
{
    /// <summary>Every answer is this status, as HTML; 0 = as it should be.</summary>
    public int Status { get; set; }

    /// <summary>Every answer leads to this root instead; null = none does.</summary>
    public string? LeadsTo { get; set; }

    /// <summary>The connection is cut instead of an answer.</summary>
    public bool Cuts { get; set; }

    /// <summary>No answer comes before the client gives up.</summary>
    public bool Hangs { get; set; }

    /// <summary>An empty list is <c>[]</c>, as some versions say, instead of 404.</summary>
    public bool EmptyIsList { get; set; }

    /// <summary>The key is an external user's: <c>thirdparty_ids</c> is ignored without a word.</summary>
    public bool IgnoresThirdParties { get; set; }

    /// <summary>Lists leave out what remains to pay, as older versions do; an invoice alone tells it.</summary>
    public bool ListsLackRemainder { get; set; }

    /// <summary>The user lacks the right to read invoices.</summary>
    public bool LacksRight { get; set; }
}

/// <summary>Stands in for Dolibarr's REST API as its documentation describes it: third parties and invoices, numbers as texts, 404 for an empty list.</summary>
public sealed partial class DolibarrStandIn : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, string> _parties = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<int, JsonObject> _invoices = new();
    private int _last;

    private DolibarrStandIn(int port)
    {
        Port = port;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenLocalhost(Port));
        _app = builder.Build();
        _app.Use(GuardAsync);
        _app.MapGet("/api/index.php/thirdparties", (string? sqlfilters, int? limit, int? page) => Page(Parties(sqlfilters), limit, page, "No thirdparties found"));
        _app.MapGet("/api/index.php/invoices", Invoices);
        _app.MapGet("/api/index.php/invoices/{id:int}", (int id) => _invoices.TryGetValue(id, out var row) ? Json(row) : NotFound("Invoice not found"));
    }

    /// <summary>Where it listens.</summary>
    public int Port { get; }

    /// <summary>Root of the installation, as a browser shows it.</summary>
    public string Url => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Port}/");

    /// <summary>The key that opens it, made for this one alone.</summary>
    public string Key { get; } = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    /// <summary>How it misbehaves.</summary>
    public DolibarrMoods Moods { get; } = new();

    /// <summary>Paths and queries that arrived.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>Starts one.</summary>
    public static async Task<DolibarrStandIn> StartAsync(CancellationToken token, int port = 0)
    {
        var server = new DolibarrStandIn(port == 0 ? FreePort.Next() : port);
        await server._app.StartAsync(token);
        return server;
    }

    /// <summary>A customer; the same code gives the same one.</summary>
    public void AddCustomer(string code) => _parties.GetOrAdd(code, _ => Interlocked.Increment(ref _last).ToString(CultureInfo.InvariantCulture));

    /// <summary>Issues an invoice, or a credit note when the amount is negative; returns its id.</summary>
    public int Issue(string code, string number, DateOnly date, decimal amount, string reference = "", string currency = "EUR")
    {
        AddCustomer(code);
        var id = Interlocked.Increment(ref _last);
        var at = new DateTimeOffset(date.ToDateTime(new TimeOnly(12, 0)), TimeSpan.Zero).ToUnixTimeSeconds();
        _invoices[id] = new JsonObject
        {
            ["id"] = Text(id),
            ["ref"] = number,
            ["ref_ext"] = reference,
            ["socid"] = _parties[code],
            ["type"] = amount < 0 ? "2" : "0",
            ["status"] = "1",
            ["statut"] = "1",
            ["paye"] = "0",
            ["date"] = at,
            ["date_lim_reglement"] = at + (30 * 86_400),
            ["total_ttc"] = Money(amount),
            ["totalpaid"] = Money(0),
            ["totalcreditnotes"] = Money(0),
            ["totaldeposits"] = Money(0),
            ["remaintopay"] = Money(amount),
            ["multicurrency_code"] = currency,
            ["array_options"] = new JsonArray(),
        };
        return id;
    }

    /// <summary>Somebody pays, or a credit note is used for it.</summary>
    public void Pay(int id, decimal amount, bool byCreditNote = false)
    {
        var row = _invoices[id];
        var paid = byCreditNote ? "totalcreditnotes" : "totalpaid";
        row[paid] = Money(Number(row, paid) + amount);
        var open = Number(row, "total_ttc") - Number(row, "totalpaid") - Number(row, "totalcreditnotes");
        row["remaintopay"] = Money(open);
        if (open == 0) (row["status"], row["statut"], row["paye"]) = ("2", "2", "1");
    }

    /// <summary>Changes what the stand-in says of an invoice.</summary>
    public void Set(int id, string name, string value) => _invoices[id][name] = value;

    /// <summary>Gives an invoice a complementary attribute.</summary>
    public void SetExtra(int id, string name, string value) => _invoices[id]["array_options"] = new JsonObject { [name] = value };

    /// <summary>The bookkeeper deletes an invoice.</summary>
    public void Delete(int id) => _invoices.TryRemove(id, out _);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task GuardAsync(HttpContext http, RequestDelegate next)
    {
        Requests.Enqueue(http.Request.Path + http.Request.QueryString);
        if (Moods.Cuts)
        {
            http.Abort();
            return;
        }

        if (Moods.Hangs) await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, http.RequestAborted);
        if (Moods.LeadsTo is { } other)
        {
            http.Response.Redirect(other.TrimEnd('/') + http.Request.Path + http.Request.QueryString);
        }
        else if (Moods.Status > 0)
        {
            http.Response.StatusCode = Moods.Status;
            await http.Response.WriteAsync("<html><body>Something went wrong</body></html>", http.RequestAborted);
        }
        else if (http.Request.Headers["DOLAPIKEY"] != Key)
        {
            await Error(401, "Unauthorized: Failed to login to API.").ExecuteAsync(http);
        }
        else
        {
            await next(http);
        }
    }

    private IResult Invoices(string? thirdparty_ids, string? status, int? limit, int? page)
    {
        if (Moods.LacksRight) return Error(403, "Forbidden");
        var asked = thirdparty_ids?.Split(',') ?? [];
        var rows = _invoices.OrderBy(pair => pair.Key).Select(pair => pair.Value)
            .Where(row => Moods.IgnoresThirdParties || asked.Length == 0 || asked.Contains(row["socid"]!.GetValue<string>()))
            .Where(row => status != "unpaid" || row["status"]!.GetValue<string>() == "1")
            .Select(row => row.DeepClone().AsObject()).ToList();
        if (Moods.ListsLackRemainder) rows.ForEach(row => row.Remove("remaintopay"));
        return Page(rows, limit, page, "No invoice found");
    }

    private IEnumerable<JsonObject> Parties(string? filter)
    {
        var code = CodeFilter().Match(filter ?? "").Groups["code"].Value;
        return _parties.Where(party => party.Key == code).Select(party => new JsonObject { ["id"] = party.Value, ["code_client"] = party.Key, ["name"] = "Stand-in " + party.Key });
    }

    private IResult Page(IEnumerable<JsonObject> rows, int? limit, int? page, string nothing)
    {
        var shown = rows.Skip((limit ?? 100) * (page ?? 0)).Take(limit ?? 100).ToArray();
        return shown.Length > 0 || Moods.EmptyIsList ? Json(new JsonArray(shown)) : NotFound(nothing);
    }

    private static decimal Number(JsonObject row, string name) => decimal.Parse(row[name]!.GetValue<string>(), CultureInfo.InvariantCulture);

    private static string Money(decimal amount) => amount.ToString("0.00000000", CultureInfo.InvariantCulture);

    private static string Text(int id) => id.ToString(CultureInfo.InvariantCulture);

    private static IResult Json(JsonNode node) => Results.Text(node.ToJsonString(), "application/json");

    private static IResult NotFound(string message) => Error(404, "Not Found: " + message);

    private static IResult Error(int code, string message) => Results.Json(new { error = new { code, message } }, statusCode: code);

    [GeneratedRegex(@"^\(t\.code_client:=:'(?<code>[^']*)'\)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex CodeFilter();
}
