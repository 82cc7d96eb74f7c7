using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Cassiopea.Lab.Manifest;

namespace Cassiopea.Lab.Servers;

/// <summary>One account of a lab server.</summary>
/// <param name="User">Login name.</param>
/// <param name="Password">Made for this account alone, never used elsewhere.</param>
/// <param name="Home">Its folder on disk.</param>
public sealed record MailAccount(string User, string Password, string Home);

/// <summary>A private Dovecot on free ports of 127.0.0.1, in the foreground, with nothing of the system's configuration. Needs root.</summary>
public sealed partial class DovecotServer : IAsyncDisposable
{
    /// <summary>User and group of all mail files; a number, so that no account need be made on the machine.</summary>
    public const int MailUser = 5999;

    private static readonly Lazy<Task<DovecotServer>> Old = new(() => StartAsync(new() { Layout = DovecotLayout.Maildir, LogChanges = true }, default));
    private static readonly Lazy<Task<DovecotServer>> New = new(() => StartAsync(new() { Layout = DovecotLayout.Mdbox }, default));
    private static readonly Lazy<Task<DovecotServer>> Small = new(() => StartAsync(new() { Layout = DovecotLayout.Quota }, default));

    private ChildProcess? _process;

    private DovecotServer(DovecotOptions options, string root)
    {
        Options = options;
        Root = root;
        var tls = options.Certificates is not null;
        ImapsPort = tls ? FreePort.Next() : null;
        Pop3sPort = tls ? FreePort.Next() : null;
        ManageSievePort = options.ManageSieve ? FreePort.Next() : null;
    }

    /// <summary>What it is.</summary>
    public DovecotOptions Options { get; }

    /// <summary>Its folder: configuration, passwords, mail, logs.</summary>
    public string Root { get; }

    /// <summary>IMAP in clear, with STARTTLS when there is a certificate.</summary>
    public int ImapPort { get; } = FreePort.Next();

    /// <summary>IMAP over TLS; null without a certificate.</summary>
    public int? ImapsPort { get; }

    /// <summary>POP3 in clear, with STLS when there is a certificate.</summary>
    public int Pop3Port { get; } = FreePort.Next();

    /// <summary>POP3 over TLS; null without a certificate.</summary>
    public int? Pop3sPort { get; }

    /// <summary>ManageSieve; null when not asked for.</summary>
    public int? ManageSievePort { get; }

    /// <summary>SHA-256 of the certificate's public key, base64; null without a certificate.</summary>
    public string? CertificatePin { get; private set; }

    /// <summary>Process id of the master; null while stopped.</summary>
    public int? Pid => _process?.Id;

    /// <summary>All that it logged.</summary>
    public string Log => string.Concat(Directory.EnumerateFiles(Path.Combine(Root, "log")).Order(StringComparer.Ordinal).Select(ReadShared));

    /// <summary>The old host that all tests of this process share: make an account of your own.</summary>
    public static Task<DovecotServer> SharedOldAsync() => Old.Value;

    /// <summary>The new provider that all tests of this process share: make an account of your own.</summary>
    public static Task<DovecotServer> SharedNewAsync() => New.Value;

    /// <summary>A provider with 3 MB per account and 1 MB per message that all tests of this process share.</summary>
    public static Task<DovecotServer> SharedSmallAsync() => Small.Value;

    /// <summary>Starts one in a new folder of this process.</summary>
    public static Task<DovecotServer> StartAsync(DovecotOptions options, CancellationToken token)
        => StartAsync(options, LabRoot.NewFolder(options.Layout.ToString().ToLowerInvariant()), token);

    /// <summary>Starts one in a folder; keep the path under 60 characters, Unix sockets live there.</summary>
    public static async Task<DovecotServer> StartAsync(DovecotOptions options, string root, CancellationToken token)
    {
        if (!ChildProcess.IsRoot)
            throw new InvalidOperationException("The lab's Dovecot needs root: it starts its own users' processes.");
        var server = new DovecotServer(options, root);
        await server.WriteFilesAsync(token);
        await server.StartAsync(token);
        return server;
    }

    /// <summary>Starts it again, same ports, same mail.</summary>
    public async Task StartAsync(CancellationToken token)
    {
        _process = await ChildProcess.StartAsync(new ChildProgram("/usr/sbin/dovecot", "-F", "-c", Configuration));
        await Eventually.TrueAsync(
            "Dovecot answers",
            async () => _process.HasExited ? throw new InvalidOperationException($"Dovecot did not start: {_process.Tail}{Log}") : await GreetsAsync(token),
            token: token);
    }

    /// <summary>Stops it as an administrator would; clients lose their connections. After the grace (10 s) it and its children are killed.</summary>
    public async Task StopAsync(TimeSpan? grace = null)
    {
        if (_process is null)
            return;
        await _process.StopAsync(grace);
        await _process.DisposeAsync();
        _process = null;
    }

    /// <summary>Stops it and starts it again in place.</summary>
    public async Task RestartAsync(CancellationToken token)
    {
        await StopAsync();
        await StartAsync(token);
    }

    /// <summary>Adds an account with a password of its own.</summary>
    public MailAccount AddAccount(string user)
    {
        var account = AddAccount(Root, user);
        if (Options.RawLog)
        {
            Directory.CreateDirectory(Path.Combine(account.Home, "rawlog"));
            Chown(account.Home);
        }

        return account;
    }

