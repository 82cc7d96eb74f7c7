using Cassiopea.Contracts;
using Cassiopea.ServiceDefaults.Passes;
using Cassiopea.Sympa.Format;
using Cassiopea.Sympa.Host;
using Cassiopea.Sympa.Mailman;
using Cassiopea.Sympa.Soap;
using Microsoft.Extensions.Options;

namespace Cassiopea.MailingLists;

/// <summary>Enters the host that an endpoint means. Its login is the list's address, its secret the key for ssh or the password of REST.</summary>
internal sealed class ListHosts(IOptions<MailingListsOptions> options, EndpointLogins logins, IHttpClientFactory http)
{
    public const string HttpName = "mailman";
    private static readonly EndRules Rules = new([22, 80, 443], static (_, side) => side == FailureSide.Source
        ? "Nobody entered the private key that opens the old Sympa over ssh."
        : "Nobody entered the private key or the REST password that opens the new host of the list.");

    /// <exception cref="PassFailureException">The host is none that staff configured, or its secret is not there.</exception>
    public async Task<OpenedHost> OpenAsync(Endpoint endpoint, FailureSide side, Guid job, CancellationToken token)
    {
        var host = options.Value.Hosts.FirstOrDefault(one => one.Host.Equals(endpoint.Host, StringComparison.OrdinalIgnoreCase))
            ?? throw PassFailureException.Refused(side, FailureCode.AddressRefused, $"{endpoint.Host} is none of the hosts of lists that may be entered: have it added under MailingLists:Hosts.");
        if (host.Software == ListSoftware.Mailman)
        {
            if (side == FailureSide.Source) throw PassFailureException.Refused(side, FailureCode.AddressRefused, $"{endpoint.Host} is a Mailman: lists move to it, not from it.");
            await using var login = await logins.OpenAsync(endpoint, side, Rules, job, token);
            return new(null, new MailmanRest(http.CreateClient(HttpName), new Uri(host.Rest), host.RestUser, login.SecretText), null);
        }

        var (from, library) = (PassFailures.SideOf(side), host.Library.Length == 0 ? null : host.Library);
        if (host.Destination.Length == 0) return new(await SympaHost.OpenAsync(SympaShell.Local(from, host.Account), host.Configuration, library, token), null, null);
        if (!host.KeyFromVault) return new(await SympaHost.OpenAsync(SympaShell.Ssh(from, host.Destination, host.Port), host.Configuration, library, token), null, null);
        SshKey key;
        await using (var login = await logins.OpenAsync(endpoint, side, Rules, job, token))
            key = await SshKey.OpenAsync(from, login.SecretText, host.KnownHosts.Length == 0 ? null : host.KnownHosts, token);
        try
        {
            return new(await SympaHost.OpenAsync(SympaShell.Ssh(from, host.Destination, host.Port, key), host.Configuration, library, token), null, key);
        }
        catch
        {
            await key.DisposeAsync();
            throw;
        }
    }

    /// <summary>The SOAP of an endpoint's host, where staff configured one; null = there is none.</summary>
    /// <exception cref="PassFailureException">Its password is not there.</exception>
    public async Task<SoapReader?> SoapAsync(Endpoint endpoint, ListAddress list, CancellationToken token)
    {
        if (options.Value.Hosts.FirstOrDefault(one => one.Host.Equals(endpoint.Host, StringComparison.OrdinalIgnoreCase)) is not { Software: ListSoftware.Sympa, Soap.Length: > 0 } host) return null;
        if (!File.Exists(host.SoapPasswordFile))
            throw PassFailureException.Refused(FailureSide.Us, FailureCode.CredentialMissing, $"The password of our trusted application at {endpoint.Host} is not there: have it written into the file that MailingLists:Hosts:…:SoapPasswordFile names.");
        var secret = (await File.ReadAllTextAsync(host.SoapPasswordFile, token)).Trim();
        return new(new SympaSoap(http.CreateClient(HttpName), new Uri(host.Soap), host.SoapApplication, secret, list.Robot), host.SoapActor.Length > 0 ? host.SoapActor : $"listmaster@{list.Robot}", host.SoapDetails);
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

/// <summary>Reads a new list from afar.</summary>
/// <param name="Soap">The host.</param>
/// <param name="Actor">Who it speaks for.</param>
/// <param name="Details">Of how many members the settings are read one by one.</param>
internal sealed record SoapReader(SympaSoap Soap, string Actor, int Details);

/// <summary>A host that was entered; the key for it is forgotten with it.</summary>
internal sealed class OpenedHost(SympaHost? sympa, MailmanRest? mailman, SshKey? key) : IAsyncDisposable
{
    /// <summary>Null when it is a Mailman.</summary>
    public MailmanRest? Mailman { get; } = mailman;

    /// <summary>The Sympa that it is.</summary>
    public SympaHost Sympa => sympa ?? throw new InvalidOperationException("A Mailman was entered, not a Sympa.");

    public ValueTask DisposeAsync() => key?.DisposeAsync() ?? ValueTask.CompletedTask;
}
