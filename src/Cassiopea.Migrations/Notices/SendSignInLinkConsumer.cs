using System.Security.Cryptography;
using System.Text;
using Cassiopea.Contracts;
using MassTransit;
using Microsoft.Extensions.Options;

namespace Cassiopea.Migrations.Notices;

/// <summary>
/// Mails a link that signs a member in. Its secret is made here, goes to the relay and is forgotten: no message, row or log holds it. A second try makes a
/// new secret, and the link of the first mail then never works: the member uses the newest mail, as it says.
/// </summary>
internal sealed partial class SendSignInLinkConsumer(
    MigrationsContext db, NoticeRelay relay, IOptions<MigrationsOptions> options, TimeProvider time, ILogger<SendSignInLinkConsumer> log) : IConsumer<SendSignInLink>
{
    // not one of the notices of a migration: never recorded, for it holds a secret
    private const string Template = "sign-in-link";
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(30);

    public async Task Consume(ConsumeContext<SendSignInLink> context)
    {
        var (told, token) = (context.Message, context.CancellationToken);
        var smtp = options.Value.Smtp;
        if (!smtp.Configured)
        {
            NoRelay(log, told.LinkId);
            return;
        }
        var member = await db.Members.FindAsync([told.MemberId], token) ?? throw new InvalidOperationException("A sign-in link for a member that is not known here.");
        var secret = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
        var (subject, body) = Letter.Write(Template, member.Language, new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["name"] = member.Name,
            ["link"] = told.PageUrl + secret,
        });
        var now = time.GetUtcNow();
        var letter = new Notice
        {
            Recipient = member.ContactEmail,
            Language = member.Language,
            Subject = subject,
            Body = body,
            MessageId = $"<{Guid.CreateVersion7(now):N}.sign-in@{smtp.From.Split('@')[^1]}>",
        };
        await relay.SendAsync(letter, token);
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
        await context.Publish(new SignInLinkSent(told.LinkId, told.MemberId, hash, now + Life, now), token);
    }

    [LoggerMessage(2101, LogLevel.Error, "Sign-in link {LinkId} is not mailed: no mail relay is configured (Migrations:Smtp:Host)")]
    private static partial void NoRelay(ILogger log, Guid linkId);
}
