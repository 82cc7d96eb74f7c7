using Cassiopea.Ftp.Wire;
using Cassiopea.Transfer;

namespace Cassiopea.Ftp.Driver;

/// <summary>The engine of this library.</summary>
public sealed class EngineDriver : IFtpDriver
{
    private EngineDriver()
    {
    }

    /// <summary>The only one.</summary>
    public static EngineDriver Instance { get; } = new();

    /// <inheritdoc/>
    public string Name => "engine";

    /// <inheritdoc/>
    public async Task<SiteSession> LoginAsync(SiteAccount account, TransferSide side, SiteSessionOptions options, CancellationToken token) =>
        await FtpSession.LoginAsync(account, side, options, token);
}
