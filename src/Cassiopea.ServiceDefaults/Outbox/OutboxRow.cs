using Cassiopea.Contracts;
using MassTransit;
using MassTransit.Context;
using MassTransit.Logging;
using MassTransit.Metadata;
using MassTransit.Middleware;
using MassTransit.Serialization;

namespace Cassiopea.ServiceDefaults;

/// <summary>A message that waits to leave: now, or at <see cref="DueAt"/>.</summary>
public sealed class OutboxRow : OutboxMessageContext
{
    internal const string LinkHeader = "Cassiopea-Link";

    private Headers? _headers;
    private IReadOnlyDictionary<string, object>? _properties;

    public long Id { get; set; }

    public DateTime DueAt { get; set; }

    /// <summary>Set for scheduled messages: what unscheduling deletes by.</summary>
    public Guid? Token { get; set; }

    public int Attempts { get; set; }

    public string? LastError { get; set; }

    public Guid MessageId { get; set; }

    public Guid? ConversationId { get; set; }

    public Guid? CorrelationId { get; set; }

    public Guid? InitiatorId { get; set; }

    public Guid? RequestId { get; set; }

    public Uri? SourceAddress { get; set; }

    public Uri? DestinationAddress { get; set; }

    public Uri? ResponseAddress { get; set; }

    public Uri? FaultAddress { get; set; }

    public DateTime? ExpirationTime { get; set; }

    public DateTime SentAt { get; set; }

    public string ContentType { get; set; } = "";

    public string MessageType { get; set; } = "";

    public string Body { get; set; } = "";

    public string? HeadersJson { get; set; }

    public string? PropertiesJson { get; set; }

    long OutboxMessageContext.SequenceNumber => Id;

    Guid? MessageContext.MessageId => MessageId;

    DateTime? MessageContext.SentTime => SentAt;

    HostInfo MessageContext.Host => HostMetadataCache.Host;

    Headers MessageContext.Headers =>
        _headers ??= Read(HeadersJson) is { } headers ? new DictionarySendHeaders(headers!) : EmptyHeaders.Instance;

    IReadOnlyDictionary<string, object> OutboxMessageContext.Properties => _properties ??= Read(PropertiesJson) ?? [];

    internal static OutboxRow Capture<T>(SendContext<T> context, DateTimeOffset now) where T : class
    {
        var delay = context.Delay is { } wait && wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
        context.Delay = null; // the row waits, not the broker: a delay left in the properties would need the delayed-message exchange
        Dictionary<string, object>? properties = null;
        if (context is TransportSendContext<T> transport)
        {
            // a command whose queue does not exist yet comes back and is tried again; an event may have no subscriber
            transport.Mandatory = Attribute.IsDefined(typeof(T), typeof(CommandAttribute));
            transport.WritePropertiesTo(properties = []);
        }

        var json = SystemTextJsonMessageSerializer.Instance;
        var headers = context.Headers.GetAll().ToDictionary(header => header.Key, header => header.Value);

        // what is done later is a trace of its own, linked to this one: no trace stays open for weeks
        if (delay > TimeSpan.Zero && headers.Remove(DiagnosticHeaders.ActivityId, out var activity)) headers[LinkHeader] = activity;
        return new OutboxRow
        {
            DueAt = (now + delay).UtcDateTime,
            Token = context.ScheduledMessageId,
            MessageId = context.MessageId ?? throw new InvalidOperationException("A message without MessageId."),
            ConversationId = context.ConversationId,
            CorrelationId = context.CorrelationId,
            InitiatorId = context.InitiatorId,
            RequestId = context.RequestId,
            SourceAddress = context.SourceAddress,
            DestinationAddress = context.DestinationAddress,
            ResponseAddress = context.ResponseAddress,
            FaultAddress = context.FaultAddress,
            ExpirationTime = context.TimeToLive is { } life ? (now + life).UtcDateTime : null,
            SentAt = context.SentTime ?? now.UtcDateTime,
            ContentType = (context.ContentType ?? context.Serialization.DefaultContentType).ToString(),
            MessageType = string.Join(';', context.SupportedMessageTypes),
            Body = context.Serializer.GetMessageBody(context).GetString(),
            HeadersJson = json.SerializeDictionary(headers),
            PropertiesJson = properties is { Count: > 0 } ? json.SerializeDictionary(properties) : null,
        };
    }

    private static Dictionary<string, object>? Read(string? json) =>
        json is null ? null : SystemTextJsonMessageSerializer.Instance.DeserializeDictionary<object>(json);
}
