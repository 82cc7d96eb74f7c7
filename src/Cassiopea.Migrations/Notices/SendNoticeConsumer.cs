using System.Net.Mail;
using Cassiopea.Contracts;
using Cassiopea.ServiceDefaults;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Cassiopea.Migrations.Notices;

/// <summary>
/// Hands one recorded notice to the relay. That it is being handed over is committed first: a process that dies in between sends it a second time
/// at most, under the same Message-ID, and never a third time.
/// </summary>
internal sealed class SendNoticeConsumer(MigrationsContext db, IServiceScopeFactory scopes, NoticeRelay relay, IOptions<MigrationsOptions> options, TimeProvider time)
    : IConsumer<SendNotice>
{
    private const int AttemptsWithoutAnswer = 2;

    public async Task Consume(ConsumeContext<SendNotice> context)
    {
        var (told, token) = (context.Message, context.CancellationToken);
        var notice = await db.Notices.SingleAsync(n => n.Id == told.NoticeId, token);
        if (notice.State is NoticeState.Sent or NoticeState.Failed)
            return;
        if (!await BeginAsync(notice.Id, token))
        {
            await FailAsync(context, notice, "Twice no answer from the relay: it may have been sent. Look at the relay's log.");
            return;
        }

        try
        {
            await relay.SendAsync(notice, token);
        }
        catch (SmtpException error)
        {
            await RetryAsync(context, notice, error.StatusCode.ToString());
            return;
        }

        (notice.State, notice.SentAt, notice.LastError) = (NoticeState.Sent, time.GetUtcNow(), "");
        await context.Publish(new NoticeSent(notice.MigrationId, notice.Template, notice.Number, notice.SentAt.Value), token);
    }

    /// <summary>Commits that the relay is about to be called, in a transaction of its own; false when that was so twice without an end.</summary>
    private async Task<bool> BeginAsync(Guid id, CancellationToken token)
    {
        await using var scope = scopes.CreateAsyncScope();
        var own = scope.ServiceProvider.GetRequiredService<MigrationsContext>();
        return await own.Database.ExecuteSqlAsync(
            $"update notice set state = 'Sending', attempts = attempts + 1 where id = {id} and attempts < {AttemptsWithoutAnswer}", token) == 1;
    }

    /// <summary>The relay said no or was not there, so it did not take the notice: later again.</summary>
    private async Task RetryAsync(ConsumeContext<SendNotice> context, Notice notice, string error)
    {
        var attempt = context.Message.Attempt;
        if (attempt > options.Value.Smtp.Retries)
        {
            await FailAsync(context, notice, error);
            return;
        }

        (notice.State, notice.Attempts, notice.LastError) = (NoticeState.Queued, 0, error);
        db.Entry(notice).Property(n => n.Attempts).IsModified = true;
        db.Entry(notice).Property(n => n.State).IsModified = true;
        var endpoint = await context.GetSendEndpoint(Commands.AddressOf(typeof(SendNotice)));
        await endpoint.Send(new SendNotice(notice.Id, attempt + 1), x => x.Delay = options.Value.RetryInterval * attempt, context.CancellationToken);
    }

    private async Task FailAsync(ConsumeContext<SendNotice> context, Notice notice, string error)
    {
        (notice.State, notice.LastError) = (NoticeState.Failed, error);
        db.Entry(notice).Property(n => n.State).IsModified = true;
        // the board tells staff at the migration's next turn: now
        await context.SendCommand(new WakeUp(notice.MigrationId, time.GetUtcNow()), context.CancellationToken);
    }
}

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
