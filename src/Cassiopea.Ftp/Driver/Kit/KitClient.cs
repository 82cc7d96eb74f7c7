using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Cassiopea.Ftp.Wire;
using Cassiopea.Transfer;
using FluentFTP;
using FluentFTP.Exceptions;
using FtpReply = Cassiopea.Ftp.Wire.FtpReply;

namespace Cassiopea.Ftp.Driver.Kit;

/// <summary>
/// FluentFTP's client, held to what a session promises: it never connects again by itself, strings are Latin-1 so that names stay octets, and the
/// certificate of every connection is judged by <see cref="FtpTls"/> (FluentFTP takes any on a data connection).
/// </summary>
internal sealed class KitClient : AsyncFtpClient
{
    private readonly TransferSide _side;
    private readonly SiteEndpoint _endpoint;
    private readonly FtpTls? _tls;
    private string _refusal = "";

    public KitClient(SiteEndpoint endpoint, TransferSide side, SiteSessionOptions options, SiteCredential credential)
        : base(endpoint.Address?.ToString() ?? endpoint.Host, endpoint.Port)
    {
        (_endpoint, _side) = (endpoint, side);
        _tls = endpoint.Tls == SiteTls.None ? null : new(endpoint, side, options.TrustedRoots);
        Encoding = Encoding.Latin1;
        Credentials = new(Octets(endpoint.Login), Octets(credential.Password ?? ""));
        var (connect, idle) = ((int)options.Connect.TotalMilliseconds, (int)options.Idle.TotalMilliseconds);
        Config.ConnectTimeout = connect;
        Config.DataConnectionConnectTimeout = connect;
        Config.ReadTimeout = idle;
        Config.WriteTimeout = idle;
        Config.DataConnectionReadTimeout = idle;
        Config.DataConnectionWriteTimeout = idle;
        Config.EncryptionMode = endpoint.Tls switch
        {
            SiteTls.Implicit => FtpEncryptionMode.Implicit,
            SiteTls.Explicit => FtpEncryptionMode.Explicit,
            _ => FtpEncryptionMode.None,
        };
        Config.SelfConnectMode = FtpSelfConnectMode.Never;
        Config.DataConnectionType = FtpDataConnectionType.EPSV;
        Config.SslSessionLength = 0;
        Config.StaleDataCheck = false;
        Config.CheckCapabilities = false;
        Config.PostConnect = false;
        ConfigureAuthentication += (_, handshake) => _tls!.Prepare(handshake.Options);
    }

    /// <summary>How often a command was sent.</summary>
    public long Asked { get; private set; }

    /// <summary>What the server says it is.</summary>
    public string Greeting => HandshakeReply.Code is null ? "" : Reply(HandshakeReply).Shown;

    /// <summary>Connects and logs in.</summary>
    public async Task EnterAsync(CancellationToken token)
    {
        try
        {
            await Connect(token);
        }
        catch (FtpAuthenticationException)
        {
            throw FtpRefusal.Login(_side, Reply(LastReply));
        }
        catch (FtpSecurityNotAvailableException)
        {
            throw FtpRefusal.NoTls(_side, Reply(LastReply));
        }
        catch (FtpCommandException) when (LastCommandExecuted is null)
        {
            throw FtpRefusal.Greeting(_side, Reply(LastReply));
        }
        catch (FtpCommandException) when (LastCommandExecuted is "PBSZ 0" or "PROT P")
        {
            throw FtpRefusal.NoProtection(_side, Reply(LastReply));
        }
        catch (Exception failed) when (IsLoss(failed, token))
        {
            throw Loss(failed);
        }
    }

    /// <summary>Sends a command and receives its reply, whatever it is.</summary>
    public async Task<FtpReply> AskAsync(string verb, byte[]? argument, CancellationToken token)
    {
        try
        {
            Asked++;
            var reply = Reply(await Execute(Line(verb, argument), token));
            return reply.Code == 421 ? throw FtpRefusal.Ended(_side, reply) : reply;
        }
        catch (Exception failed) when (failed is not FtpCommandException && IsLoss(failed, token))
        {
            throw Loss(failed);
        }
    }

    /// <summary>Sends a command that moves data and opens the connection for it.</summary>
    public async Task<FtpDataStream> TransferAsync(string verb, byte[]? argument, long offset, SitePath path, CancellationToken token)
    {
        try
        {
            Asked += offset > 0 ? 3 : 2;
            if (!IsConnected) throw SiteException.Lost(_side, "The connection was lost.");
            return await OpenDataStreamAsync(Line(verb, argument), offset, token);
        }
        catch (FtpCommandException)
        {
            var reply = Reply(LastReply);
            if (reply.Code == 421) throw FtpRefusal.Ended(_side, reply);
            if (LastCommandExecuted.StartsWith("REST ", StringComparison.Ordinal)) throw FtpRefusal.NoRestart(_side, reply);
            if (LastCommandExecuted is not ("EPSV" or "PASV")) throw FtpRefusal.Of(_side, reply, path, "was refused");
            if (Config.DataConnectionType == FtpDataConnectionType.EPSV && reply.Code is >= 500 and < 600 && reply.Code is not (522 or 550)) return await WithPasvAsync(verb, argument, offset, path, token);
            throw FtpRefusal.NoPort(_side, reply);
        }
        catch (Exception failed) when (failed is IOException or SocketException && IsConnected)
        {
            // the reply that says why is not awaited: the session is over
            throw new SiteException(_side, TransferFailureKind.Passing, TransferCode.Throttled, $"The data connection does not open: {failed.Message}", 425, inner: failed);
        }
        catch (Exception failed) when (IsLoss(failed, token))
        {
            throw Loss(failed);
        }
    }

