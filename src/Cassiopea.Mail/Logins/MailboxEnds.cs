using Cassiopea.Contracts;
using Cassiopea.Imap;
using Cassiopea.Imap.Stores;
using Cassiopea.Pop3;
using Cassiopea.Transfer.Messages;

namespace Cassiopea.Mail;

/// <summary>An endpoint as the engine takes it. A source may be a maildrop (POP3); a target is IMAP.</summary>
internal sealed class MailboxEnds(MailboxEngine engine, MailboxFiles files, TimeProvider time)
{
    /// <summary>Ports of IMAP and POP3.</summary>
    public static EndRules Rules { get; } = new([110, 143, 993, 995]);

    /// <summary>For the engine, which asks for the password at each login. Dispose it before the login.</summary>
    /// <exception cref="PassFailureException">A protocol that no mailbox is moved by.</exception>
    public MailboxEnd Of(EndpointLogin login, Guid item) => login.Endpoint.Protocol switch
    {
        "imap" => new MailboxEnd(Imap(login)),
        "pop3" when login.Side == FailureSide.Source => Maildrop(login, item),
        var other => throw PassFailureException.Refused(login.Side, FailureCode.NotSurveyed, $"A mailbox is moved to IMAP, from IMAP or POP3; {other} is not moved here. Ask for the server's IMAP access."),
    };

    private static ImapAccount Imap(EndpointLogin login)
    {
        var end = login.Endpoint;
        var tls = end.Tls switch { TlsPolicy.Implicit => ImapTls.Implicit, TlsPolicy.StartTls => ImapTls.StartTls, _ => ImapTls.None };
        return new ImapAccount(new ImapEndpoint(end.Host, end.Port, tls, end.Login, end.CertificatePin, login.Address), token => Secret(login, static text => new ImapCredential(text), token));
    }

    /// <summary>A maildrop stands for a mailbox; the numbers that its messages got are kept beside the item's journals.</summary>
    private MailboxEnd Maildrop(EndpointLogin login, Guid item)
    {
        var end = login.Endpoint;
        var tls = end.Tls switch { TlsPolicy.Implicit => Pop3Tls.Implicit, TlsPolicy.StartTls => Pop3Tls.StartTls, _ => Pop3Tls.None };
        var account = new Pop3Account(new Pop3Endpoint(end.Host, end.Port, tls, end.Login, end.CertificatePin, login.Address), token => Secret(login, static text => new Pop3Credential(text), token));
        var settings = engine.Transfer();
        var options = new Pop3Options { Idle = settings.Idle, TrustedRoots = settings.TrustedRoots };
        var map = UidMap.Open(files.UidsOf(item, end), time);
        var stored = new StoredMailbox(token => Pop3Store.OpenAsync(account, options, map, time, token), exclusive: true);
        return new MailboxEnd(ImapAccount.OfStore(account.Endpoint.Url, end.Login, stored), stored, map);
    }

    private static ValueTask<T> Secret<T>(EndpointLogin login, Func<string, T> credential, CancellationToken token)
    {
        token.ThrowIfCancellationRequested();
        return ValueTask.FromResult(credential(login.SecretText));
    }
}

/// <summary>One end for the engine, with what is kept open for it.</summary>
internal sealed class MailboxEnd(ImapAccount account, params IDisposable[] kept) : IDisposable
{
    public ImapAccount Account { get; } = account;

    public void Dispose()
    {
        foreach (var one in kept) one.Dispose();
    }
}
