using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Cassiopea.Cli.Manifests;

/// <summary>Checks a dossier that was downloaded, with nothing but the file itself and, if given, the key that was printed or handed over.</summary>
internal sealed class DossierCheck
{
    private const long Largest = 64 * 1024 * 1024;
    private const string Contents = "contents.json";
    private const string Signature = "contents.sig";
    private readonly Dictionary<string, byte[]> _files = new(StringComparer.Ordinal);

    /// <summary>What is wrong; empty when all is as it was signed.</summary>
    public List<string> Problems { get; } = [];

    /// <summary>Receipts that were checked.</summary>
    public int Receipts { get; private set; }

    /// <summary>Files that are in the signed list.</summary>
    public int Files { get; private set; }

    /// <summary>SHA-256 of the data, lower-case hex.</summary>
    public string Sha256 { get; private set; } = "";

    /// <summary>SHA-256 of the key that signed, lower-case hex of its PEM without white space: to compare with the key that the association was given.</summary>
    public string KeySha256 { get; private set; } = "";

    public static DossierCheck Of(string path, string? knownKeyPem)
    {
        var check = new DossierCheck();
        try
        {
            using var zip = ZipFile.OpenRead(path);
            foreach (var entry in zip.Entries) check.Read(entry);
        }
        catch (InvalidDataException)
        {
            check.Problems.Add(Speech("The file is no ZIP file, or it is damaged.", "Ce n'est pas un fichier ZIP, ou il est abîmé."));
            return check;
        }

        foreach (var name in (string[])[Contents, Signature, "key.pem", "dossier.json", "dossier.html", "dossier.pdf"])
            if (!check._files.ContainsKey(name)) check.Missing(name);
        if (check._files.ContainsKey(Contents) && check._files.ContainsKey("key.pem")) check.Examine(knownKeyPem);
        return check;
    }

    private void Read(ZipArchiveEntry entry)
    {
        using var content = new MemoryStream();
        try
        {
            using var stream = entry.Open();
            var octets = new byte[81920];
            for (int read; (read = stream.Read(octets)) > 0;)
            {
                // what the entry says of its own length is not believed
                if (content.Length + read > Largest) throw new InvalidDataException();
                content.Write(octets, 0, read);
            }
        }
        catch (InvalidDataException)
        {
            Problems.Add(Speech($"{entry.FullName} cannot be read, or is larger than any part of a dossier.", $"{entry.FullName} est illisible, ou plus grand que toute partie d'un dossier."));
        }

        if (!_files.TryAdd(entry.FullName, content.ToArray()))
            Problems.Add(Speech($"{entry.FullName} is there twice.", $"{entry.FullName} s'y trouve deux fois."));
    }

    private void Examine(string? knownKeyPem)
    {
        var pem = Encoding.UTF8.GetString(_files["key.pem"]);
        if (knownKeyPem is not null && Plain(knownKeyPem) != Plain(pem))
            Problems.Add(Speech("key.pem is not the key that you gave: somebody else signed.", "key.pem n'est pas la clé que vous avez donnée : quelqu'un d'autre a signé."));
        KeySha256 = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Plain(pem))));
        Signed(Contents, Signature, pem);
        if (_files.TryGetValue("dossier.json", out var json)) Sha256 = Convert.ToHexStringLower(SHA256.HashData(json));
        try
        {
            using var list = JsonDocument.Parse(_files[Contents]);
            var migration = list.RootElement.GetProperty("migrationId").GetGuid();
            Compare(list.RootElement);
            if (json is not null) OfData(json, migration, pem);
            foreach (var name in _files.Keys.Where(static name => name.StartsWith("receipts/", StringComparison.Ordinal) && name.EndsWith(".json", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
            {
                Receipts++;
                Signed(name, name[..^5] + ".sig", pem);
                OfMigration(name, _files[name], migration);
            }
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            Problems.Add(Speech($"{Contents} cannot be read.", $"{Contents} est illisible."));
        }
    }

    /// <summary>Each file of the list is there with its fingerprint, and no other.</summary>
    private void Compare(JsonElement list)
    {
        HashSet<string> named = new([Contents, Signature], StringComparer.Ordinal);
        foreach (var file in list.GetProperty("files").EnumerateArray())
        {
            var name = file.GetProperty("name").GetString()!;
            Files++;
            named.Add(name);
            if (!_files.TryGetValue(name, out var content)) Missing(name);
            else if (content.LongLength != file.GetProperty("bytes").GetInt64() || Convert.ToHexStringLower(SHA256.HashData(content)) != file.GetProperty("sha256").GetString())
                Problems.Add(Speech($"{name} was changed.", $"{name} a été modifié."));
        }

        foreach (var added in _files.Keys.Where(name => !named.Contains(name)).Order(StringComparer.Ordinal))
            Problems.Add(Speech($"{added} was added.", $"{added} a été ajouté."));
    }

    private void OfData(byte[] json, Guid migration, string pem)
    {
        OfMigration("dossier.json", json, migration);
        using var data = Parsed("dossier.json", json);
        if (data is null)
            return;
        if (!data.RootElement.TryGetProperty("erasure", out var erasure) || !erasure.TryGetProperty("receiptPublicKey", out var named))
            Problems.Add(Speech("dossier.json names no key.", "dossier.json ne nomme aucune clé."));
        else if (Plain(named.GetString() ?? "") != Plain(pem))
            Problems.Add(Speech("key.pem is not the key that dossier.json names.", "key.pem n'est pas la clé que nomme dossier.json."));
    }

    private void OfMigration(string name, byte[] json, Guid migration)
    {
        using var data = Parsed(name, json);
        if (data is not null && !(data.RootElement.TryGetProperty("migrationId", out var id) && id.TryGetGuid(out var named) && named == migration))
            Problems.Add(Speech($"{name} belongs to another migration.", $"{name} appartient à une autre migration."));
    }

    private JsonDocument? Parsed(string name, byte[] json)
    {
        try
        {
            return JsonDocument.Parse(json);
        }
        catch (JsonException)
        {
            Problems.Add(Speech($"{name} cannot be read.", $"{name} est illisible."));
            return null;
        }
    }

    private void Missing(string name)
    {
        var text = Speech($"{name} is missing.", $"{name} manque.");
        if (!Problems.Contains(text)) Problems.Add(text);
    }

    private void Signed(string name, string signature, string pem)
    {
        var isSigned = false;
        try
        {
            using var key = ECDsa.Create();
            key.ImportFromPem(pem);
            isSigned = _files.TryGetValue(signature, out var text)
                && key.VerifyData(_files[name], Convert.FromBase64String(Encoding.UTF8.GetString(text)), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        }
        catch (Exception e) when (e is CryptographicException or FormatException or ArgumentException)
        {
            // not a key or not a signature: as good as none
        }

        if (!isSigned) Problems.Add(Speech($"{name} is not what was signed ({signature}).", $"{name} n'est pas ce qui a été signé ({signature})."));
    }

    private static string Plain(string pem) => string.Concat(pem.Where(static c => !char.IsWhiteSpace(c)));

    private static string Speech(string english, string french) => Api.Speech.Of(english, french);
}
