using System.Globalization;
using System.Security.Cryptography;

namespace Cassiopea.Lab.Servers;

/// <summary>
/// Programs of Debian packages that cannot be installed beside others: downloaded once (<c>apt-get download</c>), unpacked into a folder beside the
/// build's output, never installed.
/// </summary>
public static class DebianUnpack
{
    private static readonly SemaphoreSlim One = new(1, 1);

    /// <summary>The folder in which the packages are unpacked.</summary>
    public static async Task<string> FolderAsync(string name, IReadOnlyList<string> packages, CancellationToken token)
    {
        var folder = Path.Combine(Cache(), name);
        var done = Path.Combine(folder, "unpacked");
        await One.WaitAsync(token);
        try
        {
            if (File.Exists(done)) return folder;
            var work = Path.Combine(Cache(), string.Create(CultureInfo.InvariantCulture, $"{name}-{Environment.ProcessId}"));
            Directory.CreateDirectory(work);
            await Tool.DemandAsync(new ChildProgram("/usr/bin/apt-get", ["download", "-q", .. packages]) { WorkingDirectory = work }, token);
            foreach (var package in Directory.GetFiles(work, "*.deb"))
            {
                await Tool.DemandAsync(new ChildProgram("/usr/bin/dpkg-deb", "-x", package, work), token);
                File.Delete(package);
            }

            await File.WriteAllTextAsync(Path.Combine(work, "unpacked"), string.Join(' ', packages), token);
            if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
            Directory.Move(work, folder);
            return folder;
        }
        finally
        {
            One.Release();
        }
    }

    /// <summary>Where the libraries of an unpacked folder are.</summary>
    public static string Libraries(string folder) => Directory.GetDirectories(Path.Combine(folder, "usr/lib"), "*-linux-gnu").FirstOrDefault() ?? folder;

    /// <summary>A password as these servers keep it: SHA-512 crypt.</summary>
    public static async Task<string> CryptAsync(string password, CancellationToken token)
    {
        var salt = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6));
        return (await Tool.DemandAsync(new ChildProgram("/usr/bin/openssl", "passwd", "-6", "-salt", salt, password), token)).Trim();
    }

    private static string Cache()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (at.Name == "artifacts") return Path.Combine(at.FullName, "lab-packages");
        return Path.Combine(AppContext.BaseDirectory, "lab-packages");
    }
}
