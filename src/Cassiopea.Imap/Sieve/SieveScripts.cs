using System.Text;
using Cassiopea.Transfer;

namespace Cassiopea.Imap.Sieve;

/// <summary>A script as a server keeps it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Active">True for the one that filters deliveries.</param>
/// <param name="Content">Its octets as text; UTF-8 (RFC 5228 §2.1).</param>
public sealed record SieveScript(string Name, bool Active, string Content);

/// <summary>LISTSCRIPTS, GETSCRIPT, CHECKSCRIPT, PUTSCRIPT and SETACTIVE, RFC 5804 §2.6 to §2.12.</summary>
internal static class SieveScripts
{
    private const int Most = 1_000;

    /// <summary>Every script with its content: a round trip each.</summary>
    public static async Task<List<SieveScript>> ScriptsAsync(this SieveConnection connection, CancellationToken token)
    {
        var listed = await connection.CommandAsync("LISTSCRIPTS", token);
        if (!listed.Ok) throw connection.Refused(listed, "LISTSCRIPTS");
        if (listed.Lines.Count > Most) throw ImapException.Protocol(connection.Side, $"The account has more than {Most} Sieve scripts.");
        var scripts = new List<SieveScript>();
        foreach (var line in listed.Lines.Where(static line => line is [{ IsString: true }, ..]))
        {
            var active = line.Count > 1 && line[1].Is("ACTIVE");
            var got = await connection.CommandAsync("GETSCRIPT", token, line[0].Octets);
            if (!got.Ok) throw connection.Refused(got, $"GETSCRIPT {line[0].Text}");
            var content = got.Lines.SelectMany(static answer => answer).FirstOrDefault(static part => part.IsString);
            scripts.Add(new(line[0].Text, active, Encoding.UTF8.GetString(content.Octets ?? [])));
        }

        return scripts;
    }

    /// <summary>What the server has against a script; null when it would take it, or does not know the command.</summary>
    public static async Task<TransferFailure?> CheckAsync(this SieveConnection connection, string content, CancellationToken token)
    {
        if (!connection.HasCheckScript) return null;
        var answer = await connection.CommandAsync("CHECKSCRIPT", token, Encoding.UTF8.GetBytes(content));
        return answer.Ok ? null : connection.Refused(answer, "CHECKSCRIPT").Failure;
    }

    /// <summary>Stores a script; null when it is stored.</summary>
    public static async Task<TransferFailure?> PutAsync(this SieveConnection connection, SieveScript script, CancellationToken token)
    {
        var answer = await connection.CommandAsync("PUTSCRIPT", token, Encoding.UTF8.GetBytes(script.Name), Encoding.UTF8.GetBytes(script.Content));
        return answer.Ok ? null : connection.Refused(answer, "PUTSCRIPT").Failure;
    }

    /// <summary>Makes a script the active one; null when it is.</summary>
    public static async Task<TransferFailure?> ActivateAsync(this SieveConnection connection, string name, CancellationToken token)
    {
        var answer = await connection.CommandAsync("SETACTIVE", token, Encoding.UTF8.GetBytes(name));
        return answer.Ok ? null : connection.Refused(answer, "SETACTIVE").Failure;
    }
}
