using System.Text;
using Cassiopea.Transfer;

namespace Cassiopea.Ftp.Wire;

/// <summary>Connects, secures, logs in, and learns what the server can.</summary>
internal sealed partial class FtpSession
{
    public static async Task<FtpSession> LoginAsync(SiteAccount account, TransferSide side, SiteSessionOptions options, CancellationToken token)
    {
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
        throw new SiteException(control.Side, TransferFailureKind.Passing, TransferCode.Throttled, $"The server turns us away: {reply.Code} {reply.Shown}", reply.Code);
    }

    private static async Task StartTlsAsync(FtpControl control, FtpTls tls, CancellationToken token)
    {
        control.Queue("AUTH"u8, "TLS"u8);
        await control.SendAsync(token);
        var reply = await control.ReadAsync(token);
        if (reply.Code != 234) throw new SiteException(control.Side, TransferFailureKind.Refused, TransferCode.TlsNotOffered, $"The server does not start TLS: {reply.Code} {reply.Shown}", reply.Code);
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

        if (reply.Ok) return;
        var crowded = reply.Passing || reply.Text.Contains("too many", StringComparison.OrdinalIgnoreCase) || reply.Text.Contains("maximum", StringComparison.OrdinalIgnoreCase);
        throw crowded
            ? new(control.Side, TransferFailureKind.Passing, TransferCode.Throttled, $"The server lets nobody more in: {reply.Code} {reply.Shown}", reply.Code)
            : new SiteException(control.Side, TransferFailureKind.Refused, TransferCode.AuthenticationFailed, $"Login refused: {reply.Code} {reply.Shown}", reply.Code);
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
            if (!protection.Ok) throw new SiteException(Side, TransferFailureKind.Refused, TransferCode.TlsNotOffered, $"The server does not protect data: {protection.Code} {protection.Shown}", protection.Code);
        }

        _features = FtpFeatures.Parse(await _control.ReadAsync(token), Software);
        var type = await _control.ReadAsync(token);
        if (!type.Ok) throw SiteException.Broken(Side, $"The server refuses TYPE I: {type.Code} {type.Shown}");
        var home = WorkingDirectory(await _control.ReadAsync(token));
        if (_features.Utf8)
        {
            _control.Queue("OPTS"u8, "UTF8 ON"u8);
            await _control.SendAsync(token);
            await _control.ReadAsync(token);
        }

        var root = Encoding.UTF8.GetBytes(endpoint.Root.TrimEnd('/'));
        _base = root is [(byte)'/', ..] ? root : root.Length == 0 ? home : [.. home, (byte)'/', .. root];
        _control.DoubleIac = _features.Family == ServerFamily.Proftpd;
    }

    // RFC 959 appendix II: the name stands in quotes, a quote in it is doubled
    private static byte[] WorkingDirectory(FtpReply reply)
    {
        var text = reply.Text;
        var open = text.IndexOf('"', StringComparison.Ordinal);
        if (!reply.Ok || open < 0) return [];
        var path = new StringBuilder();
        for (var i = open + 1; i < text.Length; i++)
        {
            if (text[i] == '"')
            {
                if (i + 1 >= text.Length || text[i + 1] != '"') break;
                i++;
            }

            path.Append(text[i]);
        }

        return Encoding.Latin1.GetBytes(path.ToString().TrimEnd('/'));
    }
}
