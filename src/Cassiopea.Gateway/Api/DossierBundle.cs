using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Cassiopea.Gateway.Board;

namespace Cassiopea.Gateway.Api;

/// <summary>The dossier as one file to keep: page, print, data, key, receipts, and the signed list of them. Nothing in it needs a server.</summary>
internal static class DossierBundle
{
    /// <summary>The same rows give the same octets. A receipt whose list has not arrived yet is left out; null when the dossier was made before there was a list.</summary>
    public static byte[]? Write(DossierRow dossier, IReadOnlyList<ReceiptRow> receipts)
    {
        if (dossier.Contents.Length == 0)
            return null;
        SortedDictionary<string, byte[]> files = new(StringComparer.Ordinal)
        {
            ["dossier.html"] = Encoding.UTF8.GetBytes(dossier.Html),
            ["dossier.json"] = Encoding.UTF8.GetBytes(dossier.Json),
            ["dossier.pdf"] = dossier.Pdf,
            ["key.pem"] = Encoding.UTF8.GetBytes(dossier.PublicKeyPem),
        };
        foreach (var receipt in receipts)
        {
            files[$"receipts/{receipt.Name}.json"] = Encoding.UTF8.GetBytes(receipt.Json);
            files[$"receipts/{receipt.Name}.sig"] = Encoding.UTF8.GetBytes(receipt.Signature);
        }

        // the latest list of which every file is here
        var (contents, signature) = receipts.Where(receipt => receipt.Contents.Length > 0).OrderByDescending(receipt => receipt.Number)
            .Select(receipt => (receipt.Contents, receipt.ContentsSignature)).Append((dossier.Contents, dossier.ContentsSignature))
            .First(list => Named(list.Item1).All(files.ContainsKey));
        using var octets = new MemoryStream();
        using (var zip = new ZipArchive(octets, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var name in Named(contents))
                Add(zip, name, files[name], dossier.AsOf);
            Add(zip, "contents.json", Encoding.UTF8.GetBytes(contents), dossier.AsOf);
            Add(zip, "contents.sig", Encoding.UTF8.GetBytes(signature), dossier.AsOf);
        }

        return octets.ToArray();
    }

    static void Add(ZipArchive zip, string name, byte[] content, DateTimeOffset at)
    {
        var entry = zip.CreateEntry(name);
        entry.LastWriteTime = new DateTimeOffset(at.UtcDateTime, TimeSpan.Zero);
        using var stream = entry.Open();
        stream.Write(content);
    }

    static List<string> Named(string contents)
    {
        using var list = JsonDocument.Parse(contents);
        return [.. list.RootElement.GetProperty("files").EnumerateArray().Select(file => file.GetProperty("name").GetString()!)];
    }
}
