using System.Text.Json.Serialization;

namespace Cassiopea.Contracts;

/// <summary>What a member can own at the old host.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ItemKind>))]
public enum ItemKind
{
    /// <summary>A mailbox with its aliases, forwards, auto-replies and address book.</summary>
    Mailbox,

    /// <summary>A web site.</summary>
    Site,

    /// <summary>A MySQL database.</summary>
    Database,

    /// <summary>A domain name and its zone.</summary>
    Domain,

    /// <summary>A SYMPA mailing list.</summary>
    MailingList,

    /// <summary>Anything else: always a human task.</summary>
    SpecialApplication,
}

/// <summary>Where an item stands (design: item states).</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ItemState>))]
public enum ItemState
{
    /// <summary>Found by a survey or declared by staff.</summary>
    Discovered,

    /// <summary>A working login is missing at one end.</summary>
    CredentialsNeeded,

    /// <summary>Both ends were entered and measured.</summary>
    Verified,

    /// <summary>A pass is running.</summary>
    Copying,

    /// <summary>Source and target were equal after the last pass.</summary>
    InSync,

    /// <summary>The last pass before the cut-over is done.</summary>
    CutOver,

    /// <summary>Moved and verified, without any exception.</summary>
    Done,

    /// <summary>Moved and verified; exceptions are listed.</summary>
    DoneWithExceptions,

    /// <summary>Parked: a person must act.</summary>
    NeedsStaff,

    /// <summary>Left out, with a recorded reason.</summary>
    Excluded,
}

/// <summary>How faithful a move was.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Grade>))]
public enum Grade
{
    /// <summary>Everything equal.</summary>
    Perfect,

    /// <summary>All content arrived; something small could not be expressed at the target and is listed.</summary>
    Good,

    /// <summary>At least one item refused or altered: look at the list.</summary>
    Investigate,

    /// <summary>Many items missing, or the comparison could not be made.</summary>
    Poor,
}

/// <summary>Which host slots a pass uses: a cut-over never waits behind first copies.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Bucket>))]
public enum Bucket
{
    /// <summary>First copies and daily deltas.</summary>
    Bulk,

    /// <summary>The last delta before a cut-over, and straggler passes.</summary>
    CutOver,
}

/// <summary>How the connection must be protected.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TlsPolicy>))]
public enum TlsPolicy
{
    /// <summary>TLS from the first byte.</summary>
    Implicit,

    /// <summary>Plain greeting, then STARTTLS, mandatory.</summary>
    StartTls,

    /// <summary>No TLS: only where staff wrote so.</summary>
    None,
}

/// <summary>A snapshot of one end of an item: where and as whom, never with which password.</summary>
/// <param name="EndpointId">Row in Migrations.</param>
/// <param name="Protocol">Lower-case scheme: <c>imap</c>, <c>pop3</c>, <c>ftp</c>, <c>sftp</c>, <c>mysql</c>, <c>sympa</c>.</param>
/// <param name="Host">DNS name or address.</param>
/// <param name="Port">TCP port.</param>
/// <param name="Tls">How the connection must be protected.</param>
/// <param name="Login">Login name at that server.</param>
/// <param name="CredentialId">Reference into the vault; the secret is read there under a grant.</param>
/// <param name="CertificatePin">SHA-256 of the server's public key (SPKI), base64, when an exception pins it; else null.</param>
/// <param name="Path">The database's name, or the folder below the login's; null where the item's own name or the login says it.</param>
public sealed record Endpoint(
    Guid EndpointId,
    string Protocol,
    string Host,
    int Port,
    TlsPolicy Tls,
    string Login,
    Guid CredentialId,
    string? CertificatePin = null,
    string? Path = null);

/// <summary>What a survey can answer about one kind of service.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SurveyOutcome>))]
public enum SurveyOutcome
{
    /// <summary>The member has such items; they are listed.</summary>
    Found,

    /// <summary>Looked at everything there is to look at: the member has none.</summary>
    Nothing,

    /// <summary>Could not look: blocks hand-over until surveyed, or until staff exclude the kind with a reason.</summary>
    NotSurveyed,
}

