using System.Globalization;
using Cassiopea.Sites.Cms;
using Cassiopea.Sites.Php;
using Cassiopea.Sites.Tree;

namespace Cassiopea.Sites.Configuration;

/// <summary>Reads from configurations how a site reaches its databases.</summary>
public static class ConfigurationReader
{
    private const int DeepestInclude = 3;

    /// <summary>Those of one system; values that a configuration includes from another file of the tree are followed.</summary>
    /// <param name="tree">The site.</param>
    /// <param name="found">The system.</param>
    /// <param name="token">Stops it.</param>
    public static async Task<IReadOnlyList<DatabaseCredentials>> ReadAsync(ISiteTree tree, CmsFound found, CancellationToken token)
    {
        List<DatabaseCredentials> read = [];
        foreach (var path in found.Configurations)
        {
            if (CmsScan.ConfigurationOf(found, path) is { } configuration && await ReadAsync(tree, found.Kind, configuration, path, DeepestInclude, token) is { } credentials)
                read.Add(credentials);
        }

        return read;
    }

    private static async Task<DatabaseCredentials?> ReadAsync(ISiteTree tree, CmsKind kind, CmsConfiguration configuration, SitePath path, int depth, CancellationToken token)
    {
        if (await tree.ReadAsync(path, PhpFile.LongestBytes, token) is not { } bytes)
            return null;
        var settings = PhpSettings.Of(PhpFile.Parse(bytes), Absolute(path.Folder));
        if (Read(kind, configuration, path, settings) is { } credentials)
            return credentials;
        foreach (var included in depth > 0 ? settings.Included : [])
        {
            if (Resolve(path, included) is { } other && await ReadAsync(tree, kind, configuration, other, depth - 1, token) is { } there)
                return there;
        }

        return null;
    }

    /// <summary>What one file says; null when it names neither a user nor a database.</summary>
    internal static DatabaseCredentials? Read(CmsKind kind, CmsConfiguration configuration, SitePath path, PhpSettings settings)
    {
        Dictionary<DatabaseField, string> values = [];
        var line = 0;
        foreach (var field in configuration.Fields)
        {
            if (values.ContainsKey(field.Field) || settings.Find(field.Key) is not { Value.Value: { } value } setting)
                continue;
            values[field.Field] = PhpLiteral.ToText(value);
            if (field.Field is DatabaseField.Host or DatabaseField.Url)
                line = setting.Line;
        }

        if (values.TryGetValue(DatabaseField.Url, out var url))
            return OfUrl(kind, path, line, url, values.GetValueOrDefault(DatabaseField.Prefix, ""));
        if (!values.ContainsKey(DatabaseField.User) && !values.ContainsKey(DatabaseField.Name))
            return null;
        var (host, port, socket) = Place(values.GetValueOrDefault(DatabaseField.Host, ""), values.GetValueOrDefault(DatabaseField.Port, ""));
        var prefix = values.GetValueOrDefault(DatabaseField.Prefix, "");
        return new DatabaseCredentials(
            kind, path, line, DriverOf(values.GetValueOrDefault(DatabaseField.Driver, "")), host, port, values.GetValueOrDefault(DatabaseField.Socket, socket),
            values.GetValueOrDefault(DatabaseField.User, ""), new Secret(values.GetValueOrDefault(DatabaseField.Password, "")), values.GetValueOrDefault(DatabaseField.Name, ""),
            kind == CmsKind.Spip && prefix.Length == 0 ? "spip" : prefix);
    }

    /// <summary>Connections that hand-written code opens, where user and database are written in it.</summary>
    internal static DatabaseCredentials? ReadCalls(SitePath path, PhpSettings settings)
    {
        foreach (var call in (ReadOnlySpan<string>)["mysqli()", "mysqli_connect()", "mysql_connect()", "mysql_pconnect()"])
        {
            if (settings.Find(call) is not { } opened || settings.Text(call + ".1") is not { Length: > 0 } user)
                continue;
            var (host, port, socket) = Place(settings.Text(call + ".0") ?? "", settings.Text(call + ".4") ?? "");
            var name = (call.StartsWith("mysqli", StringComparison.Ordinal) ? settings.Text(call + ".3") : settings.Text("mysql_select_db().0")) ?? "";
            return new DatabaseCredentials(CmsKind.None, path, opened.Line, "mysql", host, port, socket, user, new Secret(settings.Text(call + ".2") ?? ""), name, "");
        }

        return settings.Find("pdo()") is { } pdo && settings.Text("pdo().0") is { } dsn && settings.Text("pdo().1") is { Length: > 0 } login
            ? OfDsn(path, pdo.Line, dsn, login, settings.Text("pdo().2") ?? "")
            : null;
    }

