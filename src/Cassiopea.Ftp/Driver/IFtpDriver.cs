using Cassiopea.Transfer;

namespace Cassiopea.Ftp.Driver;

/// <summary>
/// Whatever speaks FTP for a session. The engine of this library is one driver; FluentFTP is another in a build with <c>FluentFtp=true</c>. Journal,
/// copy, comparison and the grammar of listings are the same for both. Which one is used is written down, never guessed.
/// </summary>
public interface IFtpDriver
{
    /// <summary>Its name: <c>engine</c> or <c>fluentftp</c>.</summary>
    string Name { get; }

    /// <summary>Connects, secures and logs in.</summary>
    /// <param name="account">Where and as whom; <see cref="SiteProtocol.Ftp"/>.</param>
    /// <param name="side">Whose failures its failures are.</param>
    /// <param name="options">Limits.</param>
    /// <param name="token">Stops it.</param>
    /// <exception cref="SiteException">Unreachable, TLS, authentication, or turned away; nothing stays open.</exception>
    Task<SiteSession> LoginAsync(SiteAccount account, TransferSide side, SiteSessionOptions options, CancellationToken token);
}