    /// <summary>Ends a transfer: close_notify, the socket, then the final reply, which must have come.</summary>
    public async Task<FtpReply> EndAsync(FtpDataStream data, CancellationToken token)
    {
        try
        {
            await CloseAsync(data, TimeSpan.FromMilliseconds(Config.ReadTimeout), token);
            if (LastReply.Code is not ['2', ..]) throw SiteException.Lost(_side, "The server did not confirm the transfer.");
            return Reply(LastReply);
        }
        catch (FtpCommandException)
        {
            var reply = Reply(LastReply);
            return reply.Code == 421 ? throw FtpRefusal.Ended(_side, reply) : reply;
        }
        catch (Exception failed) when (IsLoss(failed, token))
        {
            throw Loss(failed);
        }
    }

    /// <summary>Ends the session: QUIT when nothing is under way.</summary>
    /// <param name="data">The transfer that is broken off; null = none.</param>
    public async Task LeaveAsync(FtpDataStream? data)
    {
        Config.ReadTimeout = 1000;
        Config.DisconnectWithQuit = data is null;
        await DisposeAsync();
        if (data is null) return;
        try
        {
            await CloseAsync(data, TimeSpan.FromSeconds(1), CancellationToken.None);
        }
        catch (Exception lost) when (IsLoss(lost, CancellationToken.None))
        {
            // the session is over, and the server sees its connections end
        }
    }

    /// <summary>True for what FluentFTP or the system throws when a session is over; false for a defect and for the caller's own cancellation.</summary>
    public static bool IsLoss(Exception failed, CancellationToken token) =>
        failed is AuthenticationException or TimeoutException or IOException or SocketException or InvalidOperationException or FtpException
        || (failed is OperationCanceledException && !token.IsCancellationRequested);

    /// <summary>What it means.</summary>
    public SiteException Loss(Exception failed) => failed switch
    {
        AuthenticationException tls => _tls!.Refusal(_refusal, tls),
        TimeoutException or OperationCanceledException => new(_side, TransferFailureKind.Passing, TransferCode.TimedOut, "The server did not answer in time.", inner: failed),
        IOException or SocketException when LastCommandExecuted is null && HandshakeReply.Code is null =>
            new(_side, TransferFailureKind.Passing, TransferCode.Unreachable, $"{_endpoint.Host}:{_endpoint.Port} cannot be reached: {failed.Message}", inner: failed),
        _ => SiteException.Lost(_side, $"The connection was lost: {failed.Message}", failed),
    };

    protected override Task ConnectAsync(FtpSocketStream stream, CancellationToken token)
    {
        Judge(stream);
        return base.ConnectAsync(stream, token);
    }

    // Every data connection passes here before its handshake.
    protected override Task ConnectAsync(FtpSocketStream stream, string host, int port, FtpIpVersion ipVersions, CancellationToken token)
    {
        Judge(stream);
        return base.ConnectAsync(stream, host, port, ipVersions, token);
    }

    private async Task<FtpDataStream> WithPasvAsync(string verb, byte[]? argument, long offset, SitePath path, CancellationToken token)
    {
        Config.DataConnectionType = FtpDataConnectionType.PASVEX;
        return await TransferAsync(verb, argument, offset, path, token);
    }

    // FluentFTP waits on the thread for close_notify to be sent.
    private static Task CloseAsync(FtpDataStream data, TimeSpan limit, CancellationToken token) =>
        Task.Run(async () => await data.CloseAsync(token), token).WaitAsync(limit, TimeProvider.System, token);

    private void Judge(FtpSocketStream stream) =>
        stream.ValidateCertificate += (_, shown) => shown.Accept = _tls!.Accept(shown.Certificate, shown.PolicyErrors, out _refusal);

    private string Line(string verb, byte[]? argument)
    {
        if (argument is null) return verb;
        if (argument.AsSpan().IndexOfAny((byte)'\r', (byte)'\n', (byte)0) >= 0) throw FtpRefusal.LineBreak(_side, argument);
        return $"{verb} {Encoding.Latin1.GetString(argument)}";
    }

    private static string Octets(string text) => text.AsSpan().IndexOfAny('\r', '\n', '\0') >= 0
        ? throw new ArgumentException("A login or password has a line break.", nameof(text))
        : Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text));

    private static FtpReply Reply(FluentFTP.FtpReply reply) => new(
        int.TryParse(reply.Code, System.Globalization.CultureInfo.InvariantCulture, out var code) ? code : 0,
        string.IsNullOrEmpty(reply.InfoMessages) ? reply.Message ?? "" : $"{reply.InfoMessages}\n{reply.Message}");
}
