using Cassiopea.Contracts;
using Cassiopea.Gateway.Operations;
using MassTransit;

namespace Cassiopea.Gateway.Board;

internal sealed class CommandAcceptedConsumer(OperationEnd end) : IConsumer<CommandAccepted>
{
    public Task Consume(ConsumeContext<CommandAccepted> context) =>
        end.SucceedAsync(context.Message.OperationId, context.Message.Detail, null, context.CancellationToken);
}

internal sealed class CommandRefusedConsumer(OperationEnd end) : IConsumer<CommandRefused>
{
    public Task Consume(ConsumeContext<CommandRefused> context) =>
        end.RefuseAsync(
            context.Message.OperationId, context.Message.Code, context.Message.Detail, context.Message.Allowed, null, context.CancellationToken);
}
