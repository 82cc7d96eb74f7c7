using System.Text;
using Cassiopea.Imap.Sasl;
using Cassiopea.Transfer;

namespace Cassiopea.Imap.Commands;

/// <summary>LOGIN and AUTHENTICATE, RFC 9051 §6.2.2 and §6.2.3. The secret never enters an exception.</summary>
internal static class Login
{
    private const int MostChallenges = 10;

    public static async ValueTask LoginAsync(this ImapConnection connection, ImapEndpoint endpoint, ImapCredential credential, CancellationToken token)
    {
        if (endpoint.Login.AsSpan().ContainsAny('\r', '\n', '\0') || credential.Secret.Contains('\0', StringComparison.Ordinal))
            throw Failed(connection, "the login name or the secret holds a character that cannot be sent");
        var mechanism = SaslMechanism.Choose(connection.Capabilities, endpoint, credential);
        var status = mechanism is null
            ? await LoginCommandAsync(connection, endpoint.Login, credential.Secret, token)
            : await AuthenticateAsync(connection, mechanism, token);
        if (status.Ok) return;
        var meaning = status.ToException(connection.Side, "LOGIN");
        connection.Close();
        throw meaning.Kind == TransferFailureKind.Passing ? meaning : Failed(connection, status.Text);
    }

    private static async ValueTask<ImapStatus> AuthenticateAsync(ImapConnection connection, SaslMechanism mechanism, CancellationToken token)
    {
        var tag = connection.Begin("AUTHENTICATE ");
        connection.Out.Write(mechanism.Name);
        if (connection.Capabilities.SaslIr && mechanism.Initial() is { } initial)
        {
            connection.Out.Write(" "u8).Write(initial.Length == 0 ? "=" : Convert.ToBase64String(initial));
        }
        else
        {
            connection.Out.EndLine();
            if (await connection.ContinuationAsync(tag, null, token) is { } refused) return refused;
            connection.Out.Write(Convert.ToBase64String(mechanism.Initial() ?? Answer(connection, mechanism)));
        }

        connection.Out.EndLine();
        for (var count = 0; count < MostChallenges; count++)
        {
            if (await connection.ContinuationAsync(tag, null, token) is { } ended) return ended;
            connection.Out.Write(Convert.ToBase64String(Answer(connection, mechanism))).EndLine();
        }

        throw connection.Broken("The server asks without end while we log in.");
    }

    private static byte[] Answer(ImapConnection connection, SaslMechanism mechanism)
    {
        try
        {
            return mechanism.Answer(Convert.FromBase64String(connection.Continuation));
        }
        catch (Exception wrong) when (wrong is SaslException or FormatException)
        {
            throw Failed(connection, wrong is SaslException ? wrong.Message : "a challenge of the server is not base64");
        }
    }

    private static async ValueTask<ImapStatus> LoginCommandAsync(ImapConnection connection, string login, string secret, CancellationToken token)
    {
        if (connection.Capabilities.LoginDisabled)
            throw Failed(connection, "the server forbids LOGIN here (LOGINDISABLED) and offers no mechanism that we speak");
        var tag = connection.Begin("LOGIN ");
        foreach (var part in (byte[][])[Encoding.UTF8.GetBytes(login), Encoding.UTF8.GetBytes(secret)])
        {
            if (part.AsSpan().IndexOfAnyInRange((byte)0x80, (byte)0xFF) < 0 && !part.AsSpan().ContainsAny((byte)'\r', (byte)'\n'))
            {
                connection.Out.Quoted(part);
            }
            else
            {
                var plus = connection.Capabilities.LiteralPlus || connection.Capabilities.LiteralMinus;
                connection.Out.Write("{"u8).Write(part.Length).Write(plus ? "+}\r\n"u8 : "}\r\n"u8);
                if (!plus && await connection.ContinuationAsync(tag, null, token) is { } refused) return refused;
                connection.Out.Write(part);
            }

            connection.Out.Write(" "u8);
        }

        connection.Out.TrimSpace().EndLine();
        return await connection.EndAsync(tag, null, token);
    }

    private static ImapException Failed(ImapConnection connection, string text)
    {
        connection.Close();
        return new(connection.Side, TransferFailureKind.Refused, TransferCode.AuthenticationFailed, $"The login was refused: {text}");
    }
}
