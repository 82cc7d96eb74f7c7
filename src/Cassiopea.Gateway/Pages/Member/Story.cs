using System.Text.Json;
using Cassiopea.Gateway.Api;
using Cassiopea.Gateway.Events;

namespace Cassiopea.Gateway.Pages.Member;

/// <summary>The event log in plain words: what has no text for members is left out.</summary>
internal static class Story
{
    public static IEnumerable<(DateTimeOffset At, string Text)> Tell(Visit t, IReadOnlyList<TimelineEntry> timeline, IReadOnlyList<ItemView> items)
    {
        var names = items.ToDictionary(i => i.Id, i => i.Name);
        string? last = null;
        foreach (var entry in timeline)
        {
            var text = entry.Type == EventType.State ? State(t, entry.Data) : Message(t, entry, names);
            if (text is null || text == last)
                continue;
            yield return (entry.At, last = text);
        }
    }

    static string? State(Visit t, JsonElement data) =>
        Text(data, "subject") != "migration" ? null
        : Text(data, "state") is { } state && state != Text(data, "from") ? Words.Find(t.Language, "state." + state) : null;

    static string? Message(Visit t, TimelineEntry entry, Dictionary<Guid, string> names)
    {
        var name = entry.ItemId is { } id ? names.GetValueOrDefault(id) : null;
        return Text(entry.Data, "message") switch
        {
            "item-transferred" when name is not null => t.With("story.transferred", name),
            "item-verified" when name is not null => t.With(Flag(entry.Data, "equal") ? "story.equal" : "story.differs", name),
            "credential-stored" when name is not null => t.With("story.credential", name),
            "credentials-erased" => t["story.erased"],
            "dossier-delivered" => t["story.dossier"],
            "notice-sent" => t["story.notice"],
            _ => null,
        };
    }

    static string? Text(JsonElement data, string name) => data.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    static bool Flag(JsonElement data, string name) => data.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;
}
