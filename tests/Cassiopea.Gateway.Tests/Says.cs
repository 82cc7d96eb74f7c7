using Cassiopea.Contracts;

namespace Cassiopea.Gateway.Tests;

/// <summary>Events as the other services say them.</summary>
internal static class Says
{
    public static readonly DateTimeOffset Start = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    public static MemberRegistered Member(Guid id, string reference, string name = "Les Amis", int second = 0) =>
        new(id, reference, name, "fr", "contact@amis.example", Start.AddSeconds(second));

    public static MigrationAdvanced Migration(
        Guid member, Guid migration, string reference, MigrationState state, int version, params string[] allowed) =>
        new(migration, member, reference, state, state, version, "alice", "", "staff", "Staff must act.", null, allowed, Start.AddSeconds(version));

    public static ItemAdvanced Item(
        Guid migration, Guid item, string name = "info@amis.example", int version = 1, ItemState state = ItemState.Verified,
        Endpoint? source = null, Endpoint? target = null) =>
        new(migration, item, ItemKind.Mailbox, name, state, version, 0, source, target, null, null, [new Fact("messages", "12", "messages")], [], false, "",
            Start.AddSeconds(version));

    public static ItemTransferAdvanced Progress(Guid migration, Guid item, long done, int second, int pass = 1) =>
        new(migration, item, pass, done, 100, done * 10, 1000, 50, TimeSpan.FromSeconds(100 - done), Start.AddSeconds(second));

    public static Endpoint End(Guid credential, string host = "imap.old.example", string login = "info") =>
        new(Guid.CreateVersion7(), "imap", host, 993, TlsPolicy.Implicit, login, credential);
}
