using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Unicode;
using System.Xml;
using System.Xml.Linq;
using Cassiopea.Sympa.Format;
using Cassiopea.Transfer;

namespace Cassiopea.Sympa.Soap;

/// <summary>Someone of a list, as <c>fullReview</c> tells.</summary>
/// <param name="Email">Lower case.</param>
/// <param name="Name">As shown, right again where the server encodes twice.</param>
/// <param name="IsSubscriber">Receives posts.</param>
/// <param name="IsOwner">Owns the list.</param>
/// <param name="IsEditor">Moderates it.</param>
public sealed record SoapPerson(string Email, string Name, bool IsSubscriber, bool IsOwner, bool IsEditor);

/// <summary>How someone receives a list, as <c>getDetails</c> tells that person.</summary>
/// <param name="Name">As shown.</param>
/// <param name="Reception">Sympa's word.</param>
/// <param name="SubscribedAt">Since when; null when not known.</param>
public sealed record SoapDetails(string Name, string Reception, DateTimeOffset? SubscribedAt);

/// <summary>
/// Reads a Sympa from afar by SOAP 1.1, as a trusted application that speaks for a listmaster, an owner or a member. Over TLS only: whoever holds the
/// application's secret is every user. Only what reads is used.
/// </summary>
public sealed class SympaSoap
{
    private static readonly XNamespace Envelope = "http://schemas.xmlsoap.org/soap/envelope/", Instance = "http://www.w3.org/2001/XMLSchema-instance";
    private readonly HttpClient _http;
    private readonly Uri _url;
    private readonly string _application;
    private readonly string _secret;
    private readonly string? _host;
    private bool? _doubled;

    /// <summary>Makes a client; nothing is asked yet.</summary>
    /// <param name="http">Must not follow redirects.</param>
    /// <param name="url">Address of <c>sympasoap</c>: https, or this machine.</param>
    /// <param name="application">Name in the host's <c>trusted_applications.conf</c>.</param>
    /// <param name="secret">Its password.</param>
    /// <param name="host">Name of the robot when it differs from the address's host; null = that one.</param>
    /// <exception cref="TransferException">The address is not https.</exception>
    public SympaSoap(HttpClient http, Uri url, string application, string secret, string? host = null)
    {
        if (url.Scheme != Uri.UriSchemeHttps && !url.IsLoopback)
            throw new TransferException(TransferSide.Target, TransferFailureKind.Refused, TransferCode.TlsNotOffered, $"{url.Host}: the password of a trusted application is every user's; it is sent over https only.");
        (_http, _url, _application, _secret, _host) = (http, url, application, secret, host);
    }

    /// <summary>Where it is, for people.</summary>
    public string Name => _url.Host;

    /// <summary>Everyone of a list.</summary>
    /// <param name="list">The list.</param>
    /// <param name="actor">A listmaster or an owner of it.</param>
    /// <param name="token">Ends it.</param>
    /// <exception cref="TransferException">Refused, or not understood.</exception>
    public async Task<IReadOnlyList<SoapPerson>> PeopleAsync(ListAddress list, string actor, CancellationToken token)
    {
        var rows = (await CallAsync(actor, "fullReview", [list.Name], token)).Descendants().Where(static one => one.Elements().Any(static field => field.Name.LocalName == "email"))
            .Select(static one => one.Elements().ToDictionary(static field => field.Name.LocalName, Text, StringComparer.Ordinal)).ToList();
        _doubled ??= await ProbeAsync(list, rows, token);
        return [.. rows.Select(row => new SoapPerson(
            row["email"].ToLowerInvariant(), _doubled == true ? Once(row.GetValueOrDefault("gecos", "")) : row.GetValueOrDefault("gecos", ""),
            IsTrue(row, "isSubscriber"), IsTrue(row, "isOwner"), IsTrue(row, "isEditor")))];
    }

    /// <summary>How someone receives a list.</summary>
    /// <param name="list">The list.</param>
    /// <param name="member">In whose name it is asked.</param>
    /// <param name="token">Ends it.</param>
    /// <returns>Null when that person is no member.</returns>
    public async Task<SoapDetails?> DetailsAsync(ListAddress list, string member, CancellationToken token)
    {
        try
        {
            var fields = (await CallAsync(member, "getDetails", [list.Name], token)).Descendants().Where(static one => !one.HasElements)
                .GroupBy(static one => one.Name.LocalName, StringComparer.Ordinal).ToDictionary(static one => one.Key, static one => Text(one.First()), StringComparer.Ordinal);
            return new(fields.GetValueOrDefault("gecos", ""), fields.GetValueOrDefault("reception", "mail"),
                long.TryParse(fields.GetValueOrDefault("subscribeDate"), CultureInfo.InvariantCulture, out var seconds) && seconds > 0 ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null);
        }
        catch (TransferException refused) when (refused is { Kind: TransferFailureKind.Refused, Code: TransferCode.ItemMissing })
        {
            return null;
        }
    }

    /// <summary>
    /// Sympa before 6.2.74 encodes complex answers twice, but not details, which come as base64. Whoever has a name that could be either is asked for:
    /// nothing is repaired on a guess.
    /// </summary>
    private async Task<bool?> ProbeAsync(ListAddress list, IEnumerable<Dictionary<string, string>> rows, CancellationToken token)
    {
        foreach (var row in rows.Where(static row => IsTrue(row, "isSubscriber") && row.TryGetValue("gecos", out var name) && Once(name) != name).Take(3))
        {
            if (await DetailsAsync(list, row["email"], token) is not { } details) continue;
            return details.Name == Once(row["gecos"]);
        }

        return null;
    }

