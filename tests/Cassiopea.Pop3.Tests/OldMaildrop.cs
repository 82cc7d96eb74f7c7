using Cassiopea.Imap;
using Cassiopea.Imap.Mailbox;
using Cassiopea.Imap.Stores;
using Cassiopea.Lab.Manifest;
using Cassiopea.Lab.Peers;
using Cassiopea.Lab.Seed;
using Cassiopea.Lab.Servers;
using Cassiopea.Transfer.Messages;

namespace Cassiopea.Pop3.Tests;

/// <summary>A maildrop of the old host behind a relay, an empty mailbox of the new provider, and a journal.</summary>
internal sealed class OldMaildrop : IAsyncDisposable
{
    private readonly DovecotServer _old, _new;
    private UidMap _map;

    private OldMaildrop(DovecotServer old, DovecotServer @new, MailAccount from, MailAccount to)
    {
        (_old, _new, From, To) = (old, @new, from, to);
        Proxy = FaultProxy.Start(old.Pop3Port);
        _map = UidMap.Open(MapPath, TimeProvider.System);
    }

    public FaultProxy Proxy { get; }

    public MailAccount From { get; }

    public MailAccount To { get; }

    public string Journal { get; } = Directory.CreateTempSubdirectory("cassiopea-pop3-").FullName;

    public string MapPath => Path.Combine(Journal, "uidl.map");

    public Pop3Account Account => Pop3Account.WithPassword(new("127.0.0.1", Proxy.Port, Pop3Tls.None, From.User), From.Password);

    public static async Task<OldMaildrop> StartAsync(SeedMailbox seed)
    {
        var old = await DovecotServer.SharedOldAsync();
        var @new = await DovecotServer.SharedNewAsync();
        var from = old.AddUniqueAccount("pop");
        await MaildirWriter.WriteAsync(from, seed, CancellationToken.None);
        return new(old, @new, from, @new.AddUniqueAccount("to"));
    }

    public async Task<MailboxTransferResult> CopyAsync(Pop3Options? options = null, MailboxTransferOptions? transfer = null, CancellationToken token = default)
    {
        using var stored = new StoredMailbox(cancel => Pop3Store.OpenAsync(Account, options ?? new(), _map, TimeProvider.System, cancel), exclusive: true);
        var source = ImapAccount.OfStore("pop3://lab", From.User, stored);
        var target = ImapAccount.WithPassword(new("127.0.0.1", _new.ImapPort, ImapTls.None, To.User), To.Password);
        return await new MailboxTransfer(TimeProvider.System).RunAsync(source, target, Journal, transfer ?? new(), token);
    }

    /// <summary>As a new process would: the map is read from its file.</summary>
    public void OpenMapAgain()
    {
        _map.Dispose();
        _map = UidMap.Open(MapPath, TimeProvider.System);
    }

    public async Task<IReadOnlyList<ManifestMessage>> SourceInboxAsync() =>
        (await MailManifest.ReadAsync(ImapAccess.To(_old, From), CancellationToken.None)).Folders["INBOX"].Messages;

    public async Task<IReadOnlyList<ManifestMessage>> TargetInboxAsync() =>
        (await MailManifest.ReadAsync(ImapAccess.To(_new, To), CancellationToken.None)).Folders["INBOX"].Messages;

    public async ValueTask DisposeAsync()
    {
        _map.Dispose();
        await Proxy.DisposeAsync();
        Directory.Delete(Journal, recursive: true);
    }
}
