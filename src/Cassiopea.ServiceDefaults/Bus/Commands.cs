using System.Reflection;
using Cassiopea.Contracts;
using MassTransit;

namespace Cassiopea.ServiceDefaults;

public static class Commands
{
    /// <summary>Sends a command to its one consumer, through the outbox of the current transaction.</summary>
    public static async Task SendCommand<T>(this ISendEndpointProvider context, T command, CancellationToken token) where T : class
    {
        var endpoint = await context.GetSendEndpoint(AddressOf(typeof(T)));
        await endpoint.Send(command, token);
    }

    /// <summary>Address of a command's consumer: an exchange, because <c>queue:</c> would declare a classic queue at the sender.</summary>
    public static Uri AddressOf(Type command) => new("exchange:" + QueueOf(command));

    /// <summary>Queue of a command's consumer. Throws when the type is not marked <see cref="CommandAttribute"/>.</summary>
    public static string QueueOf(Type command) =>
        command.GetCustomAttribute<CommandAttribute>() is { } mark
            ? mark.Queue ?? KebabCaseEndpointNameFormatter.Instance.SanitizeName(command.Name)
            : throw new InvalidOperationException($"{command.Name} is not marked [Command].");

    internal static bool IsCommand(Type message) => message.IsDefined(typeof(CommandAttribute), inherit: false);
}
