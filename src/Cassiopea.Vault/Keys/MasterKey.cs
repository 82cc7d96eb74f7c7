namespace Cassiopea.Vault.Keys;

/// <summary>Where a version of the master key stands.</summary>
internal enum MasterKeyState
{
    /// <summary>Wraps new data keys; there is exactly one.</summary>
    Active,

    /// <summary>Still wraps some data keys, which are being wrapped again.</summary>
    Retiring,

    /// <summary>Wraps nothing any more; its file is deleted.</summary>
    Destroyed,
}

/// <summary>What the database knows of a version of the master key: never the key.</summary>
internal sealed class MasterKey
{
    public required int Version { get; init; }

    public required MasterKeyState State { get; set; }

    /// <summary>Tells whether the file is the right one.</summary>
    public required byte[] Fingerprint { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? DestroyedAt { get; set; }
}

/// <summary>A member's data key, wrapped.</summary>
internal sealed class DataKey
{
    public required Guid Id { get; init; }

    public required Guid MemberId { get; init; }

    public required int MasterKeyVersion { get; set; }

    public required byte[] Wrapped { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }
}
