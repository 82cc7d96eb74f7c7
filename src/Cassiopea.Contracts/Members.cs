namespace Cassiopea.Contracts;

/// <summary>Make a member known, or change what is known. Answers: <see cref="MemberRegistered"/> and <see cref="CommandAccepted"/>, or <see cref="CommandRefused"/>. Sender: Gateway; consumer: Migrations; key: Reference.</summary>
/// <param name="OperationId">The operation to end.</param>
/// <param name="Actor">Who asks.</param>
/// <param name="MemberId">Chosen by the sender; ignored when the reference is known.</param>
/// <param name="Reference">The reference in invoices and inventories, for example <c>M0042</c>; unique.</param>
/// <param name="Name">Name of the association.</param>
/// <param name="Language"><c>fr</c>, <c>nl</c> or <c>en</c>.</param>
/// <param name="ContactEmail">Where notices go. One of the two messages that carry an address, because the owner of members and the board must know it.</param>
/// <param name="SecondEmail">A second contact, outside the domains that move; null = as it is known.</param>
[Command]
public sealed record RegisterMember(
    Guid OperationId,
    string Actor,
    Guid MemberId,
    string Reference,
    string Name,
    string Language,
    string ContactEmail,
    string? SecondEmail = null);

/// <summary>A member is known, as of now.</summary>
/// <param name="MemberId">The member.</param>
/// <param name="Reference">The reference in invoices and inventories.</param>
/// <param name="Name">Name of the association.</param>
/// <param name="Language"><c>fr</c>, <c>nl</c> or <c>en</c>.</param>
/// <param name="ContactEmail">Where notices go.</param>
/// <param name="AsOf">When.</param>
/// <param name="SecondEmail">The second contact; empty = none.</param>
/// <param name="ContactVerifiedAt">When the first contact was verified; null = not yet.</param>
/// <param name="SecondVerifiedAt">When the second contact was verified; null = not yet.</param>
public sealed record MemberRegistered(
    Guid MemberId,
    string Reference,
    string Name,
    string Language,
    string ContactEmail,
    DateTimeOffset AsOf,
    string SecondEmail = "",
    DateTimeOffset? ContactVerifiedAt = null,
    DateTimeOffset? SecondVerifiedAt = null);

/// <summary>Send a code to one of a member's contacts, to prove that somebody reads there. Consumer: Migrations (saga).</summary>
/// <param name="OperationId">The operation to end.</param>
/// <param name="Actor">Who asks.</param>
/// <param name="MigrationId">The member's migration.</param>
/// <param name="Second">True: the second contact.</param>
[Command("migration")]
public sealed record SendContactCode(Guid OperationId, string Actor, Guid MigrationId, bool Second);

/// <summary>A contact is verified: by the code that was sent there, or by the word of staff who called. Consumer: Migrations (saga).</summary>
/// <param name="OperationId">The operation to end.</param>
/// <param name="Actor">Who says so.</param>
/// <param name="MigrationId">The member's migration.</param>
/// <param name="Second">True: the second contact.</param>
/// <param name="CodeSha256">SHA-256 of migration and code, lower-case hex; empty = the word of staff.</param>
/// <param name="Reason">How staff verified it; at least 10 characters when there is no code.</param>
[Command("migration")]
public sealed record ConfirmContact(Guid OperationId, string Actor, Guid MigrationId, bool Second, string CodeSha256, string Reason);

/// <summary>Write a member a mail with a link that signs them in. The secret of the link is made by the consumer and stands in the mail only. Answer: <see cref="SignInLinkSent"/>. Sender: Gateway; consumer: Migrations; key: LinkId.</summary>
/// <param name="LinkId">The link.</param>
/// <param name="MemberId">Who is written to.</param>
/// <param name="PageUrl">Address of the page that the link opens; the secret is put behind it.</param>
[Command]
public sealed record SendSignInLink(Guid LinkId, Guid MemberId, string PageUrl);

/// <summary>A mail with a sign-in link was taken by the relay.</summary>
/// <param name="LinkId">The link.</param>
/// <param name="MemberId">Who was written to.</param>
/// <param name="SecretSha256">SHA-256 of the link's secret, hex: what it can be recognised by.</param>
/// <param name="ExpiresAt">When the link ends.</param>
/// <param name="AsOf">When.</param>
public sealed record SignInLinkSent(Guid LinkId, Guid MemberId, string SecretSha256, DateTimeOffset ExpiresAt, DateTimeOffset AsOf);
