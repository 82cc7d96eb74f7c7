using System.Text.Json;

namespace Cassiopea.Sites.Profiles;

/// <summary>What a host runs, as data: a JSON file that staff can write for a provider.</summary>
/// <param name="Name">For reports.</param>
/// <param name="Php">For example <c>5.4.45</c> or <c>8.2</c>.</param>
/// <param name="Database">For example <c>MySQL 5.5.54</c>.</param>
/// <param name="WebServer">For example <c>Apache 2.4</c>.</param>
/// <param name="Extensions">PHP's extensions, in lower case.</param>
public sealed record HostingProfile(string Name, string Php, string Database, string WebServer, IReadOnlyList<string> Extensions)
{
    /// <summary>The old host: PHP 5.4.45, MySQL 5.5.54.</summary>
    public static HostingProfile OldHost { get; } = Named("php-5.4");

    /// <summary>What new hosts offer where nothing more is known: <c>php-7.4</c>, <c>php-8.1</c>, <c>php-8.2</c>, <c>php-8.3</c>.</summary>
    public static IReadOnlyList<HostingProfile> Targets { get; } = [Named("php-7.4"), Named("php-8.1"), Named("php-8.2"), Named("php-8.3")];

    /// <summary>The version of PHP, major and minor.</summary>
    public Version PhpVersion => Version.TryParse(Php, out var version) ? new Version(version.Major, version.Minor) : throw new JsonException($"php is not a version: {Php}.");

    /// <summary>One of the profiles that are built in, or null.</summary>
    /// <param name="name">For example <c>php-8.2</c>.</param>
    public static HostingProfile? Find(string name) => Targets.Append(OldHost).FirstOrDefault(p => p.Name == name);

    /// <summary>One that is built in, by its name, or the file of that name.</summary>
    /// <param name="nameOrFile">For example <c>php-8.2</c>, or a path.</param>
    /// <exception cref="JsonException">The file is no profile.</exception>
    /// <exception cref="IOException">No such name or file.</exception>
    public static HostingProfile Load(string nameOrFile) => Find(nameOrFile) ?? Parse(File.ReadAllText(nameOrFile));

    /// <summary>Reads a profile.</summary>
    /// <param name="json">The file.</param>
    /// <exception cref="JsonException">Not a profile.</exception>
    public static HostingProfile Parse(string json)
    {
        var profile = JsonSerializer.Deserialize<HostingProfile>(json, JsonSerializerOptions.Web);
        return profile is { Name: not null, Php: not null, Extensions: not null, Database: not null, WebServer: not null } && profile.PhpVersion.Major > 3
            ? profile
            : throw new JsonException("A profile has name, php, database, webServer and extensions.");
    }

    private static HostingProfile Named(string name)
    {
        using var stream = typeof(HostingProfile).Assembly.GetManifestResourceStream(name + ".json") ?? throw new InvalidOperationException(name);
        using StreamReader reader = new(stream);
        return Parse(reader.ReadToEnd());
    }
}
