using System.Security.Cryptography;
using System.Text.Json;
using Cassiopea.Gateway.Problems;

namespace Cassiopea.Gateway.Api;

/// <summary>Reads <c>{"secret": "…"}</c> into pinned memory that is zeroed on disposal: no string of the secret is ever made here.</summary>
internal sealed class SecretBody : IDisposable
{
    /// <summary>JSON may escape each byte with six.</summary>
    public const int LongestBody = 6 * LongestSecret + 256;

    public const int LongestSecret = 16 * 1024;

    readonly byte[] _secret = GC.AllocateUninitializedArray<byte>(LongestBody, pinned: true);
    int _length;

    public ReadOnlyMemory<byte> Secret => _secret.AsMemory(0, _length);

    /// <summary>Not empty, at most <see cref="LongestSecret"/> bytes, no NUL.</summary>
    public bool IsAcceptable => _length is >= 1 and <= LongestSecret && !Secret.Span.Contains((byte)0);

    /// <exception cref="BadHttpRequestException">The body is not that JSON object, or too large.</exception>
    public static async Task<SecretBody> ReadAsync(HttpRequest request, CancellationToken token)
    {
        if (!request.HasJsonContentType())
            throw new BadHttpRequestException("JSON is expected", ProblemCode.MediaTypeNotSupported.Status);
        var body = GC.AllocateUninitializedArray<byte>(LongestBody, pinned: true);
        var secret = new SecretBody();
        try
        {
            var length = await request.Body.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, token);
            if (secret.TryParse(body.AsSpan(0, length)))
                return secret;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(body);
        }
        secret.Dispose();
        throw new BadHttpRequestException("not a secret in JSON", ProblemCode.Malformed.Status);
    }

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_secret);
        _length = 0;
    }

    // what the parser says may quote the body: it is dropped here
    bool TryParse(ReadOnlySpan<byte> body)
    {
        try
        {
            Parse(body);
            return true;
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    void Parse(ReadOnlySpan<byte> body)
    {
        var json = new Utf8JsonReader(body);
        if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
            throw new JsonException();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (!json.ValueTextEquals("secret"u8) || !json.Read() || json.TokenType != JsonTokenType.String)
                throw new JsonException();
            _length = json.CopyString(_secret);
        }
        if (json.TokenType != JsonTokenType.EndObject)
            throw new JsonException();
    }
}
