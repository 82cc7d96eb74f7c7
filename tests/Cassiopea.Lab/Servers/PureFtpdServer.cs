using System.Globalization;

namespace Cassiopea.Lab.Servers;

/// <summary>A private pure-ftpd 1.0.50, unpacked, not installed: MLSD, MFMT, a greeting of many lines. Needs root.</summary>
public sealed class PureFtpdServer : SiteServer
{
    private static readonly string[] Packages = ["pure-ftpd", "pure-ftpd-common", "libwrap0"];

    private PureFtpdServer()
    {
        Root = LabRoot.NewFolder("pure");
        Home = Path.Combine(Root, "home");
        FileUser = DovecotServer.MailUser;
    }

    /// <summary>Starts one.</summary>
    public static async Task<PureFtpdServer> StartAsync(SiteServerOptions options, CancellationToken token)
    {
        var unpacked = await DebianUnpack.FolderAsync("pure-ftpd", Packages, token);
        var libraries = new Dictionary<string, string?> { ["LD_LIBRARY_PATH"] = DebianUnpack.Libraries(unpacked) };
        var server = new PureFtpdServer();
        LabRoot.MakeFolder(server.Home);
        FileOwner.Change(server.Home, server.FileUser);
        var passwd = Path.Combine(server.Root, "passwd");
        var hash = await DebianUnpack.CryptAsync(server.Password, token);
        await File.WriteAllTextAsync(passwd, string.Create(CultureInfo.InvariantCulture, $"{server.User}:{hash}:{server.FileUser}:{server.FileUser}::{server.Home}/./::::::::::::\n"), token);
        await Tool.DemandAsync(new ChildProgram(Path.Combine(unpacked, "usr/bin/pure-pw"), "mkdb", server.Root + "/users.pdb", "-f", passwd) { Environment = libraries }, token);
        var first = FreeRow(options.PassivePorts);
        List<string> arguments =
        [
            "-S", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1,{server.Port}"), "-4", "-l", $"puredb:{server.Root}/users.pdb", "-E", "-A", "-D", "-H", "-u", "100",
            "-p", string.Create(CultureInfo.InvariantCulture, $"{first}:{first + options.PassivePorts - 1}"), "-P", "127.0.0.1", "-L", "200000:50", "-c", "60",
            "-C", options.MaxPerAddress > 0 ? options.MaxPerAddress.ToString(CultureInfo.InvariantCulture) : "60", "-g", server.Root + "/pid",
        ];
        if (options.Certificates is not null) arguments.AddRange(["-Y", "1", "-2", await server.CertificateAsync(options.Certificates, token)]);
        server.Child = await ChildProcess.StartAsync(new(Path.Combine(unpacked, "usr/sbin/pure-ftpd"), arguments) { Environment = libraries });
        await server.ReadyAsync(token);
        return server;
    }
}
