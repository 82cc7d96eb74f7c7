using System.Net.Mail;
using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace Cassiopea.Migrations.Notices;

/// <summary>The mail relay of the house, by the framework's client. The other variant is compiled with <c>MailKit=true</c>.</summary>
internal sealed class NoticeRelay(IOptions<MigrationsOptions> options)
{
    /// <exception cref="RelayException">It was not taken, or nobody knows.</exception>
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
        try
        {
            await client.SendMailAsync(message, limit.Token);
        }
        catch (SmtpException error)
        {
            // with a code the relay said no; without an address or a port it was not there; else the line was lost, perhaps after the relay had taken it
            var refused = error.StatusCode != SmtpStatusCode.GeneralFailure || error.InnerException is SocketException;
            throw new RelayException(error.StatusCode.ToString(), mayHaveTaken: !refused, error);
        }
        catch (OperationCanceledException error) when (!token.IsCancellationRequested)
        {
            throw new RelayException("TimedOut", mayHaveTaken: true, error);
        }
    }
}
