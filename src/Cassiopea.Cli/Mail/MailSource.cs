using System.Globalization;
using System.Text;
using Cassiopea.Imap;
using Cassiopea.Imap.Journal;
using Cassiopea.Imap.Stores;
using Cassiopea.Imap.Stores.Files;
using Cassiopea.Pop3;
using Cassiopea.Transfer.Messages;

namespace Cassiopea.Cli.Mail;

/// <summary>The source of a mail command: <c>imap://</c>, <c>pop3://</c>, <c>maildir:PATH</c> or <c>mbox:PATH</c>.</summary>
internal sealed class MailSource : IDisposable
{
    private readonly StoredMailbox? _stored;
    private readonly bool _uidl;
    private UidMap? _map;

    private MailSource(ImapAccount account) => Account = account;

    private MailSource(string name, string login, bool exclusive, Func<MailSource, CancellationToken, Task<IMessageStore>> open)
    {
        _stored = new(token => open(this, token), exclusive);
        _uidl = exclusive;
        Account = ImapAccount.OfStore(name, login, _stored);
    }

    public ImapAccount Account { get; }

    /// <summary>Where the numbers of messages are kept that have none of their own; null = for this run only.</summary>
    public string? StateDirectory { get; set; }

    private UidMap Map
    {
        get
        {
            if (_map is not null) return _map;
            if (StateDirectory is not null) Directory.CreateDirectory(StateDirectory);
            return _map = UidMap.Open(StateDirectory is null ? null : Path.Combine(StateDirectory, "uids.map"), TimeProvider.System);
        }
    }

    public static MailSource Of(CommandLine line)
    {
        var given = line.Required("--from");
        if (PathOf(given, "maildir:") is { } maildir) return new("maildir:" + maildir, "", exclusive: false, (source, _) => Task.FromResult(MaildirStore.Open(maildir, source.Map)));
        if (PathOf(given, "mbox:") is { } mbox) return new("mbox:" + mbox, "", exclusive: false, (source, _) => Task.FromResult(MboxStore.Open(mbox, source.Map)));
        return given.StartsWith("pop3:", StringComparison.Ordinal) ? Pop3(line, given) : new(MailEnds.Account(line, "from"));
    }

    /// <summary>Beside the journal of a copy from POP3: which UIDL became which UID, for a target whose administrator can set UIDLs (facts R23).</summary>
    public void ExportUniqueIds(CommandLine line, string journal, ImapAccount target)
    {
        if (!_uidl || _map is null || CarriedUids.Read(journal, Account, target, "INBOX") is not { } carried) return;
        var file = Path.Combine(journal, "uidl.tsv");
        var text = new StringBuilder("uidl\ttarget-uidvalidity\ttarget-uid\n");
        foreach (var (uidl, uid) in _map.Known.OrderBy(static pair => pair.Value))
        {
            if (carried.ByUid.TryGetValue(uid, out var targetUid)) text.Append(CultureInfo.InvariantCulture, $"{uidl.Split('\n')[0]}\t{carried.TargetUidValidity}\t{targetUid}\n");
        }

        File.WriteAllText(file, text.ToString());
        if (line.Has("--quiet") || line.Has("--json")) return;
        Console.WriteLine($"  mail programs that leave mail on the POP3 server will download it again from the new one, unless its UIDLs are set: {file}");
    }

    public void Dispose()
    {
        _stored?.Dispose();
        _map?.Dispose();
    }

    private static MailSource Pop3(CommandLine line, string given)
    {
        var url = EndUrl.Parse("--from", given, "pop3");
        if (url.User.Length == 0) throw new UsageException("--from has no user: pop3://user@host:port/.");
        var tls = url.Tls switch
        {
            "" or "implicit" => Pop3Tls.Implicit,
            "starttls" => Pop3Tls.StartTls,
            "none" => Pop3Tls.None,
            _ => throw new UsageException("--from: tls must be implicit, starttls or none."),
        };
        MailEnds.RefuseOpenException(url, "--from");
        var secret = MailSecret.Of(line, "from");
        var endpoint = new Pop3Endpoint(url.Host, url.Port >= 0 ? url.Port : tls == Pop3Tls.Implicit ? 995 : 110, tls, url.User, url.Pin);
        var account = new Pop3Account(endpoint, async token =>
        {
            var credential = await secret(token);
            return new(credential.Secret, credential.IsToken);
        });
        var options = new Pop3Options { WithoutCapabilities = line.Value("--without")?.Split(',') ?? [] };
        return new(endpoint.Url, url.User, exclusive: true, (source, token) => Pop3Store.OpenAsync(account, options, source.Map, TimeProvider.System, token));
    }

    private static string? PathOf(string given, string scheme)
    {
        if (!given.StartsWith(scheme, StringComparison.Ordinal)) return null;
        var path = given[scheme.Length..];
        return path.Length > 0 ? Path.GetFullPath(path) : throw new UsageException($"--from must be {scheme}PATH.");
    }
}
