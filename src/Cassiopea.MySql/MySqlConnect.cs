using System.Net.Security;
using System.Net.Sockets;
using Cassiopea.MySql.Wire;
using Cassiopea.Transfer;
using Cassiopea.Transfer.Net;

namespace Cassiopea.MySql;

public sealed partial class MySqlConnection
{
    private const byte Utf8Mb4 = 45;
    private const byte Utf8 = 33;

    /// <summary>Connects, secures and logs in, and enters the database. Cost: connect, greeting, login.</summary>
    /// <param name="account">Where and as whom.</param>
    /// <param name="side">Which end it is, for failures.</param>
    /// <param name="options">How it behaves.</param>
    /// <param name="token">Cancels.</param>
    /// <exception cref="MySqlException">Unreachable, TLS or login refused; nothing stays open.</exception>
    public static async Task<MySqlConnection> OpenAsync(MySqlAccount account, TransferSide side, MySqlConnectionOptions options, CancellationToken token)
    {
        var endpoint = account.Endpoint;
        using var limit = new CancellationTokenSource(options.Connect, TimeProvider.System);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(token, limit.Token);
        MySqlConnection? connection = null;
        try
        {
            var socket = await ConnectAsync(endpoint, side, both.Token);
            connection = new(new(new NetworkStream(socket, ownsSocket: true), socket, options.Idle), side, options);
            await connection.LoginAsync(account, both.Token);
            return connection;
        }
        catch (Exception failed)
        {
            if (connection is not null)
            {
                connection.Close();
                await connection.DisposeAsync();
            }

            if (failed is OperationCanceledException && limit.IsCancellationRequested && !token.IsCancellationRequested)
                throw new MySqlException(side, TransferFailureKind.Passing, TransferCode.TimedOut, $"{endpoint.Host}:{endpoint.Port} did not let us in within {options.Connect.TotalSeconds:0} s.", inner: failed);
            throw;
        }
    }

    private static async Task<Socket> ConnectAsync(MySqlEndpoint endpoint, TransferSide side, CancellationToken token)
    {
        try
        {
            var socket = await Dial.ConnectAsync(Target(endpoint), side, token);
            (socket.SendBufferSize, socket.ReceiveBufferSize) = (1 << 20, 1 << 20);
            return socket;
        }
        catch (TransferException failed)
        {
            throw new MySqlException(side, failed.Kind, failed.Code, failed.Message, inner: failed);
        }
    }

    private static DialTarget Target(MySqlEndpoint endpoint) => new(endpoint.Host, endpoint.Port, endpoint.Address, endpoint.CertificatePin);

    private Task LoginAsync(MySqlAccount account, CancellationToken token) => GuardAsync(
        async () =>
        {
            _in.Sequence = 0;
            var greeting = Greet((await _in.ReadAsync(_options.Limits.Message, token)).Span);
            Version = greeting.Version;
            if ((greeting.Capabilities & (Capabilities.Protocol41 | Capabilities.SecureConnection)) != (Capabilities.Protocol41 | Capabilities.SecureConnection))
                throw Refused(TransferCode.AuthenticationFailed, "The server is older than MySQL 4.1 and knows no safe login.");
            var flags = Capabilities.LongPassword | Capabilities.LongFlag | Capabilities.Protocol41 | Capabilities.Transactions | Capabilities.SecureConnection
                | (greeting.Capabilities & (Capabilities.PluginAuth | Capabilities.PluginAuthLength))
                | (account.Endpoint.Database.Length > 0 ? Capabilities.ConnectWithDatabase : Capabilities.None)
                | (_options.AllowLoad ? Capabilities.LocalFiles : Capabilities.None);
            if (account.Endpoint.Tls == MySqlTls.Required)
            {
                flags |= Capabilities.Tls;
                await SecureAsync(account.Endpoint, greeting, flags, token);
            }

            await AuthenticateAsync(account, greeting, flags, token);
            return true;
        },
        token);

    private Greeting Greet(ReadOnlySpan<byte> packet) =>
        packet.Length > 0 && packet[0] == 0xFF ? throw ServerError.Parse(packet).ToException(Side, "The server turns us away") : Greeting.Parse(packet);

    private void WriteHead(Greeting greeting, Capabilities flags)
    {
        _out.Sequence = _in.Sequence;
        _out.Int((uint)flags);
        _out.Int(1 << 30);
        _out.Byte(Decimal(greeting.Version) >= 5.53m ? Utf8Mb4 : Utf8);
        _out.Zeros(23);
    }

    /// <summary>5.5.3 as 5.53: enough to know whether utf8mb4 exists.</summary>
    private static decimal Decimal(string version)
    {
        var parts = version.Split('.', '-');
        return parts.Length > 2 && int.TryParse(parts[0], out var major) && int.TryParse(parts[1], out var minor) && int.TryParse(parts[2], out var patch)
            ? major + Math.Min(minor, 9) / 10m + Math.Min(patch, 9) / 100m
            : 0;
    }

