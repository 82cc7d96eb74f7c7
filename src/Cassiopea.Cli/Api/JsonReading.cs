using System.Globalization;
using System.Text.Json;

namespace Cassiopea.Cli.Api;

/// <summary>Reads members of the gateway's answers; what is absent or null is empty.</summary>
internal static class JsonReading
{
    public static string Text(this JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value)
            ? value.ValueKind switch
            {
                JsonValueKind.String => value.GetString()!,
                JsonValueKind.Null => "",
                JsonValueKind.Array => string.Join(", ", value.EnumerateArray().Select(static e => e.ToString())),
                _ => value.ToString(),
            }
            : "";

    public static long Number(this JsonElement json, string name) =>
        long.TryParse(json.Text(name), NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : 0;

    public static JsonElement? Member(this JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    /// <summary>An instant as people here see it.</summary>
    public static string When(this JsonElement json, string name) =>
        DateTimeOffset.TryParse(json.Text(name), CultureInfo.InvariantCulture, out var at)
            ? TimeZoneInfo.ConvertTime(at, TimeZoneInfo.Local).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)
            : "";
}
