using System.Net.Mail;
using Microsoft.Extensions.Options;

namespace Cassiopea.Migrations.Notices;

/// <summary>The mail relay of the house.</summary>
internal sealed class NoticeRelay(IOptions<MigrationsOptions> options)
{
    public async Task SendAsync(Notice notice, CancellationToken token)
    {
        var smtp = options.Value.Smtp;
        using var message = new MailMessage(smtp.From, notice.Recipient, notice.Subject, notice.Body);
        message.Headers.Add("Message-ID", notice.MessageId);
        message.Headers.Add("Auto-Submitted", "auto-generated"); // RFC 3834 §5
        message.Headers.Add("Content-Language", notice.Language);
        using var client = new SmtpClient(smtp.Host, smtp.Port) { EnableSsl = smtp.StartTls };
        if (smtp.UserName.Length > 0)
            client.Credentials = new System.Net.NetworkCredential(smtp.UserName, (await File.ReadAllTextAsync(smtp.PasswordFile, token)).Trim());
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(token);
        limit.CancelAfter(smtp.Timeout);
        await client.SendMailAsync(message, limit.Token);
    }
}
