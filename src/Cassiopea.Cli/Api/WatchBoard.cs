using System.Globalization;
using System.Text.Json;

namespace Cassiopea.Cli.Api;

/// <summary>A migration as known now, from its last reading and the events since; older versions are dropped.</summary>
internal sealed class WatchBoard
{
    private readonly Dictionary<string, WatchedItem> _items = [];
    private long _version = -1;

    public string State { get; private set; } = "";

    public string Waiting { get; private set; } = "";

    public JsonElement Snapshot { get; private set; }

    public IReadOnlyList<WatchedItem> Items => [.. _items.Values.OrderBy(static i => i.Kind, StringComparer.Ordinal).ThenBy(static i => i.Name, StringComparer.Ordinal)];

    public void Take(JsonElement shown)
    {
        Snapshot = shown;
        TakeMigration(shown.GetProperty("migration"));
        foreach (var item in shown.GetProperty("items").EnumerateArray())
        {
            TakeItem(item.Text("id"), item);
            if (item.Member("progress") is { } progress) TakeProgress(item.Text("id"), progress);
        }
    }

    public void Take(string type, JsonElement data)
    {
        if (type == "progress") TakeProgress(data.Text("itemId"), data);
        else if (type == "state" && data.Text("subject") == "migration") TakeMigration(data);
        else if (type == "state" && data.Text("subject") == "item") TakeItem(data.Text("itemId"), data);
    }

    private void TakeMigration(JsonElement data)
    {
        if (data.Number("version") <= _version) return;
        (_version, State) = (data.Number("version"), data.Text("state"));
        Waiting = $"{data.Text("waitingFor")}: {data.Text("waitingText")}";
    }

    private void TakeItem(string id, JsonElement data)
    {
        if (!_items.TryGetValue(id, out var item)) _items[id] = item = new WatchedItem(id, data.Text("kind"), data.Text("name"));
        if (data.Number("version") < item.Version) return;
        (item.Version, item.State) = (data.Number("version"), data.Text("state"));
    }

    private void TakeProgress(string id, JsonElement data)
    {
        if (!_items.TryGetValue(id, out var item)) return;
        (item.Done, item.Total) = (data.Number("done"), data.Number("total"));
        item.BytesPerSecond = data.Number("bytesPerSecond");
        item.SecondsLeft = double.TryParse(data.Text("remainingSeconds"), NumberStyles.Float, CultureInfo.InvariantCulture, out var left) ? left : null;
    }
}

/// <summary>An item of the board.</summary>
internal sealed class WatchedItem(string id, string kind, string name)
{
    private const int Width = 20;

    public string Id { get; } = id;

    public string Kind { get; } = kind;

    public string Name { get; } = name;

    public long Version { get; set; } = -1;

    public string State { get; set; } = "";

    public long Done { get; set; }

    public long Total { get; set; }

    public long BytesPerSecond { get; set; }

    public double? SecondsLeft { get; set; }

    public double Share => Total > 0 ? Math.Clamp((double)Done / Total, 0, 1) : 0;

    public string Bar => Total == 0 ? "" : $"{new string('█', (int)(Share * Width)).PadRight(Width, '░')} {Done}/{Total}";

    public string Speed => BytesPerSecond switch
    {
        0 => "",
        < 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{BytesPerSecond / 1000.0:0.0} kB/s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{BytesPerSecond / 1_000_000.0:0.0} MB/s"),
    };

    public string Left => State == "Copying" && SecondsLeft is { } seconds ? TimeSpan.FromSeconds(Math.Round(seconds)).ToString("c", CultureInfo.InvariantCulture) : "";
}
