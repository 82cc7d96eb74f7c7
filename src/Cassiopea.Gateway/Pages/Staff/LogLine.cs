using System.Text.Json;
using Cassiopea.Gateway.Api;
using Cassiopea.Gateway.Events;

namespace Cassiopea.Gateway.Pages.Staff;

/// <summary>An event of an item's log as staff read it: what happened, then its figures. Secrets and contents are never in events.</summary>
internal static class LogLine
{
    static readonly string[] Known = ["message", "subject", "migrationId", "itemId", "credentialId", "version", "from", "state", "pass"];

    public static (string What, string Figures, string Colour) Of(Visit t, TimelineEntry entry)
    {
        var data = entry.Data;
        var figures = string.Join(" · ", data.EnumerateObject().Where(p => !Known.Contains(p.Name) && Scalar(p.Value).Length > 0).Select(p => $"{p.Name} {Scalar(p.Value)}"));
        if (Text(data, "pass") is { Length: > 0 } pass)
            figures = t.With("item.pass", pass) + (figures.Length > 0 ? " · " + figures : "");
        if (entry.Type != EventType.State)
            return (Text(data, "message") is { Length: > 0 } name ? name : Text(data, "verb") is { Length: > 0 } verb ? verb : entry.Type, figures, "");
        var (from, to) = (Text(data, "from"), Text(data, "state"));
        string Named(string state) => Words.Find(t.Language, "istate." + state) ?? state;
        return (from.Length > 0 && from != to ? t.With("log.state", Named(from), Named(to)) : Named(to), figures, to is "NeedsStaff" ? "bad" : to is "CredentialsNeeded" ? "wait" : "");
    }

    static string Text(JsonElement data, string name) => data.TryGetProperty(name, out var value) ? Scalar(value) : "";

    static string Scalar(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString() is { Length: <= 200 } text ? text : value.GetString()![..200],
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
        JsonValueKind.Object when value.TryGetProperty("code", out var code) => Scalar(code),
        _ => "",
    };
}
