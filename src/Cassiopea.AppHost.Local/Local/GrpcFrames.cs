using System.Buffers.Binary;
using Google.Protobuf;
using Microsoft.AspNetCore.Http;

namespace Aspire.Hosting.Local;

/// <summary>gRPC's framing: one byte "not compressed", four bytes length, the message; the status is a trailer.</summary>
internal static class GrpcFrames
{
    public const int Ok = 0;
    public const int Cancelled = 1;
    public const int InvalidArgument = 3;
    public const int NotFound = 5;
    public const int Unimplemented = 12;
    public const int Unauthenticated = 16;

    private const int HeaderLength = 5;
    private const int MaxRequest = 64 * 1024;

    /// <exception cref="InvalidDataException">Not one uncompressed frame of a sensible size.</exception>
    public static async Task<T> ReadAsync<T>(HttpRequest request, MessageParser<T> parser, CancellationToken token) where T : IMessage<T>
    {
        var header = new byte[HeaderLength];
        await request.Body.ReadExactlyAsync(header, token);
        var length = BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(1));
        if (header[0] != 0 || length > MaxRequest)
            throw new InvalidDataException("The request is not one small uncompressed frame.");
        var body = new byte[length];
        await request.Body.ReadExactlyAsync(body, token);
        return parser.ParseFrom(body);
    }

    /// <summary>Writes and flushes: streams stay silent otherwise.</summary>
    public static async Task SendAsync(HttpResponse response, IMessage message, CancellationToken token)
    {
        var length = message.CalculateSize();
        var frame = new byte[HeaderLength + length];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), length);
        message.WriteTo(frame.AsSpan(HeaderLength));
        await response.Body.WriteAsync(frame, token);
        await response.Body.FlushAsync(token);
    }
}
