using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting.Local;

/// <summary>
/// Where a private system keeps its data and secrets. One system at a time: <see cref="Take"/> holds a lock file while it runs.
/// As root the folder may be entered, not read, by others (mode 711): PostgreSQL runs as its own user.
/// </summary>
internal sealed partial class StateFolder(string path)
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode Traversable = Private | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
    private const UnixFileMode WritableByOthers = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    private const int CurrentFolder = -100;
    private const uint OwnerMask = 0x8;
    private const int OwnerOffset = 20;

    public string Path { get; } = System.IO.Path.GetFullPath(path);

    /// <summary><c>State</c> in configuration (<c>--State=DIR</c>), <c>CASSIOPEA_STATE</c>, else the XDG state folder; as root one outside root's home.</summary>
    public static string Choose(IConfiguration configuration)
    {
        if (configuration["State"] is { Length: > 0 } asked)
            return asked;
        if (configuration["CASSIOPEA_STATE"] is { Length: > 0 } wanted)
            return wanted;
        if (Environment.IsPrivilegedProcess && !OperatingSystem.IsWindows())
            return "/var/tmp/cassiopea";
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        var states = configuration["XDG_STATE_HOME"] is { Length: > 0 } xdg ? xdg : System.IO.Path.Combine(home, ".local", "state");
        return System.IO.Path.Combine(states, "cassiopea");
    }

    public string PathOf(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Makes a folder inside, closed to others.</summary>
    public string MakeFolder(string name) => Make(PathOf(name), Private);

    /// <summary>Makes and checks the folder, and locks it until disposed.</summary>
    /// <exception cref="DistributedApplicationException">Wrong owner, open to others, or in use by another system.</exception>
    public IDisposable Take()
    {
        Make(Path, Environment.IsPrivilegedProcess ? Traversable : Private);
        Check();
        try
        {
            var file = new FileStream(PathOf("lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            File.WriteAllText(PathOf("pid"), Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
            return file;
        }
        catch (IOException)
        {
            var holder = File.Exists(PathOf("pid")) ? $" (process {File.ReadAllText(PathOf("pid"))})" : "";
            throw new DistributedApplicationException(
                $"Another Cassiopea{holder} is running on the state folder {Path}. Stop it, or choose another folder with --state DIR.");
        }
    }

    /// <summary>The secret of this name, made at first use and kept in <c>NAME.secret</c>, mode 600.</summary>
    public string ReadOrMakeSecret(string name, Func<string> make)
    {
        var file = PathOf($"{name}.secret");
        if (File.Exists(file))
            return SecretFile.Read(file);
        var secret = make();
        SecretFile.Replace(file, secret);
        return secret;
    }

    private static string Make(string folder, UnixFileMode mode)
    {
        if (OperatingSystem.IsWindows())
            return Directory.CreateDirectory(folder).FullName;
        return Directory.CreateDirectory(folder, mode).FullName;
    }

    private void Check()
    {
        if (OperatingSystem.IsWindows())
            return;
        var info = new DirectoryInfo(Path);
        if (info.LinkTarget is not null)
            throw new DistributedApplicationException($"The state folder {Path} is a symbolic link; name the folder itself with --state DIR.");
        if ((File.GetUnixFileMode(Path) & WritableByOthers) != UnixFileMode.None)
            throw new DistributedApplicationException($"Others may write in the state folder {Path}: chmod go-w it, or choose another with --state DIR.");
        if (!IsOurs())
            throw new DistributedApplicationException($"The state folder {Path} belongs to another user; choose another with --state DIR.");
        if (Environment.IsPrivilegedProcess)
            CheckTraversable(info);
    }

    /// <summary>Root opens the way for the postgres user by a mode change only inside its own folder; the folders above must be open already.</summary>
    private static void CheckTraversable(DirectoryInfo info)
    {
        for (var folder = info; folder is not null; folder = folder.Parent)
        {
            if ((folder.UnixFileMode & UnixFileMode.OtherExecute) == UnixFileMode.None)
            {
                throw new DistributedApplicationException(
                    $"The postgres user cannot enter {folder.FullName}; choose a state folder elsewhere with --state DIR (default: /var/tmp/cassiopea).");
            }
        }
    }

    /// <summary>.NET does not tell a file's owner: statx(2) does, in its field <c>stx_uid</c>.</summary>
    private bool IsOurs()
    {
        Span<byte> status = stackalloc byte[256];
        return StatX(CurrentFolder, Path, 0, OwnerMask, ref MemoryMarshal.GetReference(status)) == 0
            && BitConverter.ToUInt32(status[OwnerOffset..]) == EffectiveUser();
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatX(int folder, string path, int flags, uint mask, ref byte status);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint EffectiveUser();
}
