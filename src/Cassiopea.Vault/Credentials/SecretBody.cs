using System.Buffers;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;

namespace Cassiopea.Vault.Credentials;

/// <summary>
/// The body <c>{"memberId": …, "secret": …}</c> without a string of the secret: it is read into one pinned buffer, decoded in place into a second one,
/// and both are zeroed on disposal, as are the parts of the request's own buffers that were read.
/// </summary>
internal sealed class SecretBody : IDisposable
{
    private const int MaxBytes = 64 * 1024;
    private static readonly JsonReaderOptions Strict = new() { AllowTrailingCommas = false, CommentHandling = JsonCommentHandling.Disallow };

    private readonly byte[] _body = GC.AllocateUninitializedArray<byte>(MaxBytes, pinned: true);
    private readonly byte[] _secret = GC.AllocateUninitializedArray<byte>(MaxBytes, pinned: true);
    private int _length;
    private int _secretLength;

    private SecretBody()
    {
    }

    public Guid MemberId { get; private set; }

    public ReadOnlySpan<byte> Secret => _secret.AsSpan(0, _secretLength);

    /// <summary>Why the body cannot be taken; empty when it can.</summary>
    public string Problem { get; private set; } = "";

    /// <summary>Reads a request.</summary>
    public static async Task<SecretBody> ReadAsync(HttpRequest request, CancellationToken token)
    {
        var body = new SecretBody();
        try
        {
            await body.FillAsync(request, token);
            if (body.Problem.Length == 0) body.Parse();
            return body;
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_body);
        CryptographicOperations.ZeroMemory(_secret);
    }

    private async Task FillAsync(HttpRequest request, CancellationToken token)
    {
        while (true)
        {
            var read = await request.BodyReader.ReadAsync(token);
            if (_length + read.Buffer.Length > MaxBytes) Problem = "The body is larger than 64 KiB.";
            else
            {
                read.Buffer.CopyTo(_body.AsSpan(_length));
                _length += (int)read.Buffer.Length;
            }

            foreach (var part in read.Buffer) MemoryMarshal.AsMemory(part).Span.Clear();
            request.BodyReader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted || Problem.Length > 0) return;
        }
    }

    private void Parse()
    {
        const string Expected = "Send {\"memberId\": a GUID, \"secret\": a text of 1 to 16384 bytes}.";
        var hasSecret = false;
        try
        {
            var json = new Utf8JsonReader(_body.AsSpan(0, _length), Strict);
            json.Read();
            if (json.TokenType != JsonTokenType.StartObject) Problem = Expected;
            while (Problem.Length == 0 && json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                if (json.ValueTextEquals("memberId"u8) && json.Read() && json.TokenType == JsonTokenType.String && json.TryGetGuid(out var member)) MemberId = member;
                else if (json.ValueTextEquals("secret"u8) && json.Read() && json.TokenType == JsonTokenType.String) hasSecret = (_secretLength = json.CopyString(_secret)) > 0;
                else Problem = Expected;
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            Problem = Expected; // the exception's text may quote the body
        }

        if (MemberId == Guid.Empty || !hasSecret || _secretLength > VaultOptions.MaxSecretBytes) Problem = Expected;
    }
}
