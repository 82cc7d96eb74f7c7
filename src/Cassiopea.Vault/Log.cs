namespace Cassiopea.Vault;

/// <summary>Ids and counts only; never a secret, a key or a token.</summary>
internal static partial class Log
{
    [LoggerMessage(5001, LogLevel.Information, "Made the first master key: {Path}. Back it up apart from the database")]
    public static partial void MasterKeyCreated(this ILogger log, string path);

    [LoggerMessage(5002, LogLevel.Information, "Master key rotation: version {Version} is active, {Count} data keys are to be wrapped again")]
    public static partial void RotationBegun(this ILogger log, int version, int count);

    [LoggerMessage(5003, LogLevel.Information, "Master key rotation done: {Count} data keys wrapped again in {Elapsed}; older versions are destroyed")]
    public static partial void RotationDone(this ILogger log, int count, TimeSpan elapsed);

    [LoggerMessage(5004, LogLevel.Error, "Master key rotation stopped; it is tried again in {Pause}")]
    public static partial void RotationFailed(this ILogger log, Exception exception, TimeSpan pause);

    [LoggerMessage(5005, LogLevel.Warning, "{Service} was refused a lease on {CredentialId}: no grant")]
    public static partial void LeaseRefused(this ILogger log, string service, Guid credentialId);

    [LoggerMessage(5006, LogLevel.Warning, "A call without a known service token was refused")]
    public static partial void UnknownCaller(this ILogger log);

    [LoggerMessage(5007, LogLevel.Information, "Erased {Count} credentials and the data key of member {MemberId}")]
    public static partial void Erased(this ILogger log, int count, Guid memberId);
}
