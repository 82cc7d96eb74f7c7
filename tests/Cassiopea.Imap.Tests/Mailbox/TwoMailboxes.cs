using Cassiopea.Imap.Mailbox;
using Cassiopea.Lab.Manifest;
using Cassiopea.Lab.Peers;
using Cassiopea.Lab.Seed;
using Cassiopea.Lab.Servers;

namespace Cassiopea.Imap.Tests.Mailbox;

/// <summary>An account of the old host with mail, an empty one of the new provider, a relay in front of each, and a journal.</summary>
internal sealed class TwoMailboxes : IAsyncDisposable
{
    private TwoMailboxes(DovecotServer oldHost, DovecotServer newHost, MailAccount from, MailAccount to)
    {
        (OldHost, NewHost, From, To) = (oldHost, newHost, from, to);
        SourceProxy = FaultProxy.Start(oldHost.ImapPort);
        TargetProxy = FaultProxy.Start(newHost.ImapPort);
    }

    public DovecotServer OldHost { get; }

    public DovecotServer NewHost { get; }

    public MailAccount From { get; }

    public MailAccount To { get; }

    public FaultProxy SourceProxy { get; }

    public FaultProxy TargetProxy { get; }

    public string Journal { get; } = Directory.CreateTempSubdirectory("cassiopea-imap-").FullName;

    public ImapAccount Source => Account(SourceProxy.Port, From);

    public ImapAccount Target => Account(TargetProxy.Port, To);

    public static async Task<TwoMailboxes> StartAsync(SeedMailbox seed, DovecotServer? newHost = null)
    {
        var oldHost = await DovecotServer.SharedOldAsync();
        newHost ??= await DovecotServer.SharedNewAsync();
        var from = oldHost.AddUniqueAccount("old");
        await MaildirWriter.WriteAsync(from, seed, CancellationToken.None);
        return new(oldHost, newHost, from, newHost.AddUniqueAccount("new"));
    }

    public static ImapAccount Account(int port, MailAccount account) =>
        ImapAccount.WithPassword(new("127.0.0.1", port, ImapTls.None, account.User), account.Password);

    public Task<MailboxTransferResult> CopyAsync(MailboxTransferOptions? options = null, CancellationToken token = default) =>
        new MailboxTransfer(TimeProvider.System).RunAsync(Source, Target, Journal, options ?? new(), token);

    public Task<MailboxVerificationResult> VerifyAsync(MailboxTransferOptions? options = null) =>
        new MailboxVerification(TimeProvider.System).RunAsync(Source, Target, Journal, null, options ?? new(), CancellationToken.None);

    public Task<MailManifest> SourceManifestAsync() => MailManifest.ReadAsync(ImapAccess.To(OldHost, From), CancellationToken.None);

    public Task<MailManifest> TargetManifestAsync() => MailManifest.ReadAsync(ImapAccess.To(NewHost, To), CancellationToken.None);

    public async Task<IReadOnlyList<ManifestDifference>> DifferencesAsync(IReadOnlyDictionary<string, string>? mapping = null) =>
        ManifestComparison.Compare(await SourceManifestAsync(), await TargetManifestAsync(), mapping);

    public async ValueTask DisposeAsync()
    {
        await SourceProxy.DisposeAsync();
        await TargetProxy.DisposeAsync();
        Directory.Delete(Journal, recursive: true);
    }
}
