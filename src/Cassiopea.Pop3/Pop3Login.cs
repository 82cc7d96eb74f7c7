using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Cassiopea.Transfer.Net;
using Cassiopea.Transfer.Sasl;

namespace Cassiopea.Pop3;

internal sealed partial class Pop3Connection
{
    private const int MostChallenges = 10;

    /// <summary>Connects, secures, reads the greeting and the capabilities, and logs in. The secret never enters an exception.</summary>
    /// <exception cref="TransferException">Unreachable, TLS or authentication; nothing stays open.</exception>
    public static async Task<Pop3Connection> OpenAsync(Pop3Account account, Pop3Options options, CancellationToken token)
    {
        var endpoint = account.Endpoint;
        var to = new DialTarget(endpoint.Host, endpoint.Port, endpoint.Address, endpoint.CertificatePin);
        using var limit = new CancellationTokenSource(options.Connect, TimeProvider.System);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(token, limit.Token);
        Pop3Connection? made = null;
        try
        {
            var socket = await Dial.ConnectAsync(to, TransferSide.Source, both.Token);
            made = new(new(new NetworkStream(socket, ownsSocket: true), socket, options.Idle), options);
            if (endpoint.Tls == Pop3Tls.Implicit) await made.SecureAsync(to, both.Token);
            var greeting = await made.StatusAsync(both.Token);
            if (!greeting.Ok) throw made.Refused(greeting, "greeting");
            await made.CapabilityAsync(both.Token);
            if (endpoint.Tls == Pop3Tls.StartTls) await made.StartTlsAsync(to, both.Token);
            if (made.Capabilities.Utf8) await made.CommandAsync("UTF8", both.Token);
            await made.LoginAsync(endpoint, await account.Credential(both.Token), Timestamp().Match(greeting.Text).Value, both.Token);
            await made.CapabilityAsync(both.Token);
            return made;
        }
        catch (Exception failed)
        {
            if (made is not null)
            {
                made.Close();
                await made.DisposeAsync();
            }

            if (failed is OperationCanceledException && limit.IsCancellationRequested && !token.IsCancellationRequested)
                throw new TransferException(TransferSide.Source, TransferFailureKind.Passing, TransferCode.TimedOut, $"{endpoint.Host}:{endpoint.Port} did not let us in within {options.Connect.TotalSeconds:0} s.", failed);
            throw;
        }
    }

    private async Task StartTlsAsync(DialTarget to, CancellationToken token)
    {
        if (!Capabilities.Stls) throw TlsMissing("The server does not offer STLS.");
        var status = await CommandAsync("STLS", token);
        if (!status.Ok) throw TlsMissing($"The server refuses STLS: {status.Text}");

        // What arrived in clear behind the +OK was put there by somebody else: it is thrown away, and so is what was announced (RFC 2595 §4).
        Reader.Discard();
        await SecureAsync(to, token);
        await CapabilityAsync(token);
    }

    private async Task SecureAsync(DialTarget to, CancellationToken token)
    {
        try
        {
            _stream.Inner = await Dial.SecureAsync(_stream.Inner, to, TransferSide.Source, _options.TrustedRoots, token);
        }
        catch (Exception lost) when (IsLoss(lost, token))
        {
            throw Loss(lost);
        }
    }

    private async Task CapabilityAsync(CancellationToken token)
    {
        var status = await CommandAsync("CAPA", token);
        Capabilities = status.Ok ? Pop3Capabilities.Of(await LinesAsync(1000, token), _options.WithoutCapabilities) : Pop3Capabilities.None;
    }

    private async Task LoginAsync(Pop3Endpoint endpoint, Pop3Credential credential, string timestamp, CancellationToken token)
    {
        if (endpoint.Login.AsSpan().ContainsAny('\r', '\n', '\0') || credential.Secret.AsSpan().ContainsAny('\r', '\n', '\0'))
            throw Failed("the login name or the secret holds a character that cannot be sent");
        var inClear = endpoint.Tls == Pop3Tls.None;
        var mechanism = SaslMechanism.Choose(Capabilities.Auth, new(endpoint.Login, credential.Secret, credential.IsToken, endpoint.Host, endpoint.Port, inClear));
        if (inClear && timestamp.Length > 0 && !credential.IsToken && mechanism is null or Plain)
        {
            // RFC 1939 §7: the password is not shown. Servers that have another secret for it refuse, and the plain way is left.
            var digest = Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(timestamp + credential.Secret)));
            if ((await CommandAsync($"APOP {endpoint.Login} {digest}", token)).Ok) return;
        }

        if (mechanism is not null)
        {
            await AuthenticateAsync(mechanism, token);
            return;
        }

        foreach (var (command, argument) in ((string, string)[])[("USER", endpoint.Login), ("PASS", credential.Secret)])
        {
            var status = await CommandAsync($"{command} {argument}", token);
            if (!status.Ok) throw Refused(status, command);
        }
    }

    /// <summary>AUTH, RFC 5034 §4: the initial response goes behind the command when it fits into a line of 255 octets.</summary>
    private async Task AuthenticateAsync(SaslMechanism mechanism, CancellationToken token)
    {
        var initial = mechanism.Initial() is { } first ? first.Length == 0 ? "=" : Convert.ToBase64String(first) : null;
        var inline = initial is not null && initial.Length + mechanism.Name.Length < 240;
        Queue(inline ? $"AUTH {mechanism.Name} {initial}" : $"AUTH {mechanism.Name}");
        for (var count = 0; count < MostChallenges; count++)
        {
            await FlushAsync(token);
            var line = await GuardAsync(() => Reader.ReadLineAsync(token), token);
            if (Pop3Status.Parse(line) is { } status)
            {
                if (!status.Ok) throw Refused(status, "AUTH");
                return;
            }

            if (!line.StartsWith('+')) throw Broken("The server answers AUTH with something else than a challenge.");
            Queue(count == 0 && initial is not null && !inline ? initial : Answer(mechanism, line[1..].Trim()));
        }

        throw Broken("The server asks without end while we log in.");
    }

    private string Answer(SaslMechanism mechanism, string challenge)
    {
        try
        {
            return Convert.ToBase64String(mechanism.Answer(Convert.FromBase64String(challenge)));
        }
        catch (Exception wrong) when (wrong is SaslException or FormatException)
        {
            throw Failed(wrong is SaslException ? wrong.Message : "a challenge of the server is not base64");
        }
    }

    private TransferException Refused(Pop3Status status, string command)
    {
        Close();
        return status.ToException(command);
    }

    private TransferException Failed(string text)
    {
        Close();
        return new(TransferSide.Source, TransferFailureKind.Refused, TransferCode.AuthenticationFailed, $"The login was refused: {text}");
    }

    private TransferException TlsMissing(string text)
    {
        Close();
        return new(TransferSide.Source, TransferFailureKind.Refused, TransferCode.TlsNotOffered, text);
    }

    [GeneratedRegex("<[^<> ]+@[^<> ]+>")]
    private static partial Regex Timestamp();
}
