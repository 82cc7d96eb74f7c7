using System.Net.Mail;
using System.Text.Json;
using Cassiopea.Contracts;
using Cassiopea.ServiceDefaults;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Migrations.Members;

/// <summary>Makes a member known, or changes what is known; the reference is the key.</summary>
internal sealed class RegisterMemberConsumer(MigrationsContext db, TimeProvider time) : IConsumer<RegisterMember>
{
    public async Task Consume(ConsumeContext<RegisterMember> context)
    {
        var (told, token) = (context.Message, context.CancellationToken);
        if (Problem(told) is { } problem)
        {
            await context.Publish(new CommandRefused(told.OperationId, "invalid", problem, []), token);
            return;
        }

        var now = time.GetUtcNow();
        // two registrations of one reference wait for each other
        await db.Database.ExecuteSqlAsync($"select pg_advisory_xact_lock(hashtextextended({"member:" + told.Reference}, 0))", token);
        var member = await db.Members.SingleOrDefaultAsync(m => m.Reference == told.Reference, token);
        var before = member is null ? null : Describe(member);
        if (member is null)
            db.Members.Add(member = new Member { Id = told.MemberId, Reference = told.Reference, RegisteredAt = now });
        // another address is another person: verified anew
        if (member.ContactEmail != told.ContactEmail.Trim())
            (member.ContactVerifiedAt, member.ContactCodeSha256) = (null, "");
        if (told.SecondEmail is { } second && member.SecondEmail != second.Trim())
            (member.SecondEmail, member.SecondVerifiedAt, member.SecondCodeSha256) = (second.Trim(), null, "");
        (member.Name, member.Language, member.ContactEmail, member.ChangedAt) = (told.Name.Trim(), told.Language, told.ContactEmail.Trim(), now);
        db.Audit(told.Actor, "register-member", $"member/{member.Id}", "", before, Describe(member));
        await context.Publish(member.AsOf(now), token);
        await context.Publish(new CommandAccepted(told.OperationId, $"Member {member.Id}."), token);
    }

    // the address stays out of the audit, which is kept longer
    private static string Describe(Member member) => JsonSerializer.Serialize(new { member.Reference, member.Name, member.Language }, Json.Options);

    private static string? Problem(RegisterMember told) =>
        told.MemberId == Guid.Empty ? "The member needs an id."
        : told.Reference.Length is 0 or > 40 || !told.Reference.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/') ? "The reference must have 1 to 40 letters, digits, or - _ . /"
        : told.Name.Trim().Length is 0 or > 200 || told.Name.Any(char.IsControl) ? "The name must have 1 to 200 characters, none of them a control character."
        : told.Language is not ("fr" or "nl" or "en") ? "The language must be fr, nl or en."
        : !MailAddress.TryCreate(told.ContactEmail.Trim(), out var address) || address.Address != told.ContactEmail.Trim() ? "The contact must be one e-mail address."
        : told.SecondEmail is { Length: > 0 } second && (!MailAddress.TryCreate(second.Trim(), out var other) || other.Address != second.Trim()) ? "The second contact must be one e-mail address."
        : told.SecondEmail?.Trim() == told.ContactEmail.Trim() ? "The second contact must be another address than the first."
        : null;
}
