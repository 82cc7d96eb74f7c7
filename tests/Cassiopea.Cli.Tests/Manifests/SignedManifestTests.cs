using Cassiopea.Cli.Manifests;
using Cassiopea.Lab;
using Cassiopea.Lab.Servers;
using Cassiopea.Transfer;
using Cassiopea.Transfer.Manifests;

namespace Cassiopea.Cli.Tests.Manifests;

[Trait("Requirement", "mail-R25")]
public sealed class SignedManifestTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("cassiopea-signed-").FullName;

    private string Key => Path.Combine(_folder, "sign.key");

    private string Manifest => Path.Combine(_folder, "MANIFEST");

    private string PublicKey => SignedManifest.PublicKeyOf(Manifest);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task What_was_signed_verifies_and_signing_it_again_gives_the_same_octets()
    {
        await SignAsync();
        var (manifest, signature) = (await File.ReadAllBytesAsync(Manifest), await File.ReadAllTextAsync(SignedManifest.SignatureOf(Manifest)));
        Assert.Equal(64, Convert.FromBase64String(signature).Length);
        Assert.Equal(ExitCode.Complete, await VerifyAsync(PublicKey));
        await SignAsync();
        Assert.Equal(manifest, await File.ReadAllBytesAsync(Manifest));
        Assert.Equal(signature, await File.ReadAllTextAsync(SignedManifest.SignatureOf(Manifest)));
    }

    [Fact]
    public async Task One_changed_octet_anywhere_in_manifest_or_signature_is_found()
    {
        await SignAsync();
        var whole = await File.ReadAllBytesAsync(Manifest);
        var key = await File.ReadAllTextAsync(PublicKey);
        for (var at = 0; at < whole.Length; at++)
        {
            var changed = (byte[])whole.Clone();
            changed[at] ^= 0x01;
            await File.WriteAllBytesAsync(Manifest, changed);
            Assert.NotEmpty(SignedManifest.Verify(Manifest, SignedManifest.SignatureOf(Manifest), key).Differences);
        }

        Assert.Equal(ExitCode.Different, await VerifyAsync(PublicKey));
        await File.WriteAllBytesAsync(Manifest, whole);
        Assert.Equal(ExitCode.Complete, await VerifyAsync(PublicKey));
        var signature = Convert.FromBase64String(await File.ReadAllTextAsync(SignedManifest.SignatureOf(Manifest)));
        for (var bit = 0; bit < 8 * signature.Length; bit += 5)
        {
            var changed = (byte[])signature.Clone();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            await File.WriteAllTextAsync(SignedManifest.SignatureOf(Manifest), Convert.ToBase64String(changed));
            Assert.NotEmpty(SignedManifest.Verify(Manifest, SignedManifest.SignatureOf(Manifest), key).Differences);
        }

        await File.WriteAllTextAsync(SignedManifest.SignatureOf(Manifest), "AAAA");
        Assert.Equal(ExitCode.Different, await VerifyAsync(PublicKey));
    }

    [Fact]
    public async Task A_line_that_is_gone_is_told_beside_the_signature()
    {
        await SignAsync();
        await File.WriteAllLinesAsync(Manifest, (await File.ReadAllLinesAsync(Manifest))[..^1]);
        var differences = SignedManifest.Verify(Manifest, SignedManifest.SignatureOf(Manifest), await File.ReadAllTextAsync(PublicKey)).Differences;
        Assert.Equal("The signature is not of these octets: the manifest or the signature has been changed.", differences[0]);
        Assert.Contains("The header says 2 messages, the lines make 1.", differences);
    }

    [Fact]
    public async Task Another_key_does_not_verify_and_a_private_key_is_no_public_one()
    {
        await SignAsync();
        var other = Path.Combine(_folder, "other.pem");
        using (var key = SigningKey.OpenOrMake(Path.Combine(_folder, "other.key"))) await File.WriteAllTextAsync(other, Ed25519Pem.Public(key.Public));
        Assert.Equal(ExitCode.Different, await VerifyAsync(other));
        Assert.StartsWith("The manifest is signed by another key", Assert.Single(SignedManifest.Verify(Manifest, SignedManifest.SignatureOf(Manifest), await File.ReadAllTextAsync(other)).Differences), StringComparison.Ordinal);
        Assert.Equal(ExitCode.Usage, await VerifyAsync(Key));
        Assert.Equal(ExitCode.Usage, await VerifyAsync(Path.Combine(_folder, "none.pem")));
    }

    [Fact]
    public async Task A_key_is_made_for_its_owner_alone_and_stays_the_same()
    {
        byte[] made;
        using (var key = SigningKey.OpenOrMake(Key)) made = key.Public;
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, Mode());
        using (var again = SigningKey.OpenOrMake(Key)) Assert.Equal(made, again.Public);
        Assert.Equal([Key], Directory.GetFiles(_folder));
        await File.WriteAllTextAsync(Key, "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
        Assert.Throws<TransferException>(() => SigningKey.OpenOrMake(Key));

        UnixFileMode Mode() => OperatingSystem.IsWindows() ? throw new PlatformNotSupportedException() : File.GetUnixFileMode(Key);
    }

    [Theory]
    [InlineData("640")]
    [InlineData("604")]
    [InlineData("620")]
    [InlineData("602")]
    [InlineData("666")]
    [InlineData("611")]
    public async Task A_key_that_others_can_use_is_refused(string mode)
    {
        SigningKey.OpenOrMake(Key).Dispose();
        await ChildProcess.RunAsync(new("/usr/bin/chmod", mode, Key));
        var refused = Assert.Throws<TransferException>(() => SigningKey.OpenOrMake(Key));
        Assert.Equal((TransferFailureKind.Refused, TransferCode.PermissionDenied), (refused.Kind, refused.Code));
        Assert.Equal(ExitCode.Refused, await CommandTable.RunAsync(["mail", "verify", "--sign-key", Key, "--manifest", Manifest, "--from", "imap://a@127.0.0.1:1/", "--to", "imap://b@127.0.0.1:1/"]));
        await ChildProcess.RunAsync(new("/usr/bin/chmod", "600", Key));
        SigningKey.OpenOrMake(Key).Dispose();
        Assert.Equal(ExitCode.Usage, await CommandTable.RunAsync(["mail", "verify", "--sign-key", Key]));
    }

    [Fact]
    public async Task Openssl_alone_verifies_what_we_signed_and_refuses_a_changed_octet()
    {
        await SignAsync();
        Assert.Equal(0, await OpensslVerifyAsync());
        var octets = await File.ReadAllBytesAsync(Manifest);
        octets[^2] ^= 0x01;
        await File.WriteAllBytesAsync(Manifest, octets);
        Assert.Equal(1, await OpensslVerifyAsync());
    }

    [Fact]
    public async Task A_key_of_openssl_signs_and_ours_can_be_read_by_it()
    {
        await OpensslAsync("genpkey", "-algorithm", "ed25519", "-out", Key);
        await ChildProcess.RunAsync(new("/usr/bin/chmod", "600", Key));
        await SignAsync();
        var derived = Path.Combine(_folder, "derived.pem");
        Assert.Equal(0, await OpensslAsync("pkey", "-in", Key, "-pubout", "-out", derived));
        Assert.Equal(await File.ReadAllTextAsync(derived), await File.ReadAllTextAsync(PublicKey));

        File.Delete(Key);
        await SignAsync();
        Assert.Equal(0, await OpensslAsync("pkey", "-in", Key, "-pubout", "-out", derived));
        Assert.Equal(await File.ReadAllTextAsync(derived), await File.ReadAllTextAsync(PublicKey));
    }

    private async Task SignAsync()
    {
        using var key = SigningKey.OpenOrMake(Key);
        ManifestLine[] lines = [new("Envoyés/2019", "2019-01-31T08:00:00Z", "\\Seen", 1234, new('b', 64)), new("INBOX", "2026-11-24T11:00:00Z", "", 99, new('a', 64))];
        await SignedManifest.WriteAsync(Manifest, "imap://info@old.example:993/", lines, key, CancellationToken.None);
    }

    private Task<int> VerifyAsync(string key) => CommandTable.RunAsync(["manifest", "verify", Manifest, "--key", key, "--quiet"]);

    private async Task<int> OpensslVerifyAsync()
    {
        var signature = Path.Combine(_folder, "sig.bin");
        await OpensslAsync("base64", "-d", "-in", SignedManifest.SignatureOf(Manifest), "-out", signature);
        return await OpensslAsync("pkeyutl", "-verify", "-pubin", "-inkey", PublicKey, "-rawin", "-in", Manifest, "-sigfile", signature);
    }

    private static async Task<int> OpensslAsync(params string[] arguments) => (await Tool.RunAsync(new("/usr/bin/openssl", arguments), CancellationToken.None)).ExitCode;
}
