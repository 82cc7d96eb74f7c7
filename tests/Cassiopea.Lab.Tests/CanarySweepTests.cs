using System.Diagnostics;
using System.IO.Compression;
using System.Text;

namespace Cassiopea.Lab.Tests;

/// <summary>A sweep that misses what was planted is worth nothing.</summary>
[Trait("Requirement", "sec-S2")]
public sealed class CanarySweepTests : IDisposable
{
    private const string Secret = "cnry-M1-mail-é&<p \"=w+/???-0123456789abcdef";
    private readonly string _folder = Directory.CreateTempSubdirectory("cassiopea-canary-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static CanarySweep Sweep() => new(new Dictionary<string, string> { ["M1 mail"] = Secret });

    private async Task<IReadOnlyList<CanaryFinding>> SweptAsync(string name, byte[] content)
    {
        await File.WriteAllBytesAsync(Path.Combine(_folder, name), content);
        return await Sweep().FolderAsync(_folder, [], CancellationToken.None);
    }

    public static TheoryData<string, string> Written => new()
    {
        { "plain", $"password={Secret};" },
        { "base64", Convert.ToBase64String(Encoding.UTF8.GetBytes(Secret)) },
        { "base64", Convert.ToBase64String(Encoding.UTF8.GetBytes("\0user\0" + Secret)) },
        { "base64", Convert.ToBase64String(Encoding.UTF8.GetBytes("\0user1\0" + Secret + "\r\n")) },
        { "base64", Convert.ToBase64String(Encoding.UTF8.GetBytes("\0user12\0" + Secret + "trailing")) },
        { "base64url", System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes("x" + Secret)) },
        { "hex", Convert.ToHexString(Encoding.UTF8.GetBytes("a" + Secret)) },
        { "hex", Convert.ToHexStringLower(Encoding.UTF8.GetBytes(Secret)) },
        { "percent", "https://host/?p=" + Uri.EscapeDataString(Secret) },
        { "percent", "p=" + System.Net.WebUtility.UrlEncode(Secret) },
        { "quoted-printable", "cnry-M1-mail-=C3=A9&<p=20\"=3Dw+/???-0123456789abcdef" },
        { "json", System.Text.Json.JsonSerializer.Serialize(new { Secret }) },
        { "xml", new System.Xml.Linq.XElement("p", new System.Xml.Linq.XAttribute("v", Secret)).ToString() },
    };

    [Theory]
    [MemberData(nameof(Written))]
    public async Task A_canary_in_a_log_is_found_in_each_form(string form, string line)
    {
        var findings = await SweptAsync("service.log", Encoding.UTF8.GetBytes($"2026-01-01 info: {line}\n"));
        Assert.Contains(findings, finding => finding.Form == form && finding.Secret == "M1 mail");
        Assert.DoesNotContain(findings, finding => finding.ToString().Contains(Secret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_canary_across_two_blocks_is_found_where_it_is()
    {
        foreach (var at in (int[])[0, (1 << 20) - 7, (1 << 20) - 1, 1 << 20, (1 << 20) + 100, 3 << 20])
        {
            var content = new byte[(3 << 20) + 5000];
            Encoding.UTF8.GetBytes(Secret).CopyTo(content, at);
            Assert.Equal(at, Assert.Single(await SweptAsync("block", content)).Offset);
        }
    }

    [Fact]
    public async Task A_canary_inside_an_archive_is_found()
    {
        using var packed = new MemoryStream();
        using (var archive = new ZipArchive(packed, ZipArchiveMode.Create, leaveOpen: true))
        {
            await using var entry = archive.CreateEntry("dossier/journal.txt.gz").Open();
            await using var gzip = new GZipStream(entry, CompressionLevel.Optimal);
            await gzip.WriteAsync(Encoding.UTF8.GetBytes(new string(' ', 1000) + Secret));
        }

        var finding = Assert.Single(await SweptAsync("dossier.zip", packed.ToArray()));
        Assert.EndsWith("dossier.zip!dossier/journal.txt.gz!gzip", finding.Place, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_canary_in_an_environment_or_an_argument_is_found()
    {
        var start = new ProcessStartInfo("/usr/bin/sleep", "60") { Environment = { ["LEAK"] = Secret } };
        using var process = Process.Start(start)!;
        try
        {
            // the kernel shows an environment a moment after the program has begun
            await Eventually.TrueAsync("the process shows its environment", async () => (await File.ReadAllBytesAsync($"/proc/{process.Id}/environ")).Length > 0);
            var findings = await Sweep().ProcessesAsync([process.Id, Environment.ProcessId], CancellationToken.None);
            Assert.Equal($"/proc/{process.Id}/environ", Assert.Single(findings).Place);
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
    }

    [Fact]
    public async Task What_is_clean_is_found_clean_and_what_is_allowed_is_left_out()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "target"));
        await File.WriteAllTextAsync(Path.Combine(_folder, "target", "passwd"), Secret);
        await File.WriteAllTextAsync(Path.Combine(_folder, "log"), Secret[..^1] + CanarySweep.Canary("M1", "mail", "password"));
        var sweep = Sweep();
        Assert.Empty(await sweep.FolderAsync(_folder, [Path.Combine(_folder, "target")], CancellationToken.None));
        Assert.Equal(1, sweep.PlacesSearched);
        Assert.NotEmpty(await sweep.FolderAsync(_folder, [], CancellationToken.None));
    }

    [Fact]
    public void A_short_or_missing_secret_is_no_canary()
    {
        Assert.Throws<ArgumentException>(() => new CanarySweep(new Dictionary<string, string> { ["x"] = "short" }));
        Assert.Throws<ArgumentException>(() => new CanarySweep(new Dictionary<string, string>()));
    }
}
