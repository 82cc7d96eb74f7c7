using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Cassiopea.Billing.Ledger;
using Microsoft.Extensions.Options;

namespace Cassiopea.Billing.Dolibarr;

/// <summary>The ERP gave no answer that can be used; the text is for staff.</summary>
internal sealed class DolibarrException(string text, Exception? cause = null) : Exception(text, cause);

/// <summary>Reads third parties and invoices of Dolibarr's REST API. It writes nothing there.</summary>
internal sealed partial class DolibarrClient(HttpClient http, IOptions<BillingOptions> options)
{
    private const int MostPages = 1000;

    private DolibarrOptions Options => options.Value.Dolibarr;

    /// <summary>All validated invoices of a member; null when the ERP has no customer with this code.</summary>
    /// <param name="member">The member's reference, which is the customer's code there.</param>
    /// <param name="token">Ends the reading.</param>
    /// <exception cref="DolibarrException">The ERP did not answer, refused, or said what cannot be counted.</exception>
    public async Task<IReadOnlyList<SourceInvoice>?> InvoicesOfAsync(string member, CancellationToken token)
    {
        if (!PlainReference().IsMatch(member)) throw new DolibarrException($"The reference {member} cannot be a customer's code: letters, digits, dots, hyphens and underscores only.");
        var parties = await PagesAsync($"thirdparties?sqlfilters={Uri.EscapeDataString($"(t.code_client:=:'{member}')")}", token);
        var ids = parties.Select(party => DolibarrInvoice.Text(party, "id")).Where(id => id.Length > 0).ToHashSet(StringComparer.Ordinal);
        if (ids.Count == 0) return null;
        var rows = await PagesAsync($"invoices?thirdparty_ids={string.Join(',', ids)}&sortfield=t.rowid&sortorder=ASC", token);
        List<SourceInvoice> invoices = [];
        foreach (var row in rows)
        {
            if (!ids.Contains(DolibarrInvoice.Text(row, "socid")))
                throw new DolibarrException("Dolibarr answered with invoices of others: its key belongs to an external user. Use the key of an internal user who may read invoices.");
            var whole = DolibarrInvoice.LacksRemainder(row) ? await GetAsync($"invoices/{DolibarrInvoice.Text(row, "id")}", token) : row;
            if (DolibarrInvoice.Read(whole, member, options.Value) is { } invoice) invoices.Add(invoice);
        }

        return invoices;
    }

    private async Task<List<JsonElement>> PagesAsync(string query, CancellationToken token)
    {
        List<JsonElement> all = [];
        for (var page = 0; page < MostPages; page++)
        {
            var answer = await GetAsync(string.Create(CultureInfo.InvariantCulture, $"{query}&limit={Options.PageSize}&page={page}"), token);
            var rows = answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty("data", out var data) ? data : answer;
            if (rows.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null) return all;
            if (rows.ValueKind != JsonValueKind.Array) throw new DolibarrException("Dolibarr answered something else than a list.");
            all.AddRange(rows.EnumerateArray());
            if (rows.GetArrayLength() < Options.PageSize) return all;
        }

        throw new DolibarrException($"Dolibarr has more than {MostPages} pages for one member.");
    }

    /// <summary>An undefined element stands for "nothing found".</summary>
    private async Task<JsonElement> GetAsync(string path, CancellationToken token)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(token);
        limit.CancelAfter(Options.Timeout);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(new Uri(Options.Url.TrimEnd('/') + "/"), "api/index.php/" + path));
            request.Headers.Add("DOLAPIKEY", (await File.ReadAllTextAsync(Options.ApiKeyFile, limit.Token)).Trim());
            request.Headers.Add("Accept", "application/json");
            using var answer = await http.SendAsync(request, limit.Token);
            var isJson = answer.Content.Headers.ContentType?.MediaType == "application/json";
            if (answer.StatusCode == HttpStatusCode.NotFound && isJson && Options.NotFoundIsEmpty) return default;
            if (!answer.IsSuccessStatusCode || !isJson) throw new DolibarrException(Why(answer.StatusCode));
            return JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync(limit.Token));
        }
        catch (OperationCanceledException late) when (!token.IsCancellationRequested)
        {
            throw new DolibarrException(string.Create(CultureInfo.InvariantCulture, $"Dolibarr did not answer within {Options.Timeout.TotalSeconds:0.#} s."), late);
        }
        catch (Exception lost) when (lost is HttpRequestException or IOException or JsonException or UriFormatException or UnauthorizedAccessException)
        {
            throw new DolibarrException(lost is JsonException ? "Dolibarr's answer is no JSON." : lost is HttpRequestException gone ? $"Dolibarr does not answer ({gone.HttpRequestError})."
                : "Dolibarr cannot be asked: look at its address and at the file of its key (Billing:Dolibarr).", lost);
        }
    }

    private static string Why(HttpStatusCode status) => status switch
    {
        HttpStatusCode.Unauthorized => "Dolibarr refuses the key: make a new one and put it into the file.",
        HttpStatusCode.Forbidden => "Dolibarr's user lacks a right: let it read third parties and invoices.",
        HttpStatusCode.NotFound => "Dolibarr's API is not at this address: look at Billing:Dolibarr:Url and whether its API module is switched on.",
        >= HttpStatusCode.MovedPermanently and < HttpStatusCode.BadRequest => "Dolibarr's address leads elsewhere, and its key is not sent there: put the address that counts into Billing:Dolibarr:Url.",
        _ => string.Create(CultureInfo.InvariantCulture, $"Dolibarr answered {(int)status}."),
    };

    [GeneratedRegex("^[A-Za-z0-9._-]{1,64}$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex PlainReference();
}
