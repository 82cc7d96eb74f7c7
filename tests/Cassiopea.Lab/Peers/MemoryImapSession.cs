using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Cassiopea.Lab.Peers;

/// <summary>One connection to a <see cref="MemoryImap"/>.</summary>
internal sealed partial class MemoryImapSession(MemoryImap server, Stream stream)
{
    private readonly byte[] _buffer = new byte[65_536];
    private int _at;
    private int _filled;
    private MemoryFolder? _selected;

    public async Task RunAsync(CancellationToken token)
    {
        await SendAsync($"* OK [CAPABILITY {server.Capabilities}] ready", token);
        while (await LineAsync(token) is { } line)
        {
            var space = line.IndexOf(' ', StringComparison.Ordinal);
            if (space < 0) return;
            var (tag, command) = (line[..space], line[(space + 1)..]);
            server.Commands.Enqueue(command);
            if (server.Answer(command) is { } instead)
            {
                var bye = instead.StartsWith("BYE", StringComparison.Ordinal);
                await SendAsync(bye ? "* " + instead : $"{tag} {instead}", token);
                if (bye) return;
                continue;
            }

            if (command.StartsWith("APPEND", StringComparison.OrdinalIgnoreCase)) await AppendAsync(tag, command, token);
            else if (!await AnswerAsync(tag, command, token)) return;
        }
    }

    private async Task<bool> AnswerAsync(string tag, string command, CancellationToken token)
    {
        var word = command.Split(' ')[0].ToUpperInvariant();
        var argument = command[Math.Min(command.Length, word.Length)..].Trim();
        switch (word)
        {
            case "CAPABILITY":
                await SendAsync($"* CAPABILITY {server.Capabilities}", token);
                break;
            case "NAMESPACE":
                await SendAsync($"* NAMESPACE {server.Namespaces}", token);
                break;
            case "LIST" or "LSUB":
                foreach (var line in Listing(word)) await SendAsync(line, token);
                break;
            case "STATUS" when Named(argument) is { } asked:
                await SendAsync($"* STATUS {Quoted(asked.Name)} (MESSAGES {asked.Messages.Count} UIDNEXT {asked.Next} UIDVALIDITY {server.UidValidity})", token);
                break;
            case "SELECT" or "EXAMINE":
                _selected = Named(argument);
                if (_selected is null) return await SaidAsync($"{tag} NO [NONEXISTENT] no such folder", token);
                await SendAsync($"* {_selected.Messages.Count} EXISTS", token);
                await SendAsync($"* OK [PERMANENTFLAGS ({server.PermanentFlags})] kept", token);
                await SendAsync($"* OK [UIDVALIDITY {server.UidValidity}] valid", token);
                await SendAsync($"* OK [UIDNEXT {_selected.Next}] next", token);
                break;
            case "CREATE":
                if (Named(argument) is not null) return await SaidAsync($"{tag} NO [ALREADYEXISTS] there", token);
                server.Folder(Unquoted(argument));
                break;
            case "SUBSCRIBE":
                lock (server.Lock) server.Subscribed.Add(Unquoted(argument));
                break;
            case "UID" when argument.StartsWith("FETCH", StringComparison.OrdinalIgnoreCase):
                if (!await FetchAsync(argument[6..], token)) return false;
                break;
            case "UID" when argument.StartsWith("STORE", StringComparison.OrdinalIgnoreCase):
                break;
            case "LOGIN" or "NOOP" or "ENABLE" or "ID" or "UNSELECT":
                break;
            case "LOGOUT":
                await SendAsync("* BYE bye", token);
                break;
            default:
                return await SaidAsync($"{tag} BAD not known here", token);
        }

        await SendAsync($"{tag} OK done", token);
        return word != "LOGOUT";
    }

    private async Task<bool> SaidAsync(string line, CancellationToken token)
    {
        await SendAsync(line, token);
        return true;
    }

    private List<string> Listing(string word)
    {
        var separator = server.Separator is { } octet ? $"\"{octet}\"" : "NIL";
        lock (server.Lock)
        {
            return [.. server.Folders.Where(folder => word == "LIST" || server.Subscribed.Contains(folder.Name))
                .Select(folder => $"* {word} ({(word == "LIST" ? folder.Attributes : "")}) {separator} {Quoted(folder.Name)}")];
        }
    }

    private MemoryFolder? Named(string argument)
    {
        var name = Name().Match(argument);
        lock (server.Lock) return server.Find(Unquoted(name.Value));
    }

    private async Task<bool> FetchAsync(string argument, CancellationToken token)
    {
        var (set, items) = (argument.Split(' ')[0], argument[(argument.IndexOf(' ', StringComparison.Ordinal) + 1)..].ToUpperInvariant());
        List<MemoryMessage> messages;
        lock (server.Lock) messages = [.. _selected!.Messages];
        for (var i = 0; i < messages.Count; i++)
        {
            var message = messages[i];
            if (!IsIn(set, message.Uid, messages[^1].Uid)) continue;
            if (server.Answer($"FETCHING {message.Uid} {items}") is { } bye)
            {
                await SendAsync("* " + bye, token);
                return false;
            }

            var line = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"* {i + 1} FETCH (UID {message.Uid}"));
            if (items.Contains("FLAGS", StringComparison.Ordinal)) line.Append(CultureInfo.InvariantCulture, $" FLAGS ({message.Flags})");
            if (items.Contains("INTERNALDATE", StringComparison.Ordinal)) line.Append(CultureInfo.InvariantCulture, $" INTERNALDATE \"{message.Date}\"");
            if (items.Contains("RFC822.SIZE", StringComparison.Ordinal)) line.Append(CultureInfo.InvariantCulture, $" RFC822.SIZE {server.ToldSize(message)}");
            if (items.Contains("X-GM-MSGID", StringComparison.Ordinal)) line.Append(CultureInfo.InvariantCulture, $" X-GM-MSGID {message.GmailId}");
            if (items.Contains("X-GM-LABELS", StringComparison.Ordinal)) line.Append(CultureInfo.InvariantCulture, $" X-GM-LABELS ({message.Labels})");
            var binary = items.Contains("BINARY.PEEK[]", StringComparison.Ordinal);
            if (!binary && !items.Contains("BODY.PEEK[]", StringComparison.Ordinal))
            {
                await SendAsync(line + ")", token);
                continue;
            }

