using Cassiopea.Cli.Manifests;
using Cassiopea.Imap;
using Cassiopea.Imap.Archive;
using Cassiopea.Imap.Mailbox;
using Cassiopea.Transfer.Manifests;

namespace Cassiopea.Cli.Mail;

/// <summary>Signs what a verification and an archive list (--sign-key).</summary>
internal static class MailManifests
{
    /// <summary>Beside an archive's tree; <c>manifest.tsv</c> stays what later runs read.</summary>
    private const string OfArchive = "MANIFEST";

    /// <summary>Where a verification writes its list: at --manifest, or beside it when that is to become a signed manifest.</summary>
    public static string? List(CommandLine line, SigningKey? key)
    {
        var path = line.Value("--manifest");
        if (key is null) return path;
        return path is null ? throw new UsageException("--sign-key needs --manifest FILE.") : path + ".list";
    }

    /// <summary>Makes the manifest of a verification; it is signed only when every message of the source has its equal at the target.</summary>
    public static async Task OfVerificationAsync(CommandLine line, ImapAccount source, MailboxVerificationResult result, SigningKey key, CancellationToken token)
    {
        var (path, list) = (line.Required("--manifest"), List(line, key)!);
        var lines = File.ReadLines(list).Select(static text => ManifestLine.Parse(text) ?? throw new InvalidDataException("The verification wrote a line that is none of a manifest."));
        var signer = result.Equal ? key : null;
        var (header, sha256) = await SignedManifest.WriteAsync(path, source.Endpoint.Url, lines, signer, token);
        File.Delete(list);
        ManifestCommands.Say(line, path, header, sha256, signer);
        if (signer is null) await Console.Error.WriteLineAsync("The manifest is not signed: the ends differ.");
    }

    /// <summary>Makes and signs the manifest of what an archive's tree holds.</summary>
    public static async Task OfArchiveAsync(CommandLine line, ImapAccount source, string directory, SigningKey key, CancellationToken token)
    {
        var path = Path.Combine(directory, OfArchive);
        var (header, sha256) = await SignedManifest.WriteAsync(path, source.Endpoint.Url, ArchiveManifest.Read(directory), key, token);
        ManifestCommands.Say(line, path, header, sha256, key);
    }
}