/// <summary>An item that a service found in the old host's inventory.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Name">Mailbox address, site host name, database name, domain name or list address.</param>
/// <param name="Source">Where it is; null where the inventory does not say.</param>
/// <param name="Bytes">Size as the inventory says, in bytes; null when unknown.</param>
/// <param name="LastUsedAt">Last login or change seen; null when unknown.</param>
/// <param name="Facts">What else the old host's files tell of it; null = nothing.</param>
public sealed record FoundItem(ItemKind Kind, string Name, Endpoint? Source, long? Bytes, DateTimeOffset? LastUsedAt, IReadOnlyList<Fact>? Facts = null);

/// <summary>A service has looked for all that a member has of one kind.</summary>
/// <param name="MigrationId">The migration.</param>
/// <param name="Kind">The kind looked for.</param>
/// <param name="Outcome">Found, Nothing or NotSurveyed.</param>
/// <param name="Items">What was found; empty unless Found.</param>
/// <param name="Failure">Why it was not surveyed; null otherwise.</param>
/// <param name="AsOf">When the facts were read.</param>
public sealed record ServiceSurveyed(
    Guid MigrationId,
    ItemKind Kind,
    SurveyOutcome Outcome,
    IReadOnlyList<FoundItem> Items,
    Failure? Failure,
    DateTimeOffset AsOf);

/// <summary>A named fact measured about an item, with its time kept in the event that carries it.</summary>
/// <param name="Name">Kebab-case: <c>messages</c>, <c>bytes</c>, <c>folders</c>, <c>last-used</c>, <c>protocol-seen</c>, <c>largest-folder</c>, <c>quota-bytes</c> … A name may stand several times. <c>protocol-seen</c>: <c>webmail</c>, <c>pop3</c>, <c>imap</c>, <c>none</c> (nobody logged in) or <c>unknown</c> (no login log).</param>
/// <param name="Value">Invariant text: numbers without grouping, instants in ISO 8601.</param>
/// <param name="Unit">Unit of the number: <c>bytes</c>, <c>messages</c>; empty for text.</param>
public sealed record Fact(string Name, string Value, string Unit = "");

/// <summary>One item was entered at the ends that are known, and measured.</summary>
/// <param name="MigrationId">The migration.</param>
/// <param name="ItemId">The item.</param>
/// <param name="Facts">What was measured.</param>
/// <param name="SourceFailure">Why the source could not be entered; null when it was.</param>
/// <param name="TargetFailure">Why the target could not be entered; null when it was or when no target is known yet.</param>
/// <param name="TargetChecked">True when the target was entered.</param>
/// <param name="AsOf">When.</param>
/// <param name="Attempt">The attempt that is answered: an older one is dropped; 0 = not told, the later <paramref name="AsOf"/> counts.</param>
/// <param name="Prediction">What a dry run between both ends foretold; null when there was none.</param>
/// <param name="Found">Other items that this one names, for example the databases of a site: their logins are in the vault; null = none.</param>
public sealed record ItemSurveyed(
    Guid MigrationId,
    Guid ItemId,
    IReadOnlyList<Fact> Facts,
    Failure? SourceFailure,
    Failure? TargetFailure,
    bool TargetChecked,
    DateTimeOffset AsOf,
    int Attempt = 0,
    Prediction? Prediction = null,
    IReadOnlyList<FoundItem>? Found = null);

/// <summary>Counts of one pass: <c>Copied + AlreadyThere + Refused + Excluded + Remaining = Source</c>; <c>Altered</c> is part of Copied.</summary>
/// <param name="Source">Things at the source (messages, files, rows).</param>
/// <param name="Copied">Copied by this pass.</param>
/// <param name="AlreadyThere">At the target before this pass.</param>
/// <param name="Refused">Refused by an end, listed.</param>
/// <param name="Excluded">Left out by a recorded decision.</param>
/// <param name="Remaining">Not reached.</param>
/// <param name="Altered">Copied but changed by the target, listed.</param>
/// <param name="DeletedAtSource">Known before, gone at the source now; never deleted at the target without a decision.</param>
public sealed record TransferCounts(
    long Source,
    long Copied,
    long AlreadyThere,
    long Refused,
    long Excluded,
    long Remaining,
    long Altered,
    long DeletedAtSource);

