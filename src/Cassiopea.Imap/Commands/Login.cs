using System.Text;
using Cassiopea.Transfer;

namespace Cassiopea.Imap.Commands;

/// <summary>LOGIN and AUTHENTICATE, RFC 9051 §6.2.2 and §6.2.3. The secret never enters an exception.</summary>
internal static class Login
{
    public static async ValueTask LoginAsync(this ImapConnection connection, string login, ImapCredential credential, CancellationToken token)
    {
        if (login.AsSpan().ContainsAny('\r', '\n', '\0') || credential.Secret.Contains('\0', StringComparison.Ordinal))
            throw Failed(connection, "the login name or the secret holds a character that cannot be sent", TransferFailureKind.Refused);
        var status = connection.Capabilities.Auth("PLAIN")
            ? await PlainAsync(connection, login, credential.Secret, token)
            : await LoginCommandAsync(connection, login, credential.Secret, token);
        if (status.Ok) return;
        var meaning = status.ToException(connection.Side, "LOGIN");
        connection.Close();
        throw meaning.Kind == TransferFailureKind.Passing ? meaning : Failed(connection, status.Text, TransferFailureKind.Refused);
    }

    private static async ValueTask<ImapStatus> PlainAsync(ImapConnection connection, string login, string secret, CancellationToken token)
    {
        var initial = Convert.ToBase64String(Encoding.UTF8.GetBytes($"\0{login}\0{secret}"));
        if (connection.Capabilities.SaslIr)
        {
            var tag = connection.Begin("AUTHENTICATE PLAIN ");
            connection.Out.Write(initial).EndLine();
            return await connection.EndAsync(tag, null, token);
        }

        var waiting = connection.BeginLine("AUTHENTICATE PLAIN");
        if (await connection.ContinuationAsync(waiting, null, token) is { } refused) return refused;
        connection.Out.Write(initial).EndLine();
        return await connection.EndAsync(waiting, null, token);
    }

    private static async ValueTask<ImapStatus> LoginCommandAsync(ImapConnection connection, string login, string secret, CancellationToken token)
    {
        if (connection.Capabilities.LoginDisabled)
            throw Failed(connection, "the server forbids LOGIN here (LOGINDISABLED) and offers no mechanism that we speak", TransferFailureKind.Refused);
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

    private static ImapException Failed(ImapConnection connection, string text, TransferFailureKind kind)
    {
        connection.Close();
        return new(connection.Side, kind, TransferCode.AuthenticationFailed, $"The login was refused: {text}");
    }
}
