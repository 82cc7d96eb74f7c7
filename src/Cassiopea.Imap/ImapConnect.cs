using System.Net.Sockets;
using System.Text;
using Cassiopea.Imap.Commands;
using Cassiopea.Imap.Wire;
using Cassiopea.Transfer;

namespace Cassiopea.Imap;

internal sealed partial class ImapConnection
{
    /// <summary>
    /// Connects, secures, reads the greeting and logs in. Cost: connect, greeting, login, and CAPABILITY where the login's answer has none.
    /// An access token that is refused is asked for once more, for it may have ended since it was made.
    /// </summary>
    /// <exception cref="ImapException">Unreachable, TLS or authentication; nothing stays open.</exception>
    public static async Task<ImapConnection> OpenAsync(ImapAccount account, TransferSide side, ImapConnectionOptions options, CancellationToken token)
    {
        if (account.Stored is { } stored) return await OpenStoredAsync(stored, side, options, token);
        ImapCredential? used = null;
        try
        {
            return await OpenOnceAsync(account with { Credential = async asked => used = await account.Credential(asked) }, side, options, token);
        }
        catch (ImapException refused) when (refused.Code == TransferCode.AuthenticationFailed && used is { IsToken: true })
        {
            var fresh = await account.Credential(token);
            if (string.Equals(fresh.Secret, used.Secret, StringComparison.Ordinal)) throw;
            return await OpenOnceAsync(account with { Credential = _ => ValueTask.FromResult(fresh) }, side, options, token);
        }
    }

    private static async Task<ImapConnection> OpenOnceAsync(ImapAccount account, TransferSide side, ImapConnectionOptions options, CancellationToken token)
    {
        if (Fault.Value is { } fault) throw fault;
        var endpoint = account.Endpoint;
        using var limit = new CancellationTokenSource(options.Connect, TimeProvider.System);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(token, limit.Token);
        ImapConnection? connection = null;
        try
        {
            var socket = await EndpointDial.ConnectAsync(endpoint, side, options.Time, both.Token);
            connection = new(new(new NetworkStream(socket, ownsSocket: true), socket, options.Idle), side, options);
            if (endpoint.Tls == ImapTls.Implicit) await connection.SecureAsync(endpoint, both.Token);
            var authenticated = await connection.GreetingAsync(both.Token);
            if (endpoint.Tls == ImapTls.StartTls)
            {
                if (authenticated) throw connection.TlsMissing("The server greets with PREAUTH, so STARTTLS is no longer possible.");
                await connection.StartTlsAsync(endpoint, both.Token);
            }

            if (!connection.Capabilities.Known) await connection.CapabilityAsync(both.Token);
            if (!authenticated)
            {
                var before = connection.Capabilities;
                var credential = await account.Credential(both.Token);
                await connection.LoginAsync(endpoint, credential, both.Token);
                connection._enteredByToken = credential.IsToken;
                if (ReferenceEquals(before, connection.Capabilities)) await connection.CapabilityAsync(both.Token);
            }

            return connection;
        }
        catch (Exception failed)
        {
            if (connection is not null) await connection.DisposeAsync();
            if (failed is OperationCanceledException && limit.IsCancellationRequested && !token.IsCancellationRequested)
                throw new ImapException(side, TransferFailureKind.Passing, TransferCode.TimedOut, $"{endpoint.Host}:{endpoint.Port} did not let us in within {options.Connect.TotalSeconds:0} s.", inner: failed);
            throw;
        }
    }

    /// <summary>Starts TLS on the open connection (RFC 9051 §6.2.1) and forgets all that was said before.</summary>
    public async Task StartTlsAsync(ImapEndpoint endpoint, CancellationToken token)
    {
        if (!Capabilities.Known) await this.CapabilityAsync(token);
        if (!Capabilities.StartTls) throw TlsMissing("The server does not offer STARTTLS.");
        var status = await EndAsync(BeginLine("STARTTLS"), null, token);
        if (!status.Ok) throw TlsMissing($"The server refuses STARTTLS: {status.Text}");

        // What arrived in clear behind the OK was put there by somebody else (CVE-2011-0411 and its kin): it is thrown away.
        Reader.Discard();
        await SecureAsync(endpoint, token);
        Capabilities = ImapCapabilities.None;
        await this.CapabilityAsync(token);
    }

    private async Task SecureAsync(ImapEndpoint endpoint, CancellationToken token)
    {
        try
        {
            _stream.Inner = await EndpointDial.SecureAsync(_stream.Inner, endpoint, Side, _options.TrustedRoots, token);
        }
        catch (ImapException)
        {
            Close();
            throw;
        }
        catch (Exception lost) when (IsLoss(lost, token))
        {
            throw Loss(lost);
        }
    }

    private async Task<bool> GreetingAsync(CancellationToken token)
    {
        var line = await ReadAsync(null, token);
        return Greeted(line.Span);
    }

    private bool Greeted(ReadOnlySpan<byte> line)
    {
        try
        {
            var tokens = new ImapTokens(line);
            tokens.Take((byte)'*');
            tokens.SkipSpaces();
            var word = tokens.Atom();
            var status = ImapStatus.Parse(StatusKind.No, tokens.Rest);
            if (Ascii.EqualsIgnoreCase(word, "BYE"u8))
            {
                Close();
                throw new ImapException(Side, TransferFailureKind.Passing, TransferCode.Throttled, $"The server turns us away: BYE {status.Text}");
            }

            var authenticated = Ascii.EqualsIgnoreCase(word, "PREAUTH"u8);
            if (!authenticated && Kind(word) != StatusKind.Ok) throw new ImapSyntaxException("This is not the greeting of an IMAP server.");
            if (status.Code == "CAPABILITY") Know(Encoding.Latin1.GetBytes(status.Arguments));
            return authenticated;
        }
        catch (ImapSyntaxException wrong)
        {
            throw Broken(wrong.Message);
        }
    }

    private ImapException TlsMissing(string text)
    {
        Close();
        return new(Side, TransferFailureKind.Refused, TransferCode.TlsNotOffered, text);
    }
}
