using Cassiopea.Contracts;
using Cassiopea.Gateway.Events;
using MassTransit;

namespace Cassiopea.Gateway.Board;

internal sealed class MemberRegisteredConsumer(GatewayContext db, EventLog events) : IConsumer<MemberRegistered>
{
    public async Task Consume(ConsumeContext<MemberRegistered> context)
    {
        var (said, token) = (context.Message, context.CancellationToken);
        await db.HoldAsync("member", said.Reference, token);
        var row = await db.Members.FindAsync([said.MemberId], token);
        if (row is null)
            db.Members.Add(row = new MemberRow { Id = said.MemberId, Reference = said.Reference });
        else if (said.AsOf < row.AsOf)
            return;
        (row.Name, row.Language, row.ContactEmail, row.AsOf) = (said.Name, said.Language, said.ContactEmail, said.AsOf);
        (row.SecondEmail, row.ContactVerifiedAt, row.SecondVerifiedAt) = (said.SecondEmail, said.ContactVerifiedAt, said.SecondVerifiedAt);
        await events.AddAsync(
            EventType.State, null, null, new { subject = "member", said.MemberId, said.Reference, said.Name }, said.AsOf, token, said.MemberId);
    }
}
