using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Cassiopea.Cli.Manifests;
using Cassiopea.Cli.Tests.Api;
using Cassiopea.Contracts;
using Cassiopea.Gateway.Tests;
using Cassiopea.Lab;

namespace Cassiopea.Cli.Tests.Manifests;

/// <summary>A dossier is checked with nothing but its file.</summary>
[Trait("Requirement", "journey-C12")]
public sealed class DossierTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("dossier-").FullName;
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly Guid _migration = Guid.CreateVersion7();
    private readonly Dictionary<string, string> _signatures = [];

    public void Dispose()
    {
        _key.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    [Trait("Category", "Servers")]
    public async Task What_the_gateway_gives_verifies_without_it()
    {
        await using var gateway = await TestGateway.StartAsync();
        var (member, migration) = await gateway.SeedAsync("M0042", MigrationState.HandedOver);
        var files = Parts(migration, []);
        var (first, later) = (List(migration, 0, files), List(migration, 1, Parts(migration, ["credentials"])));
        var receipt = Text(Parts(migration, ["credentials"])["receipts/credentials.json"]);
        await gateway.PublishAsync(
            new DossierDelivered(
                migration, member, Hash(files["dossier.json"]), Text(files["dossier.json"]), Text(files["dossier.html"]), DateTimeOffset.UnixEpoch.AddYears(50), files["dossier.pdf"],
                Text(files["key.pem"]), first, Sign(first)),
            new ReceiptSigned(migration, "credentials", receipt, Text(Parts(migration, ["credentials"])["receipts/credentials.sig"]), DateTimeOffset.UnixEpoch, 1, later, Sign(later)));
        await Eventually.TrueAsync("both are there", () => gateway.QueryAsync(db => Task.FromResult(db.Dossiers.Any() && db.Receipts.Any())));
        var file = Path.Combine(_folder, "d.zip");
        using (var cli = new CliRun(gateway)) Assert.Equal(0, (await cli.RunAsync("dossier", "build", "M0042", "--out", file)).Code);
        using var alone = new CliRun();
        var (code, text) = await alone.RunAsync("dossier", "verify", file);
        Assert.Equal(0, code);
        Assert.Contains("1 receipts", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_dossier_as_it_was_signed_has_no_problem()
    {
        var check = DossierCheck.Of(Write(), _key.ExportSubjectPublicKeyInfoPem().ReplaceLineEndings("\r\n"));
        Assert.Empty(check.Problems);
        Assert.Equal(2, check.Receipts);
    }

    [Theory]
    [InlineData("dossier.html")]
    [InlineData("dossier.json")]
    [InlineData("dossier.pdf")]
    [InlineData("key.pem")]
    [InlineData("contents.json")]
    [InlineData("contents.sig")]
    [InlineData("receipts/credentials.json")]
    [InlineData("receipts/credentials.sig")]
    [InlineData("receipts/mail.json")]
    [InlineData("receipts/mail.sig")]
    public void A_changed_octet_and_a_part_that_is_taken_away_are_found_and_named(string name)
    {
        for (var place = 0; place < 8; place++)
            Assert.Contains(DossierCheck.Of(Write(files => files[name][files[name].Length * place / 8] ^= 1), null).Problems, problem => problem.Contains(name, StringComparison.Ordinal));
        Assert.Contains(DossierCheck.Of(Write(files => files.Remove(name)), null).Problems, problem => problem.Contains(name, StringComparison.Ordinal));
    }

    [Fact]
    public void A_part_that_was_added_is_found_and_named()
    {
        Assert.StartsWith("extra.txt ", Assert.Single(Told(Write(files => files["extra.txt"] = [1]))), StringComparison.Ordinal);
        Assert.Contains(Told(Write(files => (files["receipts/vault.json"], files["receipts/vault.sig"]) = (files["receipts/mail.json"], files["receipts/mail.sig"]))), problem => problem.StartsWith("receipts/vault.json ", StringComparison.Ordinal));
    }

    [Fact]
    public void Another_persons_key_and_another_members_receipt_are_found()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Assert.NotEmpty(DossierCheck.Of(Write(), other.ExportSubjectPublicKeyInfoPem()).Problems);
        Assert.NotEmpty(DossierCheck.Of(Write(files => files["key.pem"] = Encoding.UTF8.GetBytes(other.ExportSubjectPublicKeyInfoPem())), null).Problems);
        var strange = Parts(Guid.NewGuid(), ["mail"]);
        Assert.NotEmpty(DossierCheck.Of(Write(files => (files["receipts/mail.json"], files["receipts/mail.sig"]) = (strange["receipts/mail.json"], strange["receipts/mail.sig"])), null).Problems);
    }

    [Fact]
    public void A_file_that_is_no_archive_is_told()
    {
        var path = Path.Combine(_folder, "no.zip");
        File.WriteAllText(path, "not a zip");
        Assert.Single(DossierCheck.Of(path, null).Problems);
    }

    private static IReadOnlyList<string> Told(string path) => DossierCheck.Of(path, null).Problems;

    private string Write(Action<Dictionary<string, byte[]>>? change = null)
    {
        var files = Parts(_migration, ["credentials", "mail"]);
        var list = List(_migration, 2, files);
        (files["contents.json"], files["contents.sig"]) = (Encoding.UTF8.GetBytes(list), Encoding.UTF8.GetBytes(Sign(list)));
        change?.Invoke(files);
        var path = Path.Combine(_folder, $"{Guid.NewGuid():n}.zip");
        using var zip = ZipFile.Open(path, ZipArchiveMode.Create);
        foreach (var (name, content) in files)
        {
            using var stream = zip.CreateEntry(name).Open();
            stream.Write(content);
        }

        return path;
    }

    private Dictionary<string, byte[]> Parts(Guid migration, IReadOnlyList<string> receipts)
    {
        var json = JsonSerializer.Serialize(new { format = 1, migrationId = migration, member = "M0042", erasure = new { receiptPublicKey = _key.ExportSubjectPublicKeyInfoPem() } });
        Dictionary<string, byte[]> files = new()
        {
            ["dossier.html"] = Encoding.UTF8.GetBytes($"<p>SHA-256 {Hash(Encoding.UTF8.GetBytes(json))}</p>"),
            ["dossier.json"] = Encoding.UTF8.GetBytes(json),
            ["dossier.pdf"] = "%PDF-1.7 some pages"u8.ToArray(),
            ["key.pem"] = Encoding.UTF8.GetBytes(_key.ExportSubjectPublicKeyInfoPem()),
        };
        foreach (var name in receipts)
        {
            var receipt = JsonSerializer.Serialize(new { format = 1, migrationId = migration, files = 12 });
            if (!_signatures.TryGetValue(receipt, out var signature)) _signatures[receipt] = signature = Sign(receipt);
            (files[$"receipts/{name}.json"], files[$"receipts/{name}.sig"]) = (Encoding.UTF8.GetBytes(receipt), Encoding.UTF8.GetBytes(signature));
        }

        return files;
    }

    private static string List(Guid migration, int number, Dictionary<string, byte[]> files) => JsonSerializer.Serialize(new
    {
        format = 1,
        migrationId = migration,
        number,
        files = files.Select(file => new { name = file.Key, bytes = file.Value.Length, sha256 = Hash(file.Value) }),
    });

    private static string Text(byte[] octets) => Encoding.UTF8.GetString(octets);

    private static string Hash(byte[] octets) => Convert.ToHexStringLower(SHA256.HashData(octets));

    private string Sign(string text) => Convert.ToBase64String(_key.SignData(Encoding.UTF8.GetBytes(text), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
}
