using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;

namespace Cassiopea.ServiceDefaults.Vault;

/// <summary>The body of <c>PUT /credentials/{id}</c>, written without a string of the secret and zeroed on disposal.</summary>
internal sealed class SecretContent : HttpContent
{
    private readonly ArrayBufferWriter<byte> _body;

    public SecretContent(Guid memberId, ReadOnlySpan<byte> secret)
    {
        _body = new ArrayBufferWriter<byte>(secret.Length * 6 + 256); // six bytes per byte is JSON's longest escape: it never grows and leaves a copy
        using var json = new Utf8JsonWriter(_body);
        json.WriteStartObject();
        json.WriteString("memberId", memberId);
        json.WriteString("secret", secret);
        json.WriteEndObject();
        Headers.ContentType = new MediaTypeHeaderValue("application/json");
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        stream.WriteAsync(_body.WrittenMemory, cancellationToken).AsTask();

    protected override bool TryComputeLength(out long length)
    {
        length = _body.WrittenCount;
        return true;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _body.Clear();
        base.Dispose(disposing);
    }
}

/// <summary>The answer to <c>POST /leases</c>; the secret lies in a pinned buffer that is zeroed on disposal.</summary>
internal sealed class LeasedSecret : IDisposable
{
    private const int MaxBytes = 128 * 1024;
    private readonly byte[] _secret;
    private int _length;

    private LeasedSecret(int capacity) => _secret = GC.AllocateUninitializedArray<byte>(capacity, pinned: true);

    public Guid LeaseId { get; private set; }

    public DateTimeOffset ExpiresAt { get; private set; }

    public ReadOnlyMemory<byte> Secret => _secret.AsMemory(0, _length);

    public static async Task<LeasedSecret> ReadAsync(HttpContent content, CancellationToken token)
    {
        if (content.Headers.ContentLength is not ({ } announced and > 0 and <= MaxBytes)) throw new JsonException("The vault's answer has no usable length.");
        var body = GC.AllocateUninitializedArray<byte>((int)announced, pinned: true);
        try
        {
            await using var stream = await content.ReadAsStreamAsync(token);
            await stream.ReadExactlyAsync(body, token);
            return Parse(body);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(body);
        }
    }

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_secret);
        _length = 0;
    }

    private static LeasedSecret Parse(ReadOnlySpan<byte> body)
    {
        var leased = new LeasedSecret(body.Length);
        var json = new Utf8JsonReader(body);
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("leaseId"u8) && json.Read()) leased.LeaseId = json.GetGuid();
            else if (json.ValueTextEquals("expiresAt"u8) && json.Read()) leased.ExpiresAt = json.GetDateTimeOffset();
            else if (json.ValueTextEquals("secret"u8) && json.Read()) leased._length = json.CopyString(leased._secret);
            else json.Skip();
        }

        return leased;
    }
}
