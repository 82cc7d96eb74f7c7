using System.Text.Json;
using System.Text.RegularExpressions;

namespace Cassiopea.Gateway.Tests.Api;

[Trait("Category", "Servers")]
public sealed partial class ApiDescriptionTests
{
    static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Fact]
    public async Task The_committed_description_is_what_the_gateway_serves()
    {
        var path = Path.Combine(Root(), "docs", "openapi.json");
        var served = await ServedAsync();
        if (Environment.GetEnvironmentVariable("CASSIOPEA_UPDATE_SNAPSHOTS") == "1")
            await File.WriteAllTextAsync(path, served);
        Assert.True(
            File.Exists(path) && await File.ReadAllTextAsync(path) == served,
            "docs/openapi.json is not what is served: run the tests with CASSIOPEA_UPDATE_SNAPSHOTS=1 and review the difference.");
    }

    [Fact]
    [Trait("Requirement", "sec-S5")]
    public async Task No_answer_has_a_place_for_a_secret()
    {
        var document = JsonSerializer.Deserialize<JsonElement>(await ServedAsync());
        var schemas = document.GetProperty("components").GetProperty("schemas");
        var named = schemas.EnumerateObject()
            .Where(schema => schema.Value.TryGetProperty("properties", out _))
            .SelectMany(schema => schema.Value.GetProperty("properties").EnumerateObject().Select(p => $"{schema.Name}.{p.Name}"))
            .Where(name => SecretName().IsMatch(name.Split('.')[1]));
        // the one place where a secret goes in; it is in no answer
        Assert.Equal(["CredentialBody.secret"], named);
        var answers = document.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject())
            .Select(operation => operation.Value.GetProperty("responses").GetRawText());
        Assert.DoesNotContain(answers, answer => answer.Contains("CredentialBody", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Every_command_names_its_idempotency_key()
    {
        var document = JsonSerializer.Deserialize<JsonElement>(await ServedAsync());
        var without = document.GetProperty("paths").EnumerateObject()
            .Where(path => path.Value.TryGetProperty("post", out var post)
                && !post.GetProperty("parameters").EnumerateArray().Any(p => p.TryGetProperty("name", out var name) && name.GetString() == "Idempotency-Key"));
        Assert.Empty(without.Select(path => path.Name));
    }

    static async Task<string> ServedAsync()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var client = gateway.Anonymous();
        var json = JsonSerializer.Deserialize<JsonElement>(await client.GetStringAsync("/api/v1/openapi.json"));
        return JsonSerializer.Serialize(json, Indented) + "\n";
    }

    static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Cassiopea.Aspire.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("not inside the repository");
        return folder;
    }

    [GeneratedRegex("secret|password|hash|token|privateKey", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex SecretName();
}