    /// <summary>Adds an account to a server that another process started, by its folder.</summary>
    public static MailAccount AddAccount(string root, string user)
    {
        var account = new MailAccount(user, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(15)), Path.Combine(root, "mail", user));
        WriteUser(root, account);
        Directory.CreateDirectory(account.Home);
        Chown(account.Home);
        return account;
    }

    /// <summary>Adds an account whose name nobody else has.</summary>
    public MailAccount AddUniqueAccount(string prefix = "u") => AddAccount($"{prefix}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}");

    /// <summary>Gives an account another password: the known one no longer works.</summary>
    public async Task<MailAccount> ChangePasswordAsync(MailAccount account, CancellationToken token)
    {
        // another length: the server notices a change by the file's size, or by its time in whole seconds, once a second
        var changed = account with { Password = account.Password + "x" };
        WriteUser(Root, changed);
        await Eventually.TrueAsync("the new password opens", () => ImapReader.OpensAsync(ImapAccess.To(this, changed), token), token: token);
        return changed;
    }

    /// <summary>Ends an account's sessions and removes all its mail.</summary>
    public async Task EmptyAsync(MailAccount account, CancellationToken token)
    {
        await KickAsync(account, token);
        Directory.Delete(account.Home, recursive: true);
        Directory.CreateDirectory(account.Home);
        Chown(account.Home);
    }

    /// <summary>Ends an account's sessions.</summary>
    public Task KickAsync(MailAccount account, CancellationToken token) => Tool.RunAsync(new ChildProgram("/usr/bin/doveadm", "-c", Configuration, "kick", account.User), token);

    /// <summary>Forgets all UIDs of a Maildir account: new UIDVALIDITY, numbers from 1.</summary>
    public async Task ResetUidValidityAsync(MailAccount account, CancellationToken token)
    {
        await KickAsync(account, token);
        foreach (var pattern in (string[])["dovecot-uidlist*", "dovecot-uidvalidity*", "dovecot.index*", "dovecot.list.index*"])
            foreach (var file in Directory.GetFiles(account.Home, pattern, new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None }))
                File.Delete(file);
    }

    /// <summary>Runs doveadm on this server and returns what it wrote.</summary>
    public Task<string> DoveadmAsync(CancellationToken token, params string[] arguments)
        => Tool.DemandAsync(new ChildProgram("/usr/bin/doveadm", ["-c", Configuration, .. arguments]), token);

    /// <summary>Each change of mail that the server logged (needs LogChanges): empty for a source that was only read.</summary>
    public static IReadOnlyList<string> ChangesIn(string root)
        => [.. Directory.EnumerateFiles(Path.Combine(root, "log")).SelectMany(file => ReadShared(file).Split('\n')).Where(line => ChangeLine().IsMatch(line))];

    /// <summary>What an account's IMAP sessions said after login (needs RawLog): client lines, then server lines.</summary>
    public static string RawLog(MailAccount account)
        => string.Concat(Directory.EnumerateFiles(Path.Combine(account.Home, "rawlog")).Order(StringComparer.Ordinal).Select(ReadShared));

    /// <summary>Gives files to the mail user.</summary>
    public static void Chown(string path) => FileOwner.Change(path, MailUser);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        if (Directory.Exists(Root))
            Directory.Delete(Root, recursive: true);
    }

    private string Configuration => Path.Combine(Root, "dovecot.conf");

    // a file per account: one common file would be read again at most once a second
    private static void WriteUser(string root, MailAccount account) => File.WriteAllText(
        Path.Combine(root, "users", account.User),
        string.Create(CultureInfo.InvariantCulture, $"{account.User}:{{PLAIN}}{account.Password}:{MailUser}:{MailUser}::{account.Home}::\n"));

    private async Task WriteFilesAsync(CancellationToken token)
    {
        foreach (var folder in (string[])["", "run", "mail", "log", "users"])
            LabRoot.MakeFolder(Path.Combine(Root, folder));
        Chown(Path.Combine(Root, "mail"));
        if (Options.Certificates is { } certificates)
        {
            var certificate = certificates.Issue(Options.CertificateName, Options.CertificateExpired);
            CertificatePin = certificate.Pin;
            await File.WriteAllTextAsync(Path.Combine(Root, "tls.crt"), certificate.CertificatePem, token);
            await File.WriteAllTextAsync(Path.Combine(Root, "tls.key"), certificate.KeyPem, token);
        }

        if (Options.MasterPassword is { } master) await File.WriteAllTextAsync(Path.Combine(Root, "master"), $"master:{{PLAIN}}{master}\n", token);
        if (Options.TokenLookup is { } lookup)
            await File.WriteAllTextAsync(Path.Combine(Root, "tokens.conf"), $"introspection_url = {lookup}\nintrospection_mode = auth\nusername_attribute = username\nactive_attribute = active\nactive_value = true\n", token);
        await File.WriteAllTextAsync(Configuration, DovecotConfiguration.Write(this), token);
    }

    private async Task<bool> GreetsAsync(CancellationToken token)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, ImapPort, token);
            using var reader = new StreamReader(client.GetStream());
            return await reader.ReadLineAsync(token) is { } line && line.StartsWith("* OK", StringComparison.Ordinal);
        }
        catch (Exception error) when (error is SocketException or IOException)
        {
            return false;
        }
    }

    [GeneratedRegex(@">: Info: (save|copy|delete|undelete|expunge|flag_change|Mailbox (created|deleted|renamed))\b", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ChangeLine();

    private static string ReadShared(string path)
    {
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        return reader.ReadToEnd();
    }
}
