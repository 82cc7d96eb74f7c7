namespace Cassiopea.Contracts;

/// <summary>Make a member known, or change what is known. Answers: <see cref="MemberRegistered"/> and <see cref="CommandAccepted"/>, or <see cref="CommandRefused"/>. Sender: Gateway; consumer: Migrations; key: Reference.</summary>
/// <param name="OperationId">The operation to end.</param>
/// <param name="Actor">Who asks.</param>
/// <param name="MemberId">Chosen by the sender; ignored when the reference is known.</param>
/// <param name="Reference">The reference in invoices and inventories, for example <c>M0042</c>; unique.</param>
/// <param name="Name">Name of the association.</param>
/// <param name="Language"><c>fr</c>, <c>nl</c> or <c>en</c>.</param>
/// <param name="ContactEmail">Where notices go. One of the two messages that carry an address, because the owner of members and the board must know it.</param>
[Command]
public sealed record RegisterMember(
    Guid OperationId,
    string Actor,
    Guid MemberId,
    string Reference,
    string Name,
    string Language,
    string ContactEmail);

/// <summary>A member is known, as of now.</summary>
/// <param name="MemberId">The member.</param>
/// <param name="Reference">The reference in invoices and inventories.</param>
/// <param name="Name">Name of the association.</param>
/// <param name="Language"><c>fr</c>, <c>nl</c> or <c>en</c>.</param>
/// <param name="ContactEmail">Where notices go.</param>
/// <param name="AsOf">When.</param>
public sealed record MemberRegistered(
    Guid MemberId,
    string Reference,
    string Name,
    string Language,
    string ContactEmail,
    DateTimeOffset AsOf);