    private async Task AuthenticateAsync(MySqlAccount account, Greeting greeting, Capabilities flags, CancellationToken token)
    {
        var password = await account.Password(token);
        var (plugin, nonce) = (greeting.Plugin == Scramble.CachingSha2 ? Scramble.CachingSha2 : Scramble.Native, greeting.Nonce);
        WriteHead(greeting, flags);
        _out.TextAndZero(account.Endpoint.Login);
        var proof = Proof(plugin, password, nonce);
        _out.Byte((byte)proof.Length);
        _out.Write(proof);
        if (account.Endpoint.Database.Length > 0) _out.TextAndZero(account.Endpoint.Database);
        if ((flags & Capabilities.PluginAuth) != Capabilities.None) _out.TextAndZero(plugin);
        await _out.SendAsync(token);

        for (var steps = 0; steps < 8; steps++)
        {
            _in.Sequence = _out.Sequence;
            var packet = await _in.ReadAsync(_options.Limits.Message, token);
            if (packet.Length == 0) throw new MySqlSyntaxException("An empty answer to the login.");
            switch (packet.Span[0])
            {
                case 0x00:
                    return;
                case 0xFF:
                    throw ServerError.Parse(packet.Span).ToException(Side, "Login");
                case 0xFE:
                    (plugin, nonce) = Switched(packet.Span);
                    proof = Proof(plugin, password, nonce);
                    await AnswerLoginAsync(proof, token);
                    break;
                case 0x01 when plugin == Scramble.CachingSha2 && packet.Length >= 2:
                    await MoreAsync(packet, account.Endpoint.Tls, password, nonce, token);
                    break;
                default:
                    throw new MySqlSyntaxException("The server asks for something unknown during the login.");
            }
        }

        throw new MySqlSyntaxException("The login has no end.");
    }

    private (string Plugin, byte[] Nonce) Switched(ReadOnlySpan<byte> packet)
    {
        if (packet.Length == 1) throw OldPassword();
        var payload = new Payload(packet[1..]);
        var plugin = payload.TextToZero();
        if (plugin == Scramble.Old) throw OldPassword();
        var nonce = payload.Rest.Length > 20 ? payload.Rest[..20] : payload.Rest;
        return (plugin, nonce.ToArray());
    }

    private byte[] Proof(string plugin, string password, byte[] nonce) => plugin switch
    {
        Scramble.Native => Scramble.ForNative(password, nonce),
        Scramble.CachingSha2 => Scramble.ForCachingSha2(password, nonce),
        Scramble.Clear when _stream.Inner is SslStream => Scramble.ZeroEnded(password),
        Scramble.Clear => throw Refused(TransferCode.AuthenticationFailed, "The server asks for the password in clear over a connection without TLS. It was not sent."),
        _ => throw Refused(TransferCode.AuthenticationFailed, $"The account's way of login is not spoken here: {plugin}. Have it set to mysql_native_password or caching_sha2_password."),
    };

    private MySqlException OldPassword() => Refused(
        TransferCode.AuthenticationFailed,
        "The account's password is stored as before MySQL 4.1 (16 bytes), which can be broken by listening. Set the password anew with old_passwords=0.");

    private async Task MoreAsync(ReadOnlyMemory<byte> packet, MySqlTls tls, string password, byte[] nonce, CancellationToken token)
    {
        _out.Sequence = _in.Sequence;
        switch (packet.Span[1])
        {
            case 0x03: // known already: OK follows
                break;
            case 0x04 when tls == MySqlTls.Required:
                await AnswerLoginAsync(Scramble.ZeroEnded(password), token);
                break;
            case 0x04:
                await AnswerLoginAsync([0x02], token);
                break;
            default: // its public key
                if (tls == MySqlTls.Required) throw new MySqlSyntaxException("A public key that was not asked for.");
                await AnswerLoginAsync(Scramble.Encrypted(password, nonce, packet.Span[1..]), token);
                break;
        }
    }

    private async Task AnswerLoginAsync(byte[] bytes, CancellationToken token)
    {
        _out.Sequence = _in.Sequence;
        _out.Write(bytes);
        await _out.SendAsync(token);
    }

    private MySqlException Refused(string code, string text)
    {
        Close();
        return new(Side, TransferFailureKind.Refused, code, text);
    }

    private async Task SecureAsync(MySqlEndpoint endpoint, Greeting greeting, Capabilities flags, CancellationToken token)
    {
        if ((greeting.Capabilities & Capabilities.Tls) == Capabilities.None) throw Refused(TransferCode.TlsNotOffered, "The server does not offer TLS.");
        if (_in.Pending) throw new MySqlSyntaxException("Something was sent in clear behind the greeting.");
        WriteHead(greeting, flags);
        await _out.SendAsync(token);
        try
        {
            _stream.Inner = await Dial.SecureAsync(_stream.Inner, Target(endpoint), Side, _options.TrustedRoots, token);
        }
        catch (TransferException failed)
        {
            throw Refused(failed.Code, failed.Message);
        }

        _in.Sequence = _out.Sequence;
    }
}
