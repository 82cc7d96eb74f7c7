using Cassiopea.Contracts;
using Cassiopea.ServiceDefaults.Passes;
using Cassiopea.Sympa.Format;
using Cassiopea.Sympa.Host;
using Microsoft.Extensions.Options;

namespace Cassiopea.MailingLists;

/// <summary>Enters the Sympa that an endpoint means. Its login is the list's address.</summary>
internal sealed class SympaHosts(IOptions<MailingListsOptions> options)
{
    /// <exception cref="PassFailureException">The host is none that staff configured, or the login is no list.</exception>
    public Task<SympaHost> OpenAsync(Endpoint endpoint, FailureSide side, CancellationToken token)
    {
        var host = options.Value.Hosts.FirstOrDefault(one => one.Host.Equals(endpoint.Host, StringComparison.OrdinalIgnoreCase))
            ?? throw PassFailureException.Refused(side, FailureCode.AddressRefused, $"{endpoint.Host} is none of the Sympas that may be entered: have it added under MailingLists:Hosts.");
        var shell = host.Destination.Length == 0
            ? SympaShell.Local(PassFailures.SideOf(side), host.Account)
            : SympaShell.Ssh(PassFailures.SideOf(side), host.Destination, host.Port);
        return SympaHost.OpenAsync(shell, host.Configuration, host.Library.Length == 0 ? null : host.Library, token);
    }

    public static ListAddress ListOf(Endpoint endpoint, FailureSide side)
    {
        try
        {
            return ListAddress.Parse(endpoint.Login);
        }
        catch (FormatException wrong)
        {
            throw new PassFailureException(new Failure(side, FailureKind.Refused, FailureCode.ItemMissing, $"The login of a list's end is its address. {wrong.Message}"), wrong);
        }
    }
}
