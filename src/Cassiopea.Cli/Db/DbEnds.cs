using System.Security.Cryptography;
using System.Text;
using Cassiopea.MySql;

namespace Cassiopea.Cli.Db;

/// <summary>The two ends of a database command.</summary>
internal static class DbEnds
{
    private const int StandardPort = 3306;

    public static MySqlAccount Account(CommandLine line, string end)
    {
        var url = EndUrl.Parse($"--{end}", line.Required($"--{end}"), "mysql");
        if (url.User.Length == 0 || url.Path.Length == 0) throw new UsageException($"--{end} must name a user and a database: mysql://user@host:port/database.");
        var tls = url.Tls switch
        {
            "" or "required" or "starttls" or "implicit" => MySqlTls.Required,
            "none" => MySqlTls.None,
            _ => throw new UsageException($"--{end}: tls must be required or none."),
        };
        return MySqlAccount.WithPassword(new(url.Host, url.Port >= 0 ? url.Port : StandardPort, tls, url.User, url.Path, url.Pin), EndUrl.Password(line, end));
    }

    /// <summary>Where the journal is: given, or a folder of the user's state for this pair of databases.</summary>
    public static string Journal(CommandLine line, MySqlAccount source, MySqlAccount target)
    {
        if (line.Value("--journal") is { } given) return given;
        var state = Environment.GetEnvironmentVariable("XDG_STATE_HOME") is { Length: > 0 } home
            ? home
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "state");
        var pair = SHA256.HashData(Encoding.UTF8.GetBytes($"{source.Endpoint.Url}\n{target.Endpoint.Url}"));
        return Path.Combine(state, "cassiopea", "db", Convert.ToHexStringLower(pair.AsSpan(0, 12)));
    }

    /// <summary>OLD=NEW.</summary>
    public static (string Old, string New) Prefix(CommandLine line)
    {
        if (line.Value("--prefix") is not { } text) return ("", "");
        var parts = text.Split('=', 2);
        return parts.Length == 2 ? (parts[0], parts[1]) : throw new UsageException("--prefix must be OLD=NEW.");
    }
}
