using System.Globalization;

namespace Cassiopea.Lab.Servers;

/// <summary>
/// A PAM service with one account whose password is in a file of ours (libpam-pwdfile, unpacked, not installed): one small file in /etc/pam.d, removed at
/// the end, or by the next one when its process was killed.
/// </summary>
internal sealed class PamService : IDisposable
{
    private const string Prefix = "cassiopea-lab-";
    private const string Folder = "/etc/pam.d";

    private PamService(string name) => Name = name;

    public string Name { get; }

    public static async Task<PamService> StartAsync(string root, int port, string user, string password, CancellationToken token)
    {
        var unpacked = await DebianUnpack.FolderAsync("pam-pwdfile", ["libpam-pwdfile"], token);
        var module = Directory.GetFiles(unpacked, "pam_pwdfile.so", SearchOption.AllDirectories)[0];
        var users = Path.Combine(root, "users");
        await File.WriteAllTextAsync(users, $"{user}:{await DebianUnpack.CryptAsync(password, token)}\n", token);
        foreach (var left in Directory.EnumerateFiles(Folder, Prefix + "*"))
            if (!Directory.Exists("/proc/" + Path.GetFileName(left)[Prefix.Length..].Split('-')[0])) File.Delete(left);
        var service = new PamService(string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Environment.ProcessId}-{port}"));
        await File.WriteAllTextAsync(Path.Combine(Folder, service.Name), $"auth required {module} pwdfile {users}\naccount required pam_permit.so\nsession required pam_permit.so\n", token);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => service.Dispose();
        return service;
    }

    public void Dispose() => File.Delete(Path.Combine(Folder, Name));
}
