using Cassiopea.Contracts;
using Cassiopea.Gateway.Events;
using MassTransit;

namespace Cassiopea.Gateway.Board;

internal sealed class DossierDeliveredConsumer(GatewayContext db, EventLog events) : IConsumer<DossierDelivered>
{
    public async Task Consume(ConsumeContext<DossierDelivered> context)
    {
        var (said, token) = (context.Message, context.CancellationToken);
        var row = await db.Dossiers.FindAsync([said.MigrationId], token);
        if (row is null)
            db.Dossiers.Add(row = new DossierRow { MigrationId = said.MigrationId, MemberId = said.MemberId });
        else if (said.AsOf < row.AsOf)
            return;
        (row.Sha256, row.Json, row.Html, row.AsOf) = (said.Sha256, said.Json, said.Html, said.AsOf);
        (row.Pdf, row.PublicKeyPem, row.Contents, row.ContentsSignature) = (said.Pdf ?? [], said.PublicKeyPem, said.Contents, said.ContentsSignature);
        await events.AddAsync(
            EventType.Message, said.MigrationId, null, new { message = "dossier-delivered", said.Sha256 }, said.AsOf, token, said.MemberId);
    }
}

internal sealed class NoticeSentConsumer(EventLog events) : IConsumer<NoticeSent>
{
    public Task Consume(ConsumeContext<NoticeSent> context)
    {
        var said = context.Message;
        return events.AddAsync(
            EventType.Message, said.MigrationId, null, new { message = "notice-sent", said.Template, said.Number }, said.AsOf, context.CancellationToken);
    }
}
