using System.Text.Json.Serialization;

namespace Cassiopea.Contracts;

/// <summary>Whose side a failure is on.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FailureSide>))]
public enum FailureSide
{
    /// <summary>The old host, its server or the account there.</summary>
    Source,

    /// <summary>The new provider, its server or the account there.</summary>
    Target,

    /// <summary>Cassiopea's own software or machines.</summary>
    Us,
}

/// <summary>What can be expected of trying again.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FailureKind>))]
public enum FailureKind
{
    /// <summary>Will pass by itself: tried again without a person.</summary>
    Passing,

    /// <summary>The server said no and will say no again until a person changes something.</summary>
    Refused,

    /// <summary>The conversation was lost or not understood: staff must look.</summary>
    Broken,
}

/// <summary>The only way to say that something went wrong.</summary>
/// <param name="Side">Whose side it is on.</param>
/// <param name="Kind">What can be expected of trying again.</param>
/// <param name="Code">One of <see cref="FailureCode"/>: stable, kebab-case, never translated.</param>
/// <param name="Text">What happened, in English, for staff: at most 500 characters, no secret, no content of a message.</param>
public sealed record Failure(FailureSide Side, FailureKind Kind, string Code, string Text);

/// <summary>The closed list of codes; cause, who must act and what to do are looked up by code in French, Dutch and English.</summary>
public static class FailureCode
{
    /// <summary>Login name or password refused.</summary>
    public const string AuthenticationFailed = "authentication-failed";

    /// <summary>No credential is known for an endpoint.</summary>
    public const string CredentialMissing = "credential-missing";

    /// <summary>The vault did not answer or refused a lease.</summary>
    public const string VaultUnavailable = "vault-unavailable";

    /// <summary>Nothing answers at host and port.</summary>
    public const string Unreachable = "unreachable";

    /// <summary>The address is loopback or private and is not in an allowed test network.</summary>
    public const string AddressRefused = "address-refused";

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

    /// <summary>The server refused one item (message, file, row).</summary>
    public const string ItemRefused = "item-refused";

    /// <summary>The source cannot deliver one item (message, file, row).</summary>
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

    /// <summary>This version of the system cannot do this for this kind of item yet.</summary>
    public const string NotSurveyed = "not-surveyed";

    /// <summary>A defect of ours.</summary>
    public const string InternalError = "internal-error";
}
