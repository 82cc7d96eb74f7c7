using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Cassiopea.Imap.Mailbox;
using Cassiopea.Transfer;
using Cassiopea.Transfer.Messages;

namespace Cassiopea.Imap.Stores.Files;

/// <summary>
/// An mbox file, or a directory of them as Thunderbird has it (<c>Name</c> beside <c>Name.sbd/</c>). A message is known again by its content, so
/// that a file that was compacted brings nothing twice.
/// </summary>
public sealed class MboxStore : IMessageStore
{
    private readonly string _root;
    private readonly UidMap _map;
    private readonly Dictionary<StoredFolder, List<StoredMessage>> _folders = [];

    private MboxStore(string root, UidMap map) => (_root, _map) = (root, map);

    /// <summary>Opens a file or a directory.</summary>
    /// <param name="root">Its path.</param>
    /// <param name="map">The numbers given so far; stays the caller's, and may serve several sessions.</param>
    /// <exception cref="TransferException">There is no mbox file.</exception>
    public static IMessageStore Open(string root, UidMap map)
    {
        var store = new MboxStore(Path.GetFullPath(root), map);
        if (!store.Files().Any()) throw new TransferException(TransferSide.Source, TransferFailureKind.Refused, TransferCode.Unreachable, $"There is no mbox file at {root}.");
        return store;
    }

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<StoredFolder>> FoldersAsync(CancellationToken token)
    {
        _folders.Clear();
        foreach (var file in Files().ToList())
        {
            var levels = Levels(file);
            var keys = await KeysAsync(file, token);
            var messages = new List<StoredMessage>(keys.Count);
            lock (_map)
            {
                _map.Begin();
                foreach (var (key, message) in keys) messages.Add(message with { Uid = _map[NameStyle.Path(levels) + "\n" + key] });
                _map.Flush();
            }

            messages.Sort(static (a, b) => a.Uid.CompareTo(b.Uid));
            _folders[new(levels, _map.UidValidity, messages.Count == 0 ? 1 : messages[^1].Uid + 1, messages.Count, messages.Sum(static message => message.Size))] = messages;
        }

        return [.. _folders.Keys];
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<StoredMessage>> MessagesAsync(StoredFolder folder, CancellationToken token) => new(_folders[folder]);

    /// <inheritdoc />
    public async IAsyncEnumerable<DateTimeOffset?> DatesAsync(StoredFolder folder, IReadOnlyList<StoredMessage> messages, [EnumeratorCancellation] CancellationToken token)
    {
        foreach (var message in messages) yield return await ValueTask.FromResult(message.Received);
    }

    /// <inheritdoc />
    public async IAsyncEnumerable<StoredContent> ReadAsync(StoredFolder folder, IReadOnlyList<StoredMessage> messages, [EnumeratorCancellation] CancellationToken token)
    {
        foreach (var message in messages)
        {
            await using var content = await OpenAsync(message.Place, token);
            yield return new(message, message.Received, content.Length, content);
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static Task<MessagePart> OpenAsync(string place, CancellationToken token)
    {
        var parts = place.Split('|', 4);
        return MessagePart.OpenAsync(
            parts[3], long.Parse(parts[0], CultureInfo.InvariantCulture), long.Parse(parts[1], CultureInfo.InvariantCulture), parts[2] == "q" ? FromLines.Unquote : FromLines.AsTheyAre, crlf: true, token);
    }

    private static async Task<List<(string Key, StoredMessage Message)>> KeysAsync(string path, CancellationToken token)
    {
        List<MboxMessage> found;
        await using (var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, FileOptions.SequentialScan))
        {
            found = await new MboxReader(file).ReadAsync(token);
        }

        var keys = new List<(string, StoredMessage)>(found.Count);
        var part = new byte[64 << 10];
        foreach (var message in found)
        {
            var place = string.Create(CultureInfo.InvariantCulture, $"{message.Offset}|{message.Length}|{(message.Quoted ? "q" : "-")}|{path}");
            await using var content = await OpenAsync(place, token);
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            byte[]? head = null;
            for (int got; (got = await content.ReadAsync(part, token)) > 0;)
            {
                head ??= part.AsSpan(0, got).ToArray();
                hash.AppendData(part, 0, got);
            }

            keys.Add((Convert.ToHexStringLower(hash.GetHashAndReset()), new(0, Flags(head ?? []), content.Length, Date(message.Separator, head ?? []), place)));
        }

        return keys;
    }

    /// <summary>The date of the separator line is when the message was put there; a client that copies writes the time of the copy, so Received goes first.</summary>
    private static DateTimeOffset? Date(string separator, byte[] head)
    {
        if (MailDate.Received(head) is { } received) return received;
        var words = separator.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var clock = Array.FindIndex(words, static word => word.Length >= 5 && word[2] == ':');
        return clock < 3 || clock + 1 >= words.Length ? null : MailDate.Parse($"{words[clock - 1]} {words[clock - 2]} {words[^1]} {words[clock]}");
    }

    /// <summary>Status and X-Status of mail programs for the terminal, X-Mozilla-Status of Thunderbird.</summary>
    private static string Flags(byte[] head)
    {
        var flags = new List<string>();
        var status = MessageHead.Find(head, "Status"u8) + MessageHead.Find(head, "X-Status"u8);
        var mozilla = int.TryParse(MessageHead.Find(head, "X-Mozilla-Status"u8), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var bits) ? bits : 0;
        if (status.Contains('R', StringComparison.Ordinal) || (mozilla & 1) != 0) flags.Add("\\Seen");
        if (status.Contains('A', StringComparison.Ordinal) || (mozilla & 2) != 0) flags.Add("\\Answered");
        if (status.Contains('F', StringComparison.Ordinal) || (mozilla & 4) != 0) flags.Add("\\Flagged");
        if (status.Contains('D', StringComparison.Ordinal) || (mozilla & 8) != 0) flags.Add("\\Deleted");
        if (status.Contains('T', StringComparison.Ordinal)) flags.Add("\\Draft");
        return string.Join(' ', flags);
    }

    private IEnumerable<string> Files()
    {
        if (File.Exists(_root)) return [_root];
        if (!Directory.Exists(_root)) return [];
        var options = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, MaxRecursionDepth = 32 };
        return Directory.EnumerateFiles(_root, "*", options).Where(IsMbox).Order(StringComparer.Ordinal);
    }

    private static bool IsMbox(string path)
    {
        var name = Path.GetFileName(path);
        if (name.StartsWith('.') || Path.GetExtension(name) is ".msf" or ".dat" or ".tsv" or ".html" or ".sig" or ".pem") return false;
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        var first = new byte[5];
        return file.Length == 0 || (file.ReadAtLeast(first, 5, throwOnEndOfStream: false) == 5 && first.AsSpan().SequenceEqual("From "u8));
    }

    private string[] Levels(string file)
    {
        var below = File.Exists(_root) ? Path.GetFileName(file) : Path.GetRelativePath(_root, file);
        var parts = below.Split('/').Select(static part => Path.GetExtension(part) is ".sbd" or ".mbox" or ".mbx" ? Path.GetFileNameWithoutExtension(part) : part).ToArray();
        return parts is [var only] && NameStyle.IsInbox(only) ? ["INBOX"] : parts;
    }
}
