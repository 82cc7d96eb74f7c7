using Cassiopea.Contracts;
using Cassiopea.Lab.Manifest;
using Cassiopea.Lab.Seed;
using Cassiopea.Lab.Servers;
using Cassiopea.ServiceTesting;

namespace Cassiopea.Mail.Tests;

/// <summary>One mailbox at the old host and its empty account at the new one, with the messages that move it.</summary>
internal sealed class MailboxCase(DovecotServer old, MailAccount from, DovecotServer @new, MailAccount to, VaultStandIn vault, int messages)
{
    public Guid Migration { get; } = Guid.CreateVersion7();

    public Guid Item { get; } = Guid.CreateVersion7();

    /// <summary>Messages at the source when the case was made.</summary>
    public int Messages => messages;

    public MailAccount From => from;

    public MailAccount To => to;

    public Endpoint Source { get; set; } = EndpointOf(old, from, vault);

    public Endpoint Target { get; set; } = EndpointOf(@new, to, vault);

    public static Task<MailboxCase> MakeAsync(MailHost host, SeedMailbox mail, DovecotServer? target = null) => MakeAsync(host.Vault, mail, target);

    public static async Task<MailboxCase> MakeAsync(VaultStandIn vault, SeedMailbox mail, DovecotServer? target = null)
    {
        var (old, @new) = (await DovecotServer.SharedOldAsync(), target ?? await DovecotServer.SharedNewAsync());
        var from = old.AddUniqueAccount();
        await MaildirWriter.WriteAsync(from, mail, default);
        return new MailboxCase(old, from, @new, @new.AddUniqueAccount(), vault, mail.Messages.Count);
    }

    public SurveyMailbox Survey(int attempt = 1) => new(Migration, Item, attempt, Source, Target);

    public TransferMailbox Transfer(int pass = 1, Bucket bucket = Bucket.Bulk) => new(Migration, Item, pass, bucket, Source, Target);

    public ArchiveMailbox Archive(int pass = 1, Bucket bucket = Bucket.Bulk) => new(Migration, Item, pass, bucket, Source);

    public VerifyMailbox Verify(int pass = 1, Bucket bucket = Bucket.Bulk) => new(Migration, Item, pass, bucket, Source, Target);

    /// <summary>What the lab's own reader, which shares nothing with the engine, finds different.</summary>
    public async Task<IReadOnlyList<ManifestDifference>> DifferencesAsync() => ManifestComparison.Compare(
        await MailManifest.ReadAsync(ImapAccess.To(old, from), default),
        await MailManifest.ReadAsync(ImapAccess.To(@new, to), default));

    private static Endpoint EndpointOf(DovecotServer server, MailAccount account, VaultStandIn vault) =>
        new(Guid.CreateVersion7(), "imap", "127.0.0.1", server.ImapPort, TlsPolicy.None, account.User, vault.Store(account.Password));
}