    private static DatabaseCredentials OfDsn(SitePath path, int line, string dsn, string user, string password)
    {
        var parts = dsn[(dsn.IndexOf(':', StringComparison.Ordinal) + 1)..].Split(';').Select(static p => p.Split('=', 2)).Where(static p => p.Length == 2)
            .GroupBy(static p => p[0].Trim().ToLowerInvariant()).ToDictionary(static g => g.Key, static g => g.First()[1].Trim());
        var (host, port, _) = Place(parts.GetValueOrDefault("host", ""), parts.GetValueOrDefault("port", ""));
        return new DatabaseCredentials(
            CmsKind.None, path, line, DriverOf(dsn.Split(':')[0]), host, port, parts.GetValueOrDefault("unix_socket", ""), user, new Secret(password), parts.GetValueOrDefault("dbname", ""), "");
    }

    /// <summary><c>mysqli://user:password@host:port/name</c>, each part percent-encoded.</summary>
    private static DatabaseCredentials? OfUrl(CmsKind kind, SitePath path, int line, string url, string prefix)
    {
        var scheme = url.IndexOf("://", StringComparison.Ordinal);
        var at = url.LastIndexOf('@');
        if (scheme < 0 || at < scheme)
            return null;
        var login = url[(scheme + 3)..at].Split(':', 2);
        var rest = url[(at + 1)..].Split('/', 2);
        var (host, port, socket) = Place(Uri.UnescapeDataString(rest[0]), "");
        return new DatabaseCredentials(
            kind, path, line, DriverOf(url[..scheme]), host, port, socket, Uri.UnescapeDataString(login[0]), new Secret(login.Length > 1 ? Uri.UnescapeDataString(login[1]) : ""),
            rest.Length > 1 ? Uri.UnescapeDataString(rest[1].Split('?')[0]) : "", prefix);
    }

    private static (string Host, int? Port, string Socket) Place(string host, string port)
    {
        var colon = host.LastIndexOf(':');
        if (colon >= 0 && host[(colon + 1)..] is ['/', ..] socket)
            return (host[..colon], Number(port), socket);
        if (port is ['/', ..])
            return (host, null, port);
        return colon > 0 && Number(host[(colon + 1)..]) is { } number && host.IndexOf(':', StringComparison.Ordinal) == colon
            ? (host[..colon], Number(port) ?? number, "")
            : (host, Number(port), "");
    }

    private static int? Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and < 65536 ? number : null;

    private static string DriverOf(string name)
    {
        var plain = name[(name.LastIndexOf('\\') + 1)..].ToLowerInvariant();
        return plain.Contains("sqlite", StringComparison.Ordinal) ? "sqlite"
            : plain.Contains("pgsql", StringComparison.Ordinal) || plain.Contains("postgres", StringComparison.Ordinal) ? "pgsql"
            : plain.Contains("mysql", StringComparison.Ordinal) || plain.Length == 0 ? "mysql"
            : plain;
    }

    private static string Absolute(string folder) => folder.Length == 0 ? "" : "/" + folder;

    /// <summary>An included path as a path of the tree: absolute ones begin at the tree's root here.</summary>
    private static SitePath? Resolve(SitePath from, string included)
    {
        List<string> parts = [.. included.StartsWith('/') || from.Folder.Length == 0 ? [] : from.Folder.Split('/')];
        foreach (var part in included.Split('/'))
        {
            if (part == ".." && parts.Count == 0)
                return null;
            if (part == "..")
                parts.RemoveAt(parts.Count - 1);
            else if (part is not ("" or "."))
                parts.Add(PhpLiteral.ToBytes(part));
        }

        return parts.Count == 0 ? null : SitePath.OfBytes(string.Join('/', parts));
    }
}
