using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Cassiopea.Contracts;
using Cassiopea.Migrations.Notices;
using MassTransit;

namespace Cassiopea.Migrations.Members;

/// <summary>Named steps of the member's contacts: a code is sent there, and comes back; or staff called.</summary>
internal static class MigrationStepsContacts
{
    private const int MostWrongCodes = 10;

    public static Refusal? Judge(Migration m, SendContactCode c) =>
        Address(m, c.Second).Length == 0 ? new("not-found", "There is no second contact yet: name one first.")
        : !m.Turn.Options.Smtp.Configured ? new("not-ready", "No mail relay is configured (Migrations:Smtp:Host): verify the contact by telephone.")
        : null;

    public static Refusal? Judge(Migration m, ConfirmContact c) =>
        Address(m, c.Second).Length == 0 ? new("not-found", "There is no second contact yet: name one first.")
        : c.CodeSha256.Length == 0 ? (c.Reason.Trim().Length >= 10 ? null : new("invalid", "Say in at least 10 characters how the contact was verified."))
        : m.Turn.Member!.WrongCodes >= MostWrongCodes ? new("invalid", "Too many wrong codes: have another one sent.")
        : Code(m, c.Second).Length == 0 ? new("invalid", "No code was sent, or another address was given since: have one sent.")
        : null;

    /// <summary>Eight digits; only their fingerprint is kept beside the letter.</summary>
    public static void Send(BehaviorContext<Migration, SendContactCode> c)
    {
        var (m, member) = (c.Saga, c.Saga.Turn.Member!);
        var code = RandomNumberGenerator.GetInt32(100_000_000).ToString("D8", CultureInfo.InvariantCulture);
        var sha256 = Fingerprint(m.CorrelationId, code);
        member.WrongCodes = 0;
        if (c.Message.Second)
            member.SecondCodeSha256 = sha256;
        else
            member.ContactCodeSha256 = sha256;
        Letter.Send(m, Letter.ContactCode, FormattableString.Invariant($"{(c.Message.Second ? "second" : "first")}-{m.Turn.Now.UtcTicks}"), recipient: Address(m, c.Message.Second), code: code);
        m.Turn.Detail = "A code was sent to the contact.";
    }

    /// <summary>A wrong code is counted, and the answer says so; it is no refusal, else nothing would be counted.</summary>
    public static void Confirm(BehaviorContext<Migration, ConfirmContact> c)
    {
        var (m, told, member) = (c.Saga, c.Message, c.Saga.Turn.Member!);
        if (told.CodeSha256.Length > 0 && told.CodeSha256 != Code(m, told.Second))
        {
            member.WrongCodes++;
            m.Turn.Detail = "The code is not the one that was sent.";
            return;
        }

        if (told.Second)
            (member.SecondVerifiedAt, member.SecondCodeSha256) = (m.Turn.Now, "");
        else
            (member.ContactVerifiedAt, member.ContactCodeSha256) = (m.Turn.Now, "");
        m.Turn.Detail = told.CodeSha256.Length > 0 ? "Verified by the code." : "Verified by the word of staff.";
        m.Turn.Send(member.AsOf(m.Turn.Now));
    }

    public static string Fingerprint(Guid migrationId, string code) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{migrationId:N}|{code}")));

    private static string Address(Migration m, bool second) => second ? m.Turn.Member!.SecondEmail : m.Turn.Member!.ContactEmail;

    private static string Code(Migration m, bool second) => second ? m.Turn.Member!.SecondCodeSha256 : m.Turn.Member!.ContactCodeSha256;
}
