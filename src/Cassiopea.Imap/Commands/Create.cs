namespace Cassiopea.Imap.Commands;

/// <summary>CREATE and SUBSCRIBE, RFC 9051 §6.3.4 and §6.3.7; many at once in one round trip.</summary>
internal static class Create
{
    public static uint BeginCreate(this ImapConnection connection, string folder) => Begin(connection, "CREATE ", folder);

    public static uint BeginSubscribe(this ImapConnection connection, string folder) => Begin(connection, "SUBSCRIBE ", folder);

    private static uint Begin(ImapConnection connection, string command, string folder)
    {
        var tag = connection.Begin(command);
        connection.Out.Quoted(folder).EndLine();
        return tag;
    }
}