/// <summary>One thing that did not arrive as it was.</summary>
/// <param name="Item">Which: <c>folder ; UIDVALIDITY ; UID</c> for a message, path for a file, table and key for a row. At most 300 characters.</param>
/// <param name="Failure">Side, kind, code and text.</param>
/// <param name="Action">Who must do what next, in English; the portal translates by code.</param>
public sealed record ItemException(string Item, Failure Failure, string Action);

/// <summary>A pass goes on: at most one every five seconds.</summary>
/// <param name="MigrationId">The migration.</param>
/// <param name="ItemId">The item.</param>
/// <param name="Pass">Which pass, from 1.</param>
/// <param name="Done">Things proven at the target.</param>
/// <param name="Total">Things at the source, as known now.</param>
/// <param name="BytesDone">Bytes proven at the target.</param>
/// <param name="BytesTotal">Bytes at the source, as known now.</param>
/// <param name="BytesPerSecond">Rate over the last minute.</param>
/// <param name="Remaining">Expected time left; null when not known.</param>
/// <param name="AsOf">When.</param>
public sealed record ItemTransferAdvanced(
    Guid MigrationId,
    Guid ItemId,
    int Pass,
    long Done,
    long Total,
    long BytesDone,
    long BytesTotal,
    long BytesPerSecond,
    TimeSpan? Remaining,
    DateTimeOffset AsOf);

/// <summary>A pass ran to its end; exceptions, if any, are listed.</summary>
/// <param name="MigrationId">The migration.</param>
/// <param name="ItemId">The item.</param>
/// <param name="Pass">Which pass, from 1.</param>
/// <param name="Counts">Of things.</param>
/// <param name="Bytes">Bytes copied by this pass.</param>
/// <param name="Seconds">Duration of the pass, all attempts together.</param>
/// <param name="Exceptions">At most 200; the rest is counted in <paramref name="Counts"/> and kept by the service.</param>
/// <param name="AsOf">When.</param>
public sealed record ItemTransferred(
    Guid MigrationId,
    Guid ItemId,
    int Pass,
    TransferCounts Counts,
    long Bytes,
    double Seconds,
    IReadOnlyList<ItemException> Exceptions,
    DateTimeOffset AsOf);

/// <summary>A pass stopped and will not go on without a person; what was copied stays and is known.</summary>
/// <param name="MigrationId">The migration.</param>
/// <param name="ItemId">The item.</param>
/// <param name="Pass">Which pass, from 1.</param>
/// <param name="Failure">Why.</param>
/// <param name="AsOf">When.</param>
public sealed record ItemTransferFailed(Guid MigrationId, Guid ItemId, int Pass, Failure Failure, DateTimeOffset AsOf);

/// <summary>Both ends were read again, independently of the transfer, and compared.</summary>
/// <param name="MigrationId">The migration.</param>
/// <param name="ItemId">The item.</param>
/// <param name="Pass">The pass that was verified.</param>
/// <param name="Compared">Things compared.</param>
/// <param name="Bytes">Bytes read at the source.</param>
/// <param name="Equal">True when every source thing has its equal at the target.</param>
/// <param name="Differences">At most 200 differences.</param>
/// <param name="DifferenceCount">All differences.</param>
/// <param name="Grade">How faithful.</param>
/// <param name="ManifestSha256">SHA-256, lower-case hex, of the manifest kept by the service.</param>
/// <param name="AsOf">When.</param>
public sealed record ItemVerified(
    Guid MigrationId,
    Guid ItemId,
    int Pass,
    long Compared,
    long Bytes,
    bool Equal,
    IReadOnlyList<ItemException> Differences,
    long DifferenceCount,
    Grade Grade,
    string ManifestSha256,
    DateTimeOffset AsOf);
