using System.Runtime.ExceptionServices;
using System.Text;
using System.Text.Json;
using Cassiopea.Contracts;
using Cassiopea.ServiceDefaults.House;
using MassTransit;
using MassTransit.Middleware;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Cassiopea.ServiceDefaults;

/// <summary>
/// End of the line for a message: a row in the service's database instead of a place in a broker's queue, so that people can read it and send it
/// again. When the database does not take it, it goes to the broker's <c>_error</c> or <c>_skipped</c> queue as usual.
/// </summary>
internal sealed class DeadLetterFilter<TContext>(IServiceProvider root) : IFilter<ExceptionReceiveContext>, IFilter<ReceiveContext>
    where TContext : ServiceContext
{
    public Task Send(ExceptionReceiveContext context, IPipe<ExceptionReceiveContext> next) =>
        KeepAsync(context, context.Exception, () => next.Send(context));

    public Task Send(ReceiveContext context, IPipe<ReceiveContext> next) => KeepAsync(context, null, () => next.Send(context));

    public void Probe(ProbeContext context) => context.CreateFilterScope("deadLetter");

    private async Task KeepAsync(ReceiveContext context, Exception? exception, Func<Task> otherwise)
    {
        // the host stops in the middle: not dead, delivered again
        if (exception is OperationCanceledException && context.CancellationToken.IsCancellationRequested)
            ExceptionDispatchInfo.Throw(exception);
        var log = root.GetRequiredService<ILogger<DeadLetterFilter<TContext>>>();
        var letter = LetterOf(context, exception, root.GetRequiredService<TimeProvider>().GetUtcNow());
        try
        {
            await using var scope = root.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<TContext>();
            db.Add(letter);
            // a service that cannot take this very news would tell of it for ever
            if (!letter.MessageType.Contains(nameof(DeadLetterParked), StringComparison.Ordinal))
                await scope.ServiceProvider.GetRequiredService<ServiceOutbox<TContext>>().Publish(
                    new DeadLetterParked(
                        letter.Id, root.GetRequiredService<ServiceName>().Name, letter.Queue, letter.MessageType, letter.ErrorType, letter.Error, letter.MessageType.Length > 0, letter.At),
                    context.CancellationToken);
            await db.SaveChangesAsync(context.CancellationToken);
        }
        catch (Exception e) when (e is DbUpdateException || Retrying.DatabaseAway(e))
        {
            log.LetterNotKept(e, letter.Queue);
            await otherwise();
            return;
        }

        ServiceMeters.DeadLetters.Add(1, new KeyValuePair<string, object?>("cassiopea.queue", letter.Queue));
        log.LetterKept(letter.Id, letter.Queue, letter.MessageType, letter.ErrorType, letter.Error);
    }

    private static DeadLetter LetterOf(ReceiveContext context, Exception? exception, DateTimeOffset now)
    {
        var body = Encoding.UTF8.GetString(context.Body.GetBytes());
        var (id, types) = EnvelopeOf(body);
        return new DeadLetter
        {
            Id = Guid.CreateVersion7(),
            At = now,
            Queue = context.InputAddress.AbsolutePath.Split('/')[^1],
            Address = context.InputAddress.ToString(),
            MessageId = id,
            MessageType = id is null ? "" : types,
            ContentType = context.ContentType?.ToString() ?? "",
            Body = body.Replace("\0", "\\u0000", StringComparison.Ordinal), // PostgreSQL keeps no NUL
            ErrorType = exception?.GetType().Name ?? "",
            Error = exception is null ? "no consumer of this queue takes this type" : Redaction.Of(exception.Message),
        };
    }

    private static (Guid? Id, string Types) EnvelopeOf(string body)
    {
        try
        {
            using var envelope = JsonDocument.Parse(body);
            if (envelope.RootElement.ValueKind == JsonValueKind.Object
                && envelope.RootElement.TryGetProperty("messageType", out var types) && types.ValueKind == JsonValueKind.Array
                && envelope.RootElement.TryGetProperty("messageId", out var id) && id.TryGetGuid(out var message))
                return (message, string.Join(';', types.EnumerateArray().Select(type => type.GetString())));
        }
        catch (JsonException)
        {
            // not readable: kept as it is, and said so by an empty type
        }

        return (null, "");
    }
}

internal static class DeadLetterSetup
{
    public static void KeepDeadLetters<TContext>(this IReceiveEndpointConfigurator endpoint, IServiceProvider root) where TContext : ServiceContext
    {
        var keep = new DeadLetterFilter<TContext>(root);
        endpoint.ConfigureError(pipe =>
        {
            pipe.UseFilter(new GenerateFaultFilter());
            pipe.UseFilter(keep);
            pipe.UseFilter(new ErrorTransportFilter());
        });
        endpoint.ConfigureDeadLetter(pipe =>
        {
            pipe.UseFilter(keep);
            pipe.UseFilter(new DeadLetterTransportFilter());
        });
    }
}
