using System.Security.Cryptography;
using System.Text;
using Cassiopea.Contracts;
using Cassiopea.Gateway.Access;
using Cassiopea.Gateway.Operations;
using Cassiopea.Gateway.Problems;

namespace Cassiopea.Gateway.Api;

/// <summary>A member's two contacts: a code goes there, and comes back; or staff called.</summary>
internal static class ContactEndpoints
{
    public static void MapContacts(this IEndpointRouteBuilder commands)
    {
        commands.MapPost("/migrations/{id:guid}/contacts/{contact}/code", (Guid id, string contact, HttpContext http, Caller caller, CommandDesk desk, CancellationToken token) =>
            IsContact(contact)
                ? desk.SendAsync(http, caller, id, Verbs.SendContactCode, contact, o => new SendContactCode(o.Id, o.Actor, id, contact == "second"), token)
                : Task.FromResult<IResult>(Problem.NotFound()))
            .Produces<OperationView>(StatusCodes.Status202Accepted).WithSummary("Send a code to the first or second contact").WithTags("contacts");

        commands.MapPost("/migrations/{id:guid}/contacts/{contact}/confirmation", ConfirmAsync)
            .Produces<OperationView>(StatusCodes.Status202Accepted).WithSummary("Verify a contact by its code, or by the word of staff who called").WithTags("contacts");
    }

    static Task<IResult> ConfirmAsync(Guid id, string contact, ContactBody body, HttpContext http, Caller caller, CommandDesk desk, CancellationToken token)
    {
        if (!IsContact(contact))
            return Task.FromResult<IResult>(Problem.NotFound());
        var code = body.Code?.Trim() ?? "";
        var check = new Check()
            .That(code.Length > 0 || caller.Role is Role.Operator or Role.Staff, "code", "is needed: only staff verify by a call")
            .That(code.Length is 0 or 8, "code", "must have eight digits")
            .Text(body.Reason ?? "", "reason", code.Length > 0 ? 0 : 10, 500);
        return check.Refusal() is { } refusal ? Task.FromResult(refusal)
            : desk.SendAsync(
                http, caller, id, Verbs.ConfirmContact, body.Reason ?? "",
                o => new ConfirmContact(o.Id, o.Actor, id, contact == "second", code.Length == 0 ? "" : Fingerprint(id, code), body.Reason ?? ""), token);
    }

    static bool IsContact(string contact) => contact is "first" or "second";

    // the code itself stays here: its fingerprint with the migration travels
    static string Fingerprint(Guid migrationId, string code) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{migrationId:N}|{code}")));
}
