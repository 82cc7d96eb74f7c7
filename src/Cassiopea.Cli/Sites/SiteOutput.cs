using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Cassiopea.Sites.Tree;

namespace Cassiopea.Cli.Sites;

/// <summary>Reports of site commands: JSON where asked for, else lines for people. Passwords have no form in either.</summary>
internal static class SiteOutput
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new PathConverter() },
    };

    public static async Task WriteAsync<T>(CommandLine line, T report, Func<IEnumerable<string>> text)
    {
        if (line.Value("--report") is { } file)
            await File.WriteAllTextAsync(file, JsonSerializer.Serialize(report, Json) + "\n", CancellationToken.None);
        if (line.Has("--json"))
            Console.WriteLine(JsonSerializer.Serialize(report, Json));
        else if (!line.Has("--quiet"))
        {
            foreach (var row in text())
                Console.WriteLine(row);
        }
    }

    private sealed class PathConverter : JsonConverter<SitePath>
    {
        public override SitePath Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => SitePath.Of(reader.GetString() ?? "");

        public override void Write(Utf8JsonWriter writer, SitePath value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
    }
}
