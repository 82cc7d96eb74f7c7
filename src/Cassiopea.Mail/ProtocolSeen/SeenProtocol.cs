namespace Cassiopea.Mail;

/// <summary>Values of the fact <c>protocol-seen</c>, which stands once for each way by which a mailbox was entered lately, and what each means for its move.</summary>
internal static class SeenProtocol
{
    /// <summary>The old host's webmail.</summary>
    public const string Webmail = "webmail";

    /// <summary>A mail program by POP3.</summary>
    public const string Pop3 = "pop3";

    /// <summary>A mail program by IMAP.</summary>
    public const string Imap = "imap";

    /// <summary>Nobody logged in.</summary>
    public const string None = "none";

    /// <summary>There is no login log.</summary>
    public const string Unknown = "unknown";

    /// <summary>The value of the fact <c>protocol-means</c>: <c>server-holds-only-copy</c>, <c>on-both-sides</c>, <c>on-members-machine</c>, <c>not-read</c>, <c>ask-member</c>.</summary>
    /// <param name="protocol">One of the values above.</param>
    public static string Means(string protocol) => protocol switch
    {
        Webmail => "server-holds-only-copy",
        Imap => "on-both-sides",
        Pop3 => "on-members-machine",
        None => "not-read",
        _ => "ask-member",
    };
}
