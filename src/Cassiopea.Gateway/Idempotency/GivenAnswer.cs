namespace Cassiopea.Gateway.Idempotency;

/// <summary>An answer that was given to a request, kept seven days under the caller's key.</summary>
internal sealed class GivenAnswer
{
    public static readonly TimeSpan Life = TimeSpan.FromDays(7);

    public Guid ApiKeyId { get; init; }
    public required string Key { get; init; }
    public required byte[] Fingerprint { get; init; }
    public int Status { get; init; }
    public string? Location { get; init; }
    public string? Body { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
}
