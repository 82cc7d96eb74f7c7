using System.Text.Json;
using System.Text.Json.Serialization;

namespace Cassiopea.Gateway;

/// <summary>How the API writes JSON: camelCase, enums by name, nothing null left out.</summary>
internal static class ApiJson
{
    public static readonly JsonSerializerOptions Options = Apply(new JsonSerializerOptions(JsonSerializerDefaults.Web));

    public static JsonSerializerOptions Apply(JsonSerializerOptions options)
    {
        options.Converters.Add(new JsonStringEnumConverter());
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        options.NumberHandling = JsonNumberHandling.Strict;
        return options;
    }
}
