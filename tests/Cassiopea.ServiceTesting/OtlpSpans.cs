using System.IO.Compression;
using System.Text;

namespace Cassiopea.ServiceTesting;

/// <summary>A span as a telemetry back end receives it.</summary>
/// <param name="Trace">Trace id, lower-case hex.</param>
/// <param name="Name">Name.</param>
public sealed record SentSpan(string Trace, string Name);

/// <summary>Reads what <see cref="Lab.Servers.OtlpSink"/> kept: <c>ExportTraceServiceRequest</c> of opentelemetry-proto, of which only ids and names matter here.</summary>
public static class OtlpSpans
{
    private const int LengthDelimited = 2;

    /// <summary>All spans in the folder.</summary>
    public static async Task<IReadOnlyList<SentSpan>> ReadAsync(string folder, CancellationToken token)
    {
        List<SentSpan> spans = [];
        foreach (var file in Directory.EnumerateFiles(folder, "traces-*"))
        {
            await using Stream from = file.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(File.OpenRead(file), CompressionMode.Decompress) : File.OpenRead(file);
            using MemoryStream bytes = new();
            await from.CopyToAsync(bytes, token);
            // request → resource_spans = 1 → scope_spans = 2 → spans = 2 → trace_id = 1, name = 5
            foreach (var resource in Fields(bytes.ToArray(), 1))
                foreach (var scope in Fields(resource, 2))
                    foreach (var span in Fields(scope, 2))
                        spans.Add(new SentSpan(Convert.ToHexStringLower(Fields(span, 1)[0].Span), Encoding.UTF8.GetString(Fields(span, 5)[0].Span)));
        }

        return spans;
    }

    /// <summary>The length-delimited fields of one number in a message of protocol buffers.</summary>
    private static List<ReadOnlyMemory<byte>> Fields(ReadOnlyMemory<byte> message, int number)
    {
        List<ReadOnlyMemory<byte>> found = [];
        for (var at = 0; at < message.Length;)
        {
            var key = Number(message.Span, ref at);
            switch (key & 7)
            {
                case 0:
                    Number(message.Span, ref at);
                    break;
                case 1:
                    at += 8;
                    break;
                case LengthDelimited:
                    var length = (int)Number(message.Span, ref at);
                    if (key >> 3 == (ulong)number)
                        found.Add(message.Slice(at, length));
                    at += length;
                    break;
                case 5:
                    at += 4;
                    break;
                default:
                    throw new InvalidDataException($"Wire type {key & 7}.");
            }
        }

        return found;
    }

    private static ulong Number(ReadOnlySpan<byte> message, ref int at)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var one = message[at++];
            value |= (ulong)(one & 0x7f) << shift;
            if (one < 0x80)
                return value;
        }
    }
}
