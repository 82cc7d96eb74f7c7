using Cassiopea.Contracts;
using Cassiopea.ServiceDefaults;
using MassTransit;
using Microsoft.Extensions.Options;

namespace Cassiopea.Migrations.Notices;

/// <summary>Hands one recorded notice to the relay, and says how it went.</summary>
internal sealed class SendNoticeConsumer(NoticeSending sending, IOptions<MigrationsOptions> options, TimeProvider time) : IConsumer<SendNotice>
{
    public async Task Consume(ConsumeContext<SendNotice> context)
    {
        var (told, token) = (context.Message, context.CancellationToken);
        var notice = await sending.SendAsync(told.NoticeId, told.Attempt, token);
        switch (notice.State)
        {
            case NoticeState.Sent:
                await context.Publish(new NoticeSent(notice.MigrationId, notice.Template, notice.Number, notice.SentAt!.Value), token);
                break;
            case NoticeState.Queued:
                var endpoint = await context.GetSendEndpoint(Commands.AddressOf(typeof(SendNotice)));
                await endpoint.Send(new SendNotice(notice.Id, told.Attempt + 1), x => x.Delay = options.Value.RetryInterval * told.Attempt, token);
                break;
            case NoticeState.Failed:
                // the migration's turn tells staff
                await context.SendCommand(new WakeUp(notice.MigrationId, time.GetUtcNow()), token);
                break;
            default:
                throw new InvalidOperationException($"A notice ended {notice.State}.");
        }
    }
}
