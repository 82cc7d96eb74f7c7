using System.Security.Cryptography;
using System.Text;
using Cassiopea.Imap;
using Cassiopea.Imap.Driver;

namespace Cassiopea.Cli.Mail;

/// <summary>The two ends of a mail command.</summary>
internal static class MailEnds
{
    public static ImapAccount Account(CommandLine line, string end)
    {
        var url = EndUrl.Parse($"--{end}", line.Required($"--{end}"), "imap");
        if (url.User.Length == 0) throw new UsageException($"--{end} has no user: imap://user@host:port/.");
        var tls = url.Tls switch
        {
            "" or "implicit" => ImapTls.Implicit,
            "starttls" => ImapTls.StartTls,
            "none" => ImapTls.None,
            _ => throw new UsageException($"--{end}: tls must be implicit, starttls or none."),
        };
        var port = url.Port >= 0 ? url.Port : tls == ImapTls.Implicit ? 993 : 143;
        RefuseOpenException(url, $"--{end}");
        return new(new(url.Host, port, tls, url.User, url.Pin, PinReason: url.PinReason, PinUntil: url.PinUntil), MailSecret.Of(line, end));
    }

    /// <summary>Where ManageSieve is: given as <c>sieve://host:port/?tls=…</c>, or null for port 4190 beside IMAP.</summary>
    public static ImapEndpoint? Sieve(CommandLine line, string end, ImapEndpoint imap)
    {
        if (line.Value($"--{end}-sieve") is not { } given) return null;
        var url = EndUrl.Parse($"--{end}-sieve", given, "sieve");
        RefuseOpenException(url, $"--{end}-sieve");
        return imap with
        {
            Host = url.Host,
            Port = url.Port >= 0 ? url.Port : 4190,
            Tls = url.Tls switch
            {
                "" or "starttls" => ImapTls.StartTls,
                "implicit" => ImapTls.Implicit,
                "none" => ImapTls.None,
                _ => throw new UsageException($"--{end}-sieve: tls must be starttls, implicit or none."),
            },
            CertificatePin = url.Pin,
            PinReason = url.PinReason,
            PinUntil = url.PinUntil,
        };
    }

    /// <summary>An exception without a reason or an end stays for ever: neither is taken.</summary>
    public static void RefuseOpenException(EndUrl url, string option)
    {
        if (url.Pin is not null && (url.PinReason.Length == 0 || url.PinUntil is null))
            throw new UsageException($"{option}: a pinned key needs pin-reason=TEXT and pin-until=YYYY-MM-DD beside it.");
    }

    /// <summary>What moves the mailbox: the engine, or what --driver names. Nothing is taken in its place.</summary>
    public static IMailboxDriver Driver(CommandLine line)
    {
        var name = line.Value("--driver") ?? MailboxDrivers.Names[0];
        var driver = MailboxDrivers.Named(name, TimeProvider.System)
            ?? throw new UsageException($"This build has no driver {name}; it has {string.Join(", ", MailboxDrivers.Names)}. mailkit needs a build with -p:MailKit=true.");
        if (driver is not EngineDriver && (line.Has("--dry-run") || line.Has("--settings") || line.Has("--ages") || line.Value("--archive") is not null))
            throw new UsageException($"--driver {name} copies, verifies and surveys; --dry-run, --settings, --ages and --archive are the engine's.");
        return driver;
    }

    /// <summary>The directory of an archive: <c>maildir:PATH</c> or a path.</summary>
    public static string Directory(CommandLine line)
    {
        var given = line.Required("--to");
        var path = given.StartsWith("maildir:", StringComparison.Ordinal) ? given["maildir:".Length..] : given;
        return path.Length > 0 && !path.Contains("://", StringComparison.Ordinal) ? Path.GetFullPath(path) : throw new UsageException("--to must be a directory, or maildir:PATH.");
    }

    /// <summary>Where the journal is: given, or a folder of the user's state for this pair of accounts.</summary>
    public static string Journal(CommandLine line, ImapAccount source, ImapAccount target)
    {
        if (line.Value("--journal") is { } given) return given;
        var state = Environment.GetEnvironmentVariable("XDG_STATE_HOME") is { Length: > 0 } home
            ? home
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "state");
        var pair = SHA256.HashData(Encoding.UTF8.GetBytes($"{source.Endpoint.Url}\n{target.Endpoint.Url}"));
        return Path.Combine(state, "cassiopea", "mail", Convert.ToHexStringLower(pair.AsSpan(0, 12)));
    }
}