            // as Dovecot: BODY[] hides NUL behind 0x80
            var octets = binary || !message.Octets.Contains((byte)0) ? message.Octets : [.. message.Octets.Select(static octet => octet == 0 ? (byte)0x80 : octet)];
            line.Append(CultureInfo.InvariantCulture, $" {(binary ? "BINARY" : "BODY")}[] {(binary ? "~" : "")}{{{server.AnnouncedSize(message) ?? message.Octets.Length.ToString(CultureInfo.InvariantCulture)}}}");
            await SendAsync(line.ToString(), token);
            if (server.CutBody(message) is { } some)
            {
                await stream.WriteAsync(message.Octets.AsMemory(0, Math.Min(some, message.Octets.Length)), token);
                return false;
            }

            await stream.WriteAsync(octets, token);
            await SendAsync(")", token);
        }

        return true;
    }

    private async Task AppendAsync(string tag, string command, CancellationToken token)
    {
        var stored = new List<MemoryMessage>();
        var folder = Named(command[7..]);
        string? refused = folder is null ? "NO [TRYCREATE] no such folder" : null;
        var rest = command;
        while (Literal().Match(rest) is { Success: true } literal)
        {
            var size = int.Parse(literal.Groups["size"].Value, CultureInfo.InvariantCulture);
            if (!literal.Groups["plus"].Success)
            {
                if (refused is not null) break;
                await SendAsync("+ go on", token);
            }

            var octets = new byte[size];
            await ReadAsync(octets, token);
            refused ??= server.Refuse(octets);
            stored.Add(new(0, octets, literal.Groups["date"].Value, literal.Groups["flags"].Value));
            rest = await LineAsync(token) ?? throw new EndOfStreamException();
        }

        if (refused is not null)
        {
            await SendAsync(refused.StartsWith("BYE", StringComparison.Ordinal) ? "* " + refused : $"{tag} {refused}", token);
            if (refused.StartsWith("BYE", StringComparison.Ordinal)) throw new EndOfStreamException();
            return;
        }

        uint first;
        lock (server.Lock)
        {
            first = folder!.Next;
            foreach (var message in stored) folder.Messages.Add(message with { Uid = folder.Next });
        }

        var code = server.Capabilities.Contains("UIDPLUS", StringComparison.Ordinal) ? $"[APPENDUID {server.UidValidity} {first}{(stored.Count > 1 ? $":{first + stored.Count - 1}" : "")}] " : "";
        await SendAsync($"{tag} OK {code}stored", token);
    }

    private static bool IsIn(string set, uint uid, uint last)
    {
        foreach (var part in set.Split(','))
        {
            var ends = part.Split(':').Select(end => end == "*" ? last : uint.Parse(end, CultureInfo.InvariantCulture)).ToArray();
            if (uid >= ends.Min() && uid <= ends.Max()) return true;
        }

        return false;
    }

    private static string Quoted(string name) => "\"" + name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + "\"";

    private static string Unquoted(string name) =>
        name.Length > 1 && name[0] == '"' ? name[1..^1].Replace("\\\"", "\"", StringComparison.Ordinal).Replace("\\\\", "\\", StringComparison.Ordinal) : name;

    private Task SendAsync(string line, CancellationToken token) => stream.WriteAsync(Encoding.Latin1.GetBytes(line + "\r\n"), token).AsTask();

    private async Task<string?> LineAsync(CancellationToken token)
    {
        var line = new StringBuilder();
        while (true)
        {
            if (_at == _filled && !await FillAsync(token)) return null;
            var newline = _buffer.AsSpan(_at, _filled - _at).IndexOf((byte)'\n');
            var length = newline < 0 ? _filled - _at : newline;
            line.Append(Encoding.Latin1.GetString(_buffer, _at, length));
            _at += newline < 0 ? length : length + 1;
            if (newline >= 0) return line.ToString().TrimEnd('\r');
        }
    }

    private async Task ReadAsync(byte[] octets, CancellationToken token)
    {
        var had = Math.Min(octets.Length, _filled - _at);
        _buffer.AsSpan(_at, had).CopyTo(octets);
        _at += had;
        await stream.ReadExactlyAsync(octets.AsMemory(had), token);
    }

    private async Task<bool> FillAsync(CancellationToken token)
    {
        (_at, _filled) = (0, await stream.ReadAsync(_buffer, token));
        return _filled > 0;
    }

    [GeneratedRegex("^(\"(\\\\.|[^\"\\\\])*\"|[^ ]+)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Name();

    [GeneratedRegex("^(.*?)(\\((?<flags>[^)]*)\\) )?(\"(?<date>[^\"]{26})\" )?~?\\{(?<size>[0-9]+)(?<plus>\\+)?\\}$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Literal();
}
