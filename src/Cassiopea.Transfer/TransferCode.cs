namespace Cassiopea.Transfer;

/// <summary>The codes of failures; the same words as in the messages between services, so that mapping is by name.</summary>
public static class TransferCode
{
    /// <summary>Login name or password refused.</summary>
    public const string AuthenticationFailed = "authentication-failed";

    /// <summary>Nothing answers at host and port.</summary>
    public const string Unreachable = "unreachable";

    /// <summary>The connection was lost in the middle.</summary>
    public const string ConnectionLost = "connection-lost";

    /// <summary>The server did not answer in time.</summary>
    public const string TimedOut = "timed-out";

    /// <summary>The certificate is expired, for another name, or not trusted.</summary>
    public const string CertificateRefused = "certificate-refused";

    /// <summary>TLS is required and the server does not offer it.</summary>
    public const string TlsNotOffered = "tls-not-offered";

    /// <summary>The target account is full.</summary>
    public const string OverQuota = "over-quota";

    /// <summary>One item is larger than the target takes.</summary>
    public const string TooBig = "too-big";

    /// <summary>The server asks to slow down.</summary>
    public const string Throttled = "throttled";

    /// <summary>The server refused one item.</summary>
    public const string ItemRefused = "item-refused";

    /// <summary>The source cannot deliver one item.</summary>
    public const string ItemUnreadable = "item-unreadable";

    /// <summary>An item arrived changed at the target.</summary>
    public const string ItemAltered = "item-altered";

    /// <summary>An item is at the target twice, because a sending that was given up arrived after all.</summary>
    public const string ItemDoubled = "item-doubled";

    /// <summary>An item is missing at the target.</summary>
    public const string ItemMissing = "item-missing";

    /// <summary>A folder, flag, permission or setting cannot be expressed at the target.</summary>
    public const string NotExpressible = "not-expressible";

    /// <summary>The account or server lacks a permission that is needed.</summary>
    public const string PermissionDenied = "permission-denied";

    /// <summary>The server broke its protocol.</summary>
    public const string ProtocolBroken = "protocol-broken";

    /// <summary>Disk full or not writable at our side.</summary>
    public const string StorageFull = "storage-full";

    /// <summary>A defect of ours.</summary>
    public const string InternalError = "internal-error";
}
