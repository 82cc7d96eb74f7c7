using System.Security.Cryptography;
using Cassiopea.Transfer;
using Org.BouncyCastle.Math.EC.Rfc8032;

namespace Cassiopea.Cli.Manifests;

/// <summary>The private key that manifests are signed with (Ed25519, RFC 8032): a PEM file that only its owner may read.</summary>
internal sealed class SigningKey : IDisposable
{
    private const int LongestFile = 4096;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Others = ~(OwnerOnly | UnixFileMode.UserExecute);
    private readonly byte[] _private;

    private SigningKey(byte[] @private)
    {
        _private = @private;
        Public = new byte[Ed25519Pem.KeyLength];
        Ed25519.GeneratePublicKey(_private, 0, Public, 0);
    }

    public byte[] Public { get; }

    /// <summary>The key of --sign-key, or null. It is opened before the work begins, so that a refusal costs nothing.</summary>
    public static SigningKey? Of(CommandLine line) => line.Value("--sign-key") is { } path ? OpenOrMake(Path.GetFullPath(path)) : null;

    /// <summary>Reads the key, or makes one where there is no file yet.</summary>
    /// <exception cref="TransferException">Others can read or change the file, or it holds no such key.</exception>
    public static SigningKey OpenOrMake(string path)
    {
        try
        {
            if (!File.Exists(path)) Make(path);
            return Open(path);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            throw Refused($"The key {path} cannot be read or made: {failed.Message}");
        }
    }

    /// <summary>The signature, 64 octets.</summary>
    public byte[] Sign(byte[] message)
    {
        var signature = new byte[Ed25519.SignatureSize];
        Ed25519.Sign(_private, 0, Public, 0, message, 0, message.Length, signature, 0);
        return signature;
    }

    public void Dispose() => CryptographicOperations.ZeroMemory(_private);

    private static SigningKey Open(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file.SafeFileHandle) & Others) != UnixFileMode.None)
            throw Refused($"Others can read or change the key {path}: chmod 600 it, and make another one if somebody did.");
        var (octets, text) = (new byte[LongestFile], new char[LongestFile]);
        var length = file.ReadAtLeast(octets, LongestFile, throwOnEndOfStream: false);
        for (var at = 0; at < length; at++) text[at] = (char)octets[at];
        var key = Ed25519Pem.ReadPrivate(text.AsSpan(0, length));
        CryptographicOperations.ZeroMemory(octets);
        Array.Clear(text);
        return key is null ? throw Refused($"{path} holds no private key of Ed25519 (PKCS #8, PEM, without a passphrase).") : new(key);
    }

    /// <summary>Mode 600 from the moment it exists, whole from the moment it has its name.</summary>
    private static void Make(string path)
    {
        var key = RandomNumberGenerator.GetBytes(Ed25519Pem.KeyLength);
        var pem = Ed25519Pem.Private(key);
        var unfinished = $"{path}.{Environment.ProcessId}.new";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0 };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerOnly;
        var octets = new byte[pem.Length + 1];
        for (var at = 0; at < pem.Length; at++) octets[at] = (byte)pem[at];
        octets[^1] = (byte)'\n';
        try
        {
            using (var file = new FileStream(unfinished, options))
            {
                file.Write(octets);
                file.Flush(flushToDisk: true);
            }

            File.Move(unfinished, path);
        }
        finally
        {
            File.Delete(unfinished);
            CryptographicOperations.ZeroMemory(key);
            CryptographicOperations.ZeroMemory(octets);
            Array.Clear(pem);
        }
    }

    private static TransferException Refused(string text) => new(TransferSide.Us, TransferFailureKind.Refused, TransferCode.PermissionDenied, text);
}
