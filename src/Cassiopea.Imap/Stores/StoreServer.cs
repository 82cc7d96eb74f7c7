using System.Globalization;
using System.Text;
using Cassiopea.Imap.Wire;
using Cassiopea.Transfer.Messages;

namespace Cassiopea.Imap.Stores;

/// <summary>
/// The server's side of IMAP (RFC 9051) for one store: what our own client says to a source and nothing more. It greets with PREAUTH, and there
/// is no command that changes anything. The separator is U+001F, which no encoded name holds.
/// </summary>
internal sealed partial class StoreServer(IMessageStore store, Stream stream) : IDisposable
{
    private const char Separator = '\u001F';
    private const string Capabilities = "IMAP4rev1 NAMESPACE ESEARCH LIST-EXTENDED LIST-STATUS SPECIAL-USE STATUS=SIZE UNSELECT";
    private static readonly Mailbox.NameStyle Style = new("", Separator);
    private readonly ImapReader _reader = new(stream, ImapLimits.Standard);
    private readonly ImapWriter _out = new(stream);
    private IReadOnlyList<StoredFolder>? _folders;
    private StoredFolder? _open;
    private IReadOnlyList<StoredMessage> _messages = [];

    public async Task RunAsync(CancellationToken token)
    {
        _out.Write("* PREAUTH [CAPABILITY " + Capabilities + "] ready").EndLine();
        while (true)
        {
            if (_reader.Buffered == 0) await _out.FlushAsync(token);
            var line = Encoding.Latin1.GetString((await _reader.ReadAsync(null, token)).Span);
            var space = line.IndexOf(' ', StringComparison.Ordinal);
            var (tag, command) = space < 0 ? (line, "") : (line[..space], line[(space + 1)..]);
            var refusal = await AnswerAsync(command, token);
            if (refusal is null) _out.Write(tag).Write(" OK done"u8).EndLine();
            else _out.Write(tag).Write(" "u8).Write(refusal).EndLine();
            if (command == "LOGOUT") return;
        }
    }

    public void Dispose()
    {
        _reader.Dispose();
        _out.Dispose();
    }

    private async ValueTask<string?> AnswerAsync(string command, CancellationToken token)
    {
        if (command is "LOGOUT" or "NOOP" or "UNSELECT") return null;
        if (command == "CAPABILITY") _out.Write("* CAPABILITY " + Capabilities).EndLine();
        else if (command == "NAMESPACE") _out.Write("* NAMESPACE ((\"\" "u8).Quoted(Separator.ToString()).Write(")) NIL NIL"u8).EndLine();
        else if (command.StartsWith("LIST ", StringComparison.Ordinal)) await ListAsync(command.Contains("STATUS", StringComparison.Ordinal), token);
        else if (command.StartsWith("STATUS ", StringComparison.Ordinal)) return await StatusAsync(command, token);
        else if (command.StartsWith("EXAMINE ", StringComparison.Ordinal)) return await ExamineAsync(command, token);
        else if (command.StartsWith("UID SEARCH ", StringComparison.Ordinal)) Search(command);
        else if (command.StartsWith("UID FETCH ", StringComparison.Ordinal)) return await FetchAsync(command["UID FETCH ".Length..], token);
        else if (command.StartsWith("FETCH * ", StringComparison.Ordinal) && _messages.Count > 0)
            return await FetchAsync(string.Create(CultureInfo.InvariantCulture, $"{_messages[^1].Uid} {command["FETCH * ".Length..]}"), token);
        else return "BAD not known here";
        return null;
    }

    private async ValueTask<IReadOnlyList<StoredFolder>> FoldersAsync(CancellationToken token) => _folders ??= await store.FoldersAsync(token);

    private async ValueTask ListAsync(bool status, CancellationToken token)
    {
        _folders = null; // what changed since is seen by a new listing
        foreach (var folder in await FoldersAsync(token))
        {
            var use = folder.Use.Length > 0 ? " " + folder.Use : "";
            _out.Write("* LIST (\\Subscribed" + use + ") ").Quoted(Separator.ToString()).Write(" "u8).Quoted(Style.Wire(folder.Levels)).EndLine();
        }

        foreach (var folder in status ? await FoldersAsync(token) : []) Status(folder);
    }

    private async ValueTask<string?> StatusAsync(string command, CancellationToken token)
    {
        if (await FindAsync(command, token) is not { } folder) return "NO [NONEXISTENT] no such folder";
        Status(folder);
        return null;
    }

    private void Status(StoredFolder folder)
    {
        _out.Write("* STATUS "u8).Quoted(Style.Wire(folder.Levels)).Write(" (MESSAGES "u8).Write(folder.Messages).Write(" UIDNEXT "u8).Write(folder.UidNext)
            .Write(" UIDVALIDITY "u8).Write(folder.UidValidity);
        if (folder.Bytes is { } bytes) _out.Write(" SIZE "u8).Write(bytes);
        _out.Write(")"u8).EndLine();
    }

    private async ValueTask<string?> ExamineAsync(string command, CancellationToken token)
    {
        if (await FindAsync(command, token) is not { } folder) return "NO [NONEXISTENT] no such folder";
        (_open, _messages) = (folder, await store.MessagesAsync(folder, token));
        _out.Write("* "u8).Write(_messages.Count).Write(" EXISTS"u8).EndLine();
        _out.Write("* OK [UIDVALIDITY "u8).Write(folder.UidValidity).Write("]"u8).EndLine();
        _out.Write("* OK [UIDNEXT "u8).Write(folder.UidNext).Write("]"u8).EndLine();
        return null;
    }

    private void Search(string command)
    {
        var from = uint.Parse(command.AsSpan((command.LastIndexOf(' ') + 1)..command.LastIndexOf(':')), CultureInfo.InvariantCulture);
        var found = new UidSet();
        foreach (var message in _messages.Where(message => message.Uid >= from)) found.Add(message.Uid);
        _out.Write("* ESEARCH UID"u8);
        if (found.Count > 0) _out.Write(" ALL "u8).Write(found.ToString());
        _out.EndLine();
    }

    private async ValueTask<StoredFolder?> FindAsync(string command, CancellationToken token)
    {
        var name = Name(command);
        return (await FoldersAsync(token)).FirstOrDefault(folder => string.Equals(Style.Wire(folder.Levels), name, StringComparison.Ordinal));
    }

    private static string Name(string command)
    {
        var tokens = new ImapTokens(Encoding.Latin1.GetBytes(command[(command.IndexOf(' ', StringComparison.Ordinal) + 1)..]));
        return Encoding.Latin1.GetString(tokens.AString());
    }
}
