namespace Cassiopea.Imap.Commands;

/// <summary>UID STORE, RFC 9051 §6.4.9: adds or takes away flags; used at the target only.</summary>
internal static class Store
{
    public static uint BeginStore(this ImapConnection connection, string uids, bool add, IEnumerable<string> flags) =>
        connection.BeginLine($"UID STORE {uids} {(add ? '+' : '-')}FLAGS.SILENT ({string.Join(' ', flags)})");
}
