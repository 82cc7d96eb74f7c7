using System.Security.Cryptography;
using System.Text;
using Cassiopea.Ftp;
using Cassiopea.Ftp.Driver;

namespace Cassiopea.Cli.Sites;

/// <summary>The two ends of a copy: <c>ftp://</c>, <c>sftp://</c>, or a directory of this machine.</summary>
internal static class SiteEnds
{
    public static SiteAccount Account(CommandLine line, string end)
    {
        var given = line.Required($"--{end}");
        if (!given.Contains("://", StringComparison.Ordinal)) return SiteAccount.Directory(given);
        var url = EndUrl.Parse($"--{end}", given, "ftp", "sftp");
        if (url.User.Length == 0) throw new UsageException($"--{end} has no user: {url.Scheme}://user@host:port/path.");
        return url.Scheme == "sftp" ? Sftp(line, end, url) : Ftp(line, end, url);
    }

    /// <summary>Where the journal is: given, or a folder of the user's state for this pair of sites.</summary>
    public static string Journal(CommandLine line, SiteAccount source, SiteAccount target)
    {
        if (line.Value("--journal") is { } given) return given;
        var state = Environment.GetEnvironmentVariable("XDG_STATE_HOME") is { Length: > 0 } home
            ? home
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "state");
        var pair = SHA256.HashData(Encoding.UTF8.GetBytes($"{source.Endpoint.Url}\n{target.Endpoint.Url}"));
        return Path.Combine(state, "cassiopea", "site", Convert.ToHexStringLower(pair.AsSpan(0, 12)));
    }

    /// <summary>What speaks FTP: the engine, or what --driver names. Nothing is taken in its place.</summary>
    public static IFtpDriver Driver(CommandLine line)
    {
        var name = line.Value("--driver") ?? FtpDrivers.Names[0];
        return FtpDrivers.Named(name)
            ?? throw new UsageException($"This build has no driver {name}; it has {string.Join(", ", FtpDrivers.Names)}. fluentftp needs a build with -p:FluentFtp=true.");
    }

    private static SiteAccount Ftp(CommandLine line, string end, EndUrl url)
    {
        var tls = url.Tls switch
        {
            "" or "explicit" => SiteTls.Explicit,
            "implicit" => SiteTls.Implicit,
            "none" => SiteTls.None,
            _ => throw new UsageException($"--{end}: tls must be explicit, implicit or none."),
        };
        var port = url.Port >= 0 ? url.Port : tls == SiteTls.Implicit ? 990 : 21;
        return SiteAccount.WithPassword(new(SiteProtocol.Ftp, url.Host, port, url.User, url.Path, tls, url.Pin), EndUrl.Password(line, end));
    }

    private static SiteAccount Sftp(CommandLine line, string end, EndUrl url)
    {
        if (url.Tls.Length > 0) throw new UsageException($"--{end}: SFTP has no tls.");
        var endpoint = new SiteEndpoint(SiteProtocol.Sftp, url.Host, url.Port >= 0 ? url.Port : 22, url.User, url.Path, SiteTls.None, url.Pin, null, line.Value("--known-hosts"));
        return line.Value($"--{end}-key") is { } key ? SiteAccount.WithKey(endpoint, key) : SiteAccount.WithPassword(endpoint, EndUrl.Password(line, end));
    }
}
