using System.Security.Cryptography;
using System.Text;
using Cassiopea.Gateway.Access;

namespace Cassiopea.Gateway.SignIn;

/// <summary>Somebody of the house, with a password and a second factor (S19).</summary>
internal sealed class Person
{
    public const int ShortestPassword = 12;
    const int Iterations = 210_000;
    const int RecoveryCodes = 10;
    static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(15);

    public Guid Id { get; init; }

    /// <summary>Name in one spelling: the actor of all that the person does.</summary>
    public required string Login { get; init; }
    public Role Role { get; init; }
    public required string Language { get; set; }
    public byte[] Salt { get; set; } = [];

    /// <summary>SHA-256 of what the password derives to.</summary>
    public byte[] Verifier { get; set; } = [];

    /// <summary>The secret of the second factor, AES-256-GCM under a key that only the password makes.</summary>
    public byte[] SealedTotp { get; set; } = [];

    /// <summary>Time step of the last code that was taken: a code is good once.</summary>
    public long LastStep { get; set; }

    /// <summary>SHA-256 of the recovery codes that are left.</summary>
    public byte[][] Recovery { get; set; } = [];
    public int Failures { get; set; }
    public DateTimeOffset? LockedUntil { get; set; }
    public required string CreatedBy { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? ActivatedAt { get; set; }
    public DateTimeOffset? DisabledAt { get; set; }

    /// <summary>Takes a password and a second factor; returns the recovery codes, which are shown once.</summary>
    public IReadOnlyList<string> Activate(string password, byte[] totp, DateTimeOffset now)
    {
        Salt = RandomNumberGenerator.GetBytes(16);
        var (verifier, key) = Derive(password, Salt);
        Verifier = verifier;
        var nonce = RandomNumberGenerator.GetBytes(12);
        var (cipher, tag) = (new byte[totp.Length], new byte[16]);
        using (var aes = new AesGcm(key, tag.Length))
            aes.Encrypt(nonce, totp, cipher, tag, Id.ToByteArray());
        SealedTotp = [.. nonce, .. tag, .. cipher];
        var codes = Enumerable.Range(0, RecoveryCodes).Select(_ => RandomNumberGenerator.GetString("abcdefghjkmnpqrstuvwxyz23456789", 12)).ToList();
        Recovery = [.. codes.Select(Secrets.HashOf)];
        (ActivatedAt, Failures, LockedUntil, LastStep) = (now, 0, null, 0);
        return [.. codes.Select(c => $"{c[..4]}-{c[4..8]}-{c[8..]}")];
    }

    /// <summary>True when the password and the code are right; each code is taken once. Counts failures: from the fifth on each costs a longer wait.</summary>
    public bool Enters(string password, string code, DateTimeOffset now)
    {
        var (verifier, key) = Derive(password, Salt.Length > 0 ? Salt : new byte[16]);
        if (LockedUntil > now || ActivatedAt is null || DisabledAt is not null)
            return false;
        if (CryptographicOperations.FixedTimeEquals(verifier, Verifier) && TakeCode(key, code, now))
        {
            (Failures, LockedUntil) = (0, null);
            return true;
        }
        if (++Failures >= 5)
        {
            var wait = TimeSpan.FromSeconds(15 * Math.Pow(2, Math.Min(Failures - 5, 10)));
            LockedUntil = now + (wait < LongestDelay ? wait : LongestDelay);
        }
        return false;
    }

    /// <summary>The work of a check, for a login that does not exist: the answer takes as long.</summary>
    public static void WorkAsIfKnown(string password) => Derive(password, new byte[16]);

    bool TakeCode(byte[] key, string code, DateTimeOffset now)
    {
        var plain = new string([.. code.Where(char.IsLetterOrDigit)]).ToLowerInvariant();
        if (plain.Length == 12)
        {
            var hash = Secrets.HashOf(plain);
            var kept = Recovery.Where(r => !CryptographicOperations.FixedTimeEquals(r, hash)).ToArray();
            var found = kept.Length < Recovery.Length;
            Recovery = kept;
            return found;
        }
        var totp = new byte[SealedTotp.Length - 28];
        using (var aes = new AesGcm(key, 16))
            aes.Decrypt(SealedTotp.AsSpan(0, 12), SealedTotp.AsSpan(28), SealedTotp.AsSpan(12, 16), totp, Id.ToByteArray());
        if (Totp.StepOf(totp, plain, now) is not { } step || step <= LastStep)
            return false;
        LastStep = step;
        return true;
    }

    static (byte[] Verifier, byte[] Key) Derive(string password, byte[] salt)
    {
        var derived = Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(password.Normalize()), salt, Iterations, HashAlgorithmName.SHA512, 64);
        return (SHA256.HashData(derived.AsSpan(0, 32)), derived[32..]);
    }
}
