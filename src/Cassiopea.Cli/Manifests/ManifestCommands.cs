using System.Text;
using Cassiopea.Transfer.Manifests;

namespace Cassiopea.Cli.Manifests;

/// <summary>Signed manifests: what a member is given as proof.</summary>
internal static class ManifestCommands
{
    public static IReadOnlyList<Command> All { get; } =
    [
        new("manifest verify", "Tells whether a manifest is the one that was signed.", "--key= --signature= --quiet", VerifyAsync, "FILE"),
    ];

    /// <summary>Tells where the manifest is and who signed it.</summary>
    public static void Say(CommandLine line, string path, ManifestHeader header, string sha256, SigningKey? key)
    {
        if (line.Has("--quiet") || line.Has("--json")) return;
        Console.WriteLine($"  manifest {path}: {Counts(header)}, sha256 {sha256}");
        if (key is null) return;
        Console.WriteLine($"  signed: {SignedManifest.SignatureOf(path)}; public key, also in {SignedManifest.PublicKeyOf(path)}:");
        Console.Write(Ed25519Pem.Public(key.Public));
    }

    private static Task<int> VerifyAsync(CommandLine line, CancellationToken token)
    {
        if (line.Words is not [var path]) throw new UsageException("manifest verify takes one FILE.");
        var (header, sha256, differences) = SignedManifest.Verify(path, line.Value("--signature") ?? SignedManifest.SignatureOf(path), Key(line.Required("--key")));
        if (!line.Has("--quiet"))
        {
            Console.WriteLine(differences.Count == 0 ? $"{path}: signed by this key, unchanged" : $"{path}: not what was signed");
            if (header is not null) Console.WriteLine($"  {header.Account}: {Counts(header)}");
            Console.WriteLine($"  sha256 {sha256}");
            foreach (var difference in differences) Console.WriteLine($"  ! {difference}");
        }

        return Task.FromResult(differences.Count == 0 ? ExitCode.Complete : ExitCode.Different);
    }

    private static string Key(string path)
    {
        try
        {
            return File.ReadAllText(path, Encoding.ASCII);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--key {path} cannot be read: {failed.Message}");
        }
    }

    private static string Counts(ManifestHeader header) => FormattableString.Invariant($"{header.Messages} messages in {header.Folders} folders, {header.Bytes} bytes");
}