    private async Task<XElement> CallAsync(string actor, string method, IReadOnlyList<string> words, CancellationToken token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _url) { Content = new ByteArrayContent(Body(actor, method, words)) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("text/xml", "utf-8");
        request.Headers.Add("SOAPAction", "\"urn:sympasoap#authenticateRemoteAppAndRun\"");
        if (_host is not null) request.Headers.Host = _host;
        try
        {
            using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, token);
            if (answer.StatusCode is not (HttpStatusCode.OK or HttpStatusCode.InternalServerError))
            {
                var passing = (int)answer.StatusCode >= 500 || answer.StatusCode == HttpStatusCode.TooManyRequests;
                throw new TransferException(TransferSide.Target, passing ? TransferFailureKind.Passing : TransferFailureKind.Refused, passing ? TransferCode.Unreachable : TransferCode.ItemRefused, $"{Name} answers {(int)answer.StatusCode} to SOAP.");
            }

            await using var stream = await answer.Content.ReadAsStreamAsync(token);
            using var reader = XmlReader.Create(stream, new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, Async = true, MaxCharactersInDocument = 200_000_000 });
            var document = await XDocument.LoadAsync(reader, LoadOptions.None, token);
            var body = document.Root?.Element(Envelope + "Body") ?? throw Broken("no envelope.");
            return body.Element(Envelope + "Fault") is { } fault ? throw Fault(fault, method) : body;
        }
        catch (XmlException wrong)
        {
            throw Broken(wrong.Message, wrong);
        }
        catch (HttpRequestException away)
        {
            throw new TransferException(TransferSide.Target, TransferFailureKind.Passing, TransferCode.Unreachable, $"{Name} does not answer to SOAP: {away.HttpRequestError}.", away);
        }
    }

    private byte[] Body(string actor, string method, IReadOnlyList<string> words)
    {
        XNamespace schema = "http://www.w3.org/2001/XMLSchema", encoding = "http://schemas.xmlsoap.org/soap/encoding/", sympa = "urn:sympasoap";
        XElement Word(string name, string value) => new(name, new XAttribute(Instance + "type", "xsd:string"), value);
        var list = new XElement("parameters", new XAttribute(encoding + "arrayType", $"xsd:string[{words.Count}]"), new XAttribute(Instance + "type", "soapenc:Array"), words.Select(word => Word("item", word)));
        var document = new XElement(Envelope + "Envelope",
            new XAttribute(XNamespace.Xmlns + "soap", Envelope), new XAttribute(XNamespace.Xmlns + "soapenc", encoding), new XAttribute(XNamespace.Xmlns + "xsd", schema), new XAttribute(XNamespace.Xmlns + "xsi", Instance),
            new XAttribute(Envelope + "encodingStyle", encoding),
            new XElement(Envelope + "Body", new XElement(sympa + "authenticateRemoteAppAndRun", Word("appname", _application), Word("apppassword", _secret), Word("vars", $"USER_EMAIL={actor}"), Word("service", method), list)));
        return Encoding.UTF8.GetBytes("<?xml version=\"1.0\" encoding=\"UTF-8\"?>" + document.ToString(SaveOptions.DisableFormatting));
    }

    private TransferException Fault(XElement fault, string method)
    {
        var text = string.Join(": ", fault.Elements().Where(static one => one.Name.LocalName is "faultstring" or "detail").Select(static one => one.Value.Trim()).Where(static one => one.Length > 0));
        var code = text.Contains("Not a subscriber", StringComparison.OrdinalIgnoreCase) || text.Contains("Unknown list", StringComparison.OrdinalIgnoreCase) || text.Contains("does not exist", StringComparison.OrdinalIgnoreCase) ? TransferCode.ItemMissing
            : text.Contains("Authentication", StringComparison.OrdinalIgnoreCase) || text.Contains("trusted", StringComparison.OrdinalIgnoreCase) ? TransferCode.AuthenticationFailed
            : TransferCode.PermissionDenied;
        return new(TransferSide.Target, TransferFailureKind.Refused, code, $"{Name} refuses {method}: {text}");
    }

    private TransferException Broken(string why, Exception? cause = null) => new(TransferSide.Target, TransferFailureKind.Broken, TransferCode.ProtocolBroken, $"{Name}: what it answers to SOAP is not understood: {why}", cause);

    private static bool IsTrue(Dictionary<string, string> row, string field) => row.GetValueOrDefault(field) is "1" or "true";

    private static string Text(XElement field)
    {
        if (field.Attribute(Instance + "type")?.Value.EndsWith("base64Binary", StringComparison.Ordinal) != true && field.Attribute(Instance + "type")?.Value.EndsWith("base64", StringComparison.Ordinal) != true) return field.Value;
        var octets = Convert.FromBase64String(field.Value.Trim());
        return (Utf8.IsValid(octets) ? Encoding.UTF8 : Encoding.Latin1).GetString(octets);
    }

    /// <summary>The text of which this is the twice encoded form; itself when it is none.</summary>
    internal static string Once(string text)
    {
        if (text.All(char.IsAscii) || text.Any(static c => c > 0xFF)) return text;
        var octets = Encoding.Latin1.GetBytes(text);
        return Utf8.IsValid(octets) ? Encoding.UTF8.GetString(octets) : text;
    }
}
