using Cassiopea.Contracts;

namespace Cassiopea.Gateway.Api;

/// <summary>A member to make known; one with a known reference is changed.</summary>
internal sealed record MemberBody(string? Reference, string? Name, string? Language, string? ContactEmail, string? SecondEmail = null)
{
    public Check Check() => new Check()
        .Reference(Reference, "reference").Text(Name, "name", 1, 200).Language(Language, "language").Email(ContactEmail, "contactEmail")
        .That(string.IsNullOrEmpty(SecondEmail) || new Check().Email(SecondEmail, "secondEmail").IsFine, "secondEmail", "must be an e-mail address, or empty")
        .That(string.IsNullOrEmpty(SecondEmail) || SecondEmail != ContactEmail, "secondEmail", "must be another address than contactEmail");
}

/// <summary>What to change; what is left out stays.</summary>
internal sealed record MemberPatch(string? Name, string? Language, string? ContactEmail, string? SecondEmail = null);

/// <summary>How a contact is verified: by the code that was sent there, or by staff who called.</summary>
/// <param name="Code">Eight digits.</param>
/// <param name="Reason">Of staff, without a code: how it was verified.</param>
internal sealed record ContactBody(string? Code, string? Reason);

/// <summary>A payment that was received.</summary>
/// <param name="MemberReference">The payer; empty = found by the communication.</param>
/// <param name="AmountCents">Euro cents, positive.</param>
/// <param name="Communication">Structured communication as received.</param>
/// <param name="ReceivedOn">Value date.</param>
/// <param name="BankReference">The bank's reference: the same one is never counted twice.</param>
internal sealed record PaymentBody(string? MemberReference, long AmountCents, string? Communication, DateOnly ReceivedOn, string? BankReference);

/// <summary>A waiver of the invoice gate; a second person must send it too.</summary>
internal sealed record WaiverBody(string? Reason, string? DocumentReference, DateOnly? ExpiresOn);

/// <summary>Exempt, or pays by Instalments.</summary>
internal sealed record ArrangementBody(InvoiceStatus Status, string? DocumentReference, DateOnly ExpiresOn);

/// <summary>Whose migration is asked for.</summary>
internal sealed record RequestBody(Guid MemberId);

/// <summary>An item to declare or to complete.</summary>
internal sealed record ItemBody(ItemKind Kind, string? Name, EndBody? Source, EndBody? Target);

/// <summary>One end of an item, without its password.</summary>
/// <param name="Protocol">imap, pop3, ftp, sftp, mysql or sympa.</param>
/// <param name="Host">DNS name or address.</param>
/// <param name="Port">TCP port.</param>
/// <param name="Tls">Implicit, StartTls, or None where staff accept it.</param>
/// <param name="Login">Login name there.</param>
/// <param name="CertificatePin">SHA-256 of the server's public key, base64, when an exception pins it.</param>
/// <param name="Path">The database's name, or the folder below the login's; absent where there is none.</param>
internal sealed record EndBody(string? Protocol, string? Host, int Port, TlsPolicy Tls, string? Login, string? CertificatePin, string? Path = null);

/// <summary>Why.</summary>
internal sealed record ReasonBody(string? Reason);

/// <summary>What came of a rung of the ladder of rights over a domain.</summary>
/// <param name="Rung">Notified, Released, HandleTold, PasswordRecovery, OwnershipProof or NameServersOnly.</param>
/// <param name="Outcome">Done or Failed.</param>
/// <param name="Note">What happened; no code and no answer to a secret question.</param>
/// <param name="Custodian">With NameServersOnly: who keeps the domain and pays its renewal until the owner has the rights.</param>
internal sealed record RungBody(RecoveryRung Rung, RungOutcome Outcome, string? Note, string? Custodian = null);

/// <summary>The member's consent to the change of DNS.</summary>
/// <param name="Consent">In words: who gave it, when and how.</param>
internal sealed record ConsentBody(string? Consent);

/// <summary>The window of the cut-over.</summary>
/// <param name="OpensAt">When it opens; left out = at once.</param>
/// <param name="ClosesAt">When it closes; left out = four hours later. With both left out, the window that another person proposed, when there is one.</param>
internal sealed record CutOverBody(DateTimeOffset? OpensAt, DateTimeOffset? ClosesAt);

/// <summary>Which differences are approved.</summary>
/// <param name="ItemId">One item; left out = all.</param>
/// <param name="Reason">Printed in the dossier.</param>
internal sealed record ApprovalBody(Guid? ItemId, string? Reason);

/// <summary>A kind that is left out.</summary>
internal sealed record KindBody(ItemKind Kind, string? Reason);

/// <summary>A secret to store: a password or a private key, at most 16 KiB. It goes to the vault and nowhere else. Described here, read by <see cref="SecretBody"/>.</summary>
internal sealed record CredentialBody(string Secret);

/// <summary>A key to make.</summary>
/// <param name="Owner">The person or machine that will hold it: the actor of all that is done with it.</param>
/// <param name="Role">Operator, Staff, Approver, Auditor, Member, Provider or Service.</param>
/// <param name="MemberId">For Member and Provider: the only member that the key sees.</param>
/// <param name="Scopes">read, command, credentials, keys; left out = all that the role allows.</param>
/// <param name="ExpiresAt">At most 90 days ahead; left out = 90 days.</param>
internal sealed record KeyBody(string? Owner, Access.Role Role, Guid? MemberId, IReadOnlyList<string>? Scopes, DateTimeOffset? ExpiresAt);
