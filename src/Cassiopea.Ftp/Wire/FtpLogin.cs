using System.Text;
using Cassiopea.Transfer;

namespace Cassiopea.Ftp.Wire;

/// <summary>Connects, secures, logs in, and learns what the server can.</summary>
internal sealed partial class FtpSession
{
    /// <summary>Thrown by every login of this flow: a test proves with it that another driver does the work.</summary>
    internal static readonly AsyncLocal<Exception?> Fault = new();

    public static async Task<FtpSession> LoginAsync(SiteAccount account, TransferSide side, SiteSessionOptions options, CancellationToken token)
    {
        if (Fault.Value is { } fault) throw fault;
        var endpoint = account.Endpoint;
        using var limit = new CancellationTokenSource(options.Connect, TimeProvider.System);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(token, limit.Token);
        FtpControl? control = null;
        try
        {
            control = new(await Dial.HostAsync(endpoint, side, both.Token), side, options.Idle);
            var tls = endpoint.Tls == SiteTls.None ? null : new FtpTls(endpoint, side, options.TrustedRoots);
            if (endpoint.Tls == SiteTls.Implicit) await control.SecureAsync(tls!, both.Token);
            var greeting = await GreetingAsync(control, both.Token);
            if (endpoint.Tls == SiteTls.Explicit) await StartTlsAsync(control, tls!, both.Token);
            await EnterAsync(control, endpoint, await account.Credential(both.Token), both.Token);
            var session = new FtpSession(control, tls, greeting);
            await session.PrepareAsync(endpoint, both.Token);
            return session;
        }
        catch (Exception failed)
        {
            control?.Dispose();
            if (failed is OperationCanceledException && limit.IsCancellationRequested && !token.IsCancellationRequested)
                throw new SiteException(side, TransferFailureKind.Passing, TransferCode.TimedOut, $"{endpoint.Host}:{endpoint.Port} did not let us in within {options.Connect.TotalSeconds:0} s.", inner: failed);
            if (failed is not SiteException && FtpControl.IsLoss(failed, token)) throw SiteException.Lost(side, "The connection was lost during the login.", failed);
            throw;
        }
    }

    private static async Task<string> GreetingAsync(FtpControl control, CancellationToken token)
    {
        var reply = await control.ReadAsync(token);
        while (reply.Preliminary) reply = await control.ReadAsync(token);
        if (reply.Ok) return reply.Shown;
        throw FtpRefusal.Greeting(control.Side, reply);
    }

    private static async Task StartTlsAsync(FtpControl control, FtpTls tls, CancellationToken token)
    {
        control.Queue("AUTH"u8, "TLS"u8);
        await control.SendAsync(token);
        var reply = await control.ReadAsync(token);
        if (reply.Code != 234) throw FtpRefusal.NoTls(control.Side, reply);
        await control.SecureAsync(tls, token);
    }

    private static async Task EnterAsync(FtpControl control, SiteEndpoint endpoint, SiteCredential credential, CancellationToken token)
    {
        control.Queue("USER"u8, Encoding.UTF8.GetBytes(endpoint.Login));
        await control.SendAsync(token);
        var reply = await control.ReadAsync(token);
        if (reply.Code == 331)
        {
            control.Queue("PASS"u8, Encoding.UTF8.GetBytes(credential.Password ?? ""));
            await control.SendAsync(token);
            reply = await control.ReadAsync(token);
        }

        if (!reply.Ok) throw FtpRefusal.Login(control.Side, reply);
    }

    private async Task PrepareAsync(SiteEndpoint endpoint, CancellationToken token)
    {
        if (_tls is not null)
        {
            _control.Queue("PBSZ"u8, "0"u8);
            _control.Queue("PROT"u8, "P"u8);
        }

        _control.Queue("FEAT"u8);
        _control.Queue("TYPE"u8, "I"u8);
        _control.Queue("PWD"u8);
        await _control.SendAsync(token);
        if (_tls is not null)
        {
            await _control.ReadAsync(token);
            var protection = await _control.ReadAsync(token);
            if (!protection.Ok) throw FtpRefusal.NoProtection(Side, protection);
        }

        _features = FtpFeatures.Parse(await _control.ReadAsync(token), Software);
        var type = await _control.ReadAsync(token);
        if (!type.Ok) throw SiteException.Broken(Side, $"The server refuses TYPE I: {type.Code} {type.Shown}");
        var home = await _control.ReadAsync(token);
        if (_features.Utf8)
        {
            _control.Queue("OPTS"u8, "UTF8 ON"u8);
            await _control.SendAsync(token);
            await _control.ReadAsync(token);
        }

        _names = new(Side, endpoint.Root, home, _features.Family);
        _control.DoubleIac = _features.Family == ServerFamily.Proftpd;
    }
}
