using Cassiopea.Ftp.Driver;
using Cassiopea.Ftp.Wire;
using Cassiopea.Transfer;

namespace Cassiopea.Ftp.Tests.Driver.Kit;

/// <summary>FluentFTP, while our engine throws whenever it is asked to log in.</summary>
public sealed class KitDriverTests : FtpDriverContract
{
    public KitDriverTests() => FtpSession.Fault.Value = new InvalidOperationException("The engine was used.");

    protected override IFtpDriver Driver { get; } = FtpDrivers.Named("fluentftp")!;

    [Fact]
    public async Task The_engine_really_throws_here() =>
        await Assert.ThrowsAsync<InvalidOperationException>(() => SiteSession.OpenAsync(
            SiteAccount.WithPassword(new(SiteProtocol.Ftp, "127.0.0.1", 1, "u", Tls: SiteTls.None), "p"), TransferSide.Source, new(), CancellationToken.None));
}
