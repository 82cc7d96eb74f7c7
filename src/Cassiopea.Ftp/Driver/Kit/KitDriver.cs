using Cassiopea.Transfer;

namespace Cassiopea.Ftp.Driver.Kit;

/// <summary>FTP by FluentFTP: one command after the other, so slower than the engine, with the same promises.</summary>
internal sealed class KitDriver : IFtpDriver
{
    public string Name => "fluentftp";

    public async Task<SiteSession> LoginAsync(SiteAccount account, TransferSide side, SiteSessionOptions options, CancellationToken token) =>
        await KitSession.LoginAsync(account, side, options, token);
}
