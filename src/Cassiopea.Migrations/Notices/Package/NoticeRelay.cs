using System.Net.Sockets;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.Extensions.Options;
using MimeKit;

namespace Cassiopea.Migrations.Notices;

/// <summary>The mail relay of the house, by MailKit: the variant of <c>MailKit=true</c>.</summary>
internal sealed class NoticeRelay(IOptions<MigrationsOptions> options)
{
    /// <exception cref="RelayException">It was not taken, or nobody knows.</exception>
    public async Task SendAsync(Notice notice, CancellationToken token)
    {
        var smtp = options.Value.Smtp;
        using var message = Of(notice, smtp.From);
        using var client = new SmtpClient { CheckCertificateRevocation = false };
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(token);
        limit.CancelAfter(smtp.Timeout);
        var sending = false;
        try
        {
            await client.ConnectAsync(smtp.Host, smtp.Port, smtp.StartTls ? SecureSocketOptions.StartTls : SecureSocketOptions.None, limit.Token);
            if (smtp.UserName.Length > 0)
                await client.AuthenticateAsync(smtp.UserName, (await File.ReadAllTextAsync(smtp.PasswordFile, token)).Trim(), limit.Token);
            sending = true;
            await client.SendAsync(message, limit.Token);
        }
        catch (SmtpCommandException error)
        {
            throw new RelayException(error.StatusCode.ToString(), mayHaveTaken: false, error);
        }
        catch (Exception error) when (IsLoss(error) || (error is OperationCanceledException && !token.IsCancellationRequested))
        {
            throw new RelayException(error is OperationCanceledException ? "TimedOut" : error.GetType().Name, mayHaveTaken: sending, error);
        }

        if (client.IsConnected)
            client.Disconnect(quit: false, CancellationToken.None);
    }

    private static bool IsLoss(Exception error) =>
        error is ProtocolException or AuthenticationException or SaslException or SslHandshakeException or ServiceNotConnectedException or IOException or SocketException or NotSupportedException;

    private static MimeMessage Of(Notice notice, string from)
    {
        var message = new MimeMessage();
        message.From.Add(MailboxAddress.Parse(from));
        message.To.Add(MailboxAddress.Parse(notice.Recipient));
        message.Subject = notice.Subject;
        message.MessageId = notice.MessageId.Trim('<', '>');
        message.Headers.Add("Auto-Submitted", "auto-generated"); // RFC 3834 §5
        message.Headers.Add("Content-Language", notice.Language);
        message.Body = new TextPart("plain") { Text = notice.Body };
        return message;
    }
}
