using Cassiopea.Contracts;
using Cassiopea.Ftp;
using Microsoft.Extensions.Options;

namespace Cassiopea.WebHosting;

/// <summary>An endpoint as the transfer engine takes it.</summary>
internal sealed class SiteEnds(IOptions<WebHostingOptions> options)
{
    private const int LongestItem = 300;

    /// <summary>Ports of FTP, FTPS and SFTP.</summary>
    public static EndRules Rules { get; } = new([21, 22, 990]);

    /// <summary>For the engine, which asks for the password at each login.</summary>
    /// <exception cref="PassFailureException">A protocol that no site is moved by.</exception>
    public SiteAccount AccountOf(EndpointLogin login)
    {
        var end = login.Endpoint;
        var protocol = end.Protocol switch
        {
            "ftp" or "ftps" => SiteProtocol.Ftp,
            "sftp" => SiteProtocol.Sftp,
            _ => throw PassFailureException.Refused(login.Side, FailureCode.NotExpressible, $"Sites are moved by FTP, FTPS or SFTP; {end.Protocol} is none of them."),
        };
        var tls = end.Tls switch
        {
            TlsPolicy.Implicit => SiteTls.Implicit,
            TlsPolicy.StartTls => SiteTls.Explicit,
            TlsPolicy.None => SiteTls.None,
            _ => throw new ArgumentOutOfRangeException(nameof(login)),
        };
        var known = options.Value.KnownHostsFile.Length > 0 ? options.Value.KnownHostsFile : null;
        return new SiteAccount(new SiteEndpoint(protocol, end.Host, end.Port, end.Login, end.Path ?? "", tls, end.CertificatePin, login.Address, known), token =>
        {
            token.ThrowIfCancellationRequested();
            return ValueTask.FromResult(new SiteCredential(login.SecretText));
        });
    }

    public static ItemException Exception(string item, FailureSide side, string code, string text, string action) =>
        new(item.Length <= LongestItem ? item : item[..LongestItem], new Failure(side, FailureKind.Refused, code, text), action);
}
