using System.Text.RegularExpressions;

namespace Cassiopea.Architecture.Tests;

public sealed class SecrecyTests
{
    /// <summary>Hosts that a file may name in a URL, besides example names and loopback.</summary>
    private static readonly string[] KnownHosts =
    [
        "github.com", "learn.microsoft.com", "dotnet.microsoft.com", "www.rfc-editor.org", "datatracker.ietf.org", "www.w3.org", "schemas.microsoft.com",
        "www.postgresql.org", "www.rabbitmq.com", "doc.dovecot.org", "mermaid.js.org", "aspire.dev", "json-schema.org", "masstransit.io",
        "api.gandi.net", "containers.dev", "opentelemetry.io", "schemas.xmlsoap.org",
        "www.arch.be", "support.mozilla.org", "www.sympa.community", // where the members' pages send on to
        "dejavu.sourceforge.net", "dejavu-fonts.github.io", "www.debian.org", // in the font of the dossiers and its licence
    ];

    [Fact]
    public void No_file_names_a_package_registry_or_a_private_host() =>
        Expect.None(
            from file in Tree.TextFiles
            from Match match in Regex.Matches(Tree.Read(file), @"\bhttps?://(?<host>[A-Za-z0-9.-]+)", default, TimeSpan.FromSeconds(5))
            let host = match.Groups["host"].Value.TrimEnd('.').ToLowerInvariant()
            where !IsKnown(host)
            select $"{file}: {host}",
            "Registries are configured on the machine, not here; other hosts are added to KnownHosts on purpose:");

    [Fact]
    public void No_file_names_a_path_of_one_machine()
    {
        var patterns = new[] { "/wo" + "rk/(main|wt|notes|shared|land)", "/ho" + "me/[a-z]+/", @"C:\\Us" + "ers" };
        Expect.None(
            from file in Tree.TextFiles
            where Tree.ProjectOf(file) != "Cassiopea.Architecture.Tests"
            from pattern in patterns
            from Match match in Regex.Matches(Tree.Read(file), pattern, default, TimeSpan.FromSeconds(5))
            select $"{file}: {match.Value}",
            "A path of one machine does not exist on the next:");
    }

    [Fact]
    public void No_package_source_is_configured_here() =>
        Expect.None(
            Tree.Files.Where(f => Path.GetFileName(f).ToLowerInvariant() is "nuget.config" or ".npmrc" or "pip.conf"),
            "Package sources belong to the machine:");

    private static bool IsKnown(string host) =>
        KnownHosts.Contains(host)
        || host is "localhost" or "127.0.0.1" or "0.0.0.0" or "host"
        || !host.Contains('.', StringComparison.Ordinal)
        || host.EndsWith(".example", StringComparison.Ordinal)
        || host.EndsWith(".test", StringComparison.Ordinal)
        || host.EndsWith(".invalid", StringComparison.Ordinal)
        || host.EndsWith("example.org", StringComparison.Ordinal)
        || host.EndsWith("example.com", StringComparison.Ordinal)
        || host.EndsWith("example.net", StringComparison.Ordinal)
        || host.EndsWith("exemple.be", StringComparison.Ordinal)
        || host.StartsWith("127.", StringComparison.Ordinal);
}
