namespace Cassiopea.Contracts;

/// <summary>Values of the fact <c>protocol-seen</c>, which stands once for each way by which a mailbox was entered lately, and what each means for its move.</summary>
public static class SeenProtocol
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

/// <summary>Find all mailboxes of a member in the old host's inventory. Answer: <see cref="ServiceSurveyed"/>. Sender: Migrations; consumer: Mail; key: MigrationId.</summary>
/// <param name="MigrationId">The migration.</param>
/// <param name="MemberReference">The member's reference in inventories and invoices, for example <c>M0042</c>.</param>
/// <param name="Declared">Mailboxes that staff declared; they count as found.</param>
[Command]
public sealed record FindMailboxes(Guid MigrationId, string MemberReference, IReadOnlyList<FoundItem> Declared);

/// <summary>Enter one mailbox at the ends that are known and measure it. Answer: <see cref="ItemSurveyed"/>. Sender: Migrations; consumer: Mail; key: ItemId, Attempt.</summary>
/// <param name="MigrationId">The migration.</param>
/// <param name="ItemId">The mailbox.</param>
/// <param name="Attempt">From 1; a new attempt after a credential or an endpoint changed.</param>
/// <param name="Source">The old mailbox.</param>
/// <param name="Target">The new mailbox; null while unknown.</param>
[Command]
public sealed record SurveyMailbox(Guid MigrationId, Guid ItemId, int Attempt, Endpoint Source, Endpoint? Target);

/// <summary>Copy one mailbox, or what has changed since the last pass. Answers: <see cref="ItemTransferAdvanced"/>, <see cref="ItemTransferred"/>, <see cref="ItemTransferFailed"/>. Sender: Migrations; consumer: Mail; key: ItemId, Pass.</summary>
/// <param name="MigrationId">The migration.</param>
/// <param name="ItemId">The mailbox.</param>
/// <param name="Pass">From 1; each pass is a new number.</param>
/// <param name="Bucket">Which host slots.</param>
/// <param name="Source">The old mailbox; opened read-only.</param>
/// <param name="Target">The new mailbox.</param>
/// <param name="OnlineSince">Messages received before this instant go to the archive instead; null = all go online.</param>
[Command]
public sealed record TransferMailbox(Guid MigrationId, Guid ItemId, int Pass, Bucket Bucket, Endpoint Source, Endpoint Target, DateTimeOffset? OnlineSince = null);

/// <summary>Read both ends again and compare every message. Answers: <see cref="ItemVerified"/>, <see cref="ItemTransferFailed"/>. Sender: Migrations; consumer: Mail; key: ItemId, Pass.</summary>
/// <param name="MigrationId">The migration.</param>
/// <param name="ItemId">The mailbox.</param>
/// <param name="Pass">The pass to verify.</param>
/// <param name="Bucket">Which host slots.</param>
/// <param name="Source">The old mailbox; opened read-only.</param>
/// <param name="Target">The new mailbox.</param>
[Command]
public sealed record VerifyMailbox(Guid MigrationId, Guid ItemId, int Pass, Bucket Bucket, Endpoint Source, Endpoint Target);
