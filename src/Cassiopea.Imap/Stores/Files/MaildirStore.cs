using System.Globalization;
using System.Runtime.CompilerServices;
using Cassiopea.Imap.Archive;
using Cassiopea.Imap.Mailbox;
using Cassiopea.Imap.Wire;
using Cassiopea.Transfer;
using Cassiopea.Transfer.Messages;

namespace Cassiopea.Imap.Stores.Files;

/// <summary>
/// A tree of Maildirs: Maildir++ (<c>.A.B</c> below the root) or nested directories. A message is known again by the part of its name that stays
/// when flags change. Files with bare LF are given with CRLF, as an IMAP server would.
/// </summary>
public sealed class MaildirStore : IMessageStore
{
    private readonly string _root;
    private readonly UidMap _map;
    private readonly Dictionary<StoredFolder, (string Directory, List<StoredMessage> Messages)> _folders = [];

    private MaildirStore(string root, UidMap map) => (_root, _map) = (root, map);

    /// <summary>Opens a tree.</summary>
    /// <param name="root">Its directory.</param>
    /// <param name="map">The numbers given so far; stays the caller's, and may serve several sessions of one tree.</param>
    /// <exception cref="TransferException">There is no Maildir.</exception>
    public static IMessageStore Open(string root, UidMap map)
    {
        var store = new MaildirStore(Path.GetFullPath(root), map);
        if (!store.Directories().Any()) throw new TransferException(TransferSide.Source, TransferFailureKind.Refused, TransferCode.Unreachable, $"There is no Maildir in {root}.");
        return store;
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<StoredFolder>> FoldersAsync(CancellationToken token)
    {
        _folders.Clear();
        lock (_map)
        {
            _map.Begin();
            foreach (var directory in Directories())
            {
                token.ThrowIfCancellationRequested();
                var levels = Levels(directory);
                var messages = Messages(directory, NameStyle.Path(levels));
                var folder = new StoredFolder(levels, _map.UidValidity, messages.Count == 0 ? 1 : messages[^1].Uid + 1, messages.Count, messages.Sum(static message => message.Size));
                _folders[folder] = (directory, messages);
            }

            _map.Flush();
            return new([.. _folders.Keys]);
        }
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<StoredMessage>> MessagesAsync(StoredFolder folder, CancellationToken token) => new(_folders[folder].Messages);

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
            if (Find(_folders[folder].Directory, message.Place) is not { } file) continue; // removed meanwhile
            var ours = MaildirName.TryRead(Path.GetFileName(file), out _, out _); // octets of an archive are as IMAP gave them
            await using var content = await MessagePart.OpenAsync(file, 0, -1, FromLines.AsTheyAre, crlf: !ours, token);
            yield return new(message, message.Received, content.Length, content);
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private IEnumerable<string> Directories()
    {
        var options = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, MaxRecursionDepth = 32 };
        if (!Directory.Exists(_root)) return [];
        return Directory.EnumerateDirectories(_root, "cur", options).Select(static cur => Path.GetDirectoryName(cur)!)
            .Where(static directory => Directory.Exists(Path.Combine(directory, "new"))).Order(StringComparer.Ordinal);
    }

    private string[] Levels(string directory)
    {
        var below = Path.GetRelativePath(_root, directory);
        if (below == ".") return ["INBOX"];
        var parts = below.Split('/').SelectMany(static part => part.StartsWith('.') ? part[1..].Split('.') : [part]);
        return [.. parts.Select(static part => ModifiedUtf7.TryDecode(System.Text.Encoding.UTF8.GetBytes(part), out var text) ? text : part)];
    }

    private List<StoredMessage> Messages(string directory, string path)
    {
        var keywords = KeywordLetters.Load(directory).Known;
        var messages = new List<StoredMessage>();
        var files = ((string[])["cur", "new"]).Select(part => Path.Combine(directory, part)).Where(Directory.Exists)
            .SelectMany(static part => new DirectoryInfo(part).EnumerateFiles()).Where(static file => !file.Name.StartsWith('.'));
        foreach (var file in files.OrderBy(static file => Second(file.Name)).ThenBy(static file => file.Name, StringComparer.Ordinal))
        {
            var stem = Stem(file.Name);
            messages.Add(new(_map[path + "\n" + stem], MaildirName.Flags(file.Name, keywords).Text, file.Length, new DateTimeOffset(file.LastWriteTimeUtc), stem));
        }

        messages.Sort(static (a, b) => a.Uid.CompareTo(b.Uid));
        return messages;
    }

    /// <summary>The file as it is named now: its flags may have changed since the list was made.</summary>
    private static string? Find(string directory, string stem)
    {
        foreach (var part in (string[])["cur", "new"])
        {
            var whole = Path.Combine(directory, part, stem);
            if (File.Exists(whole)) return whole;
            if (Directory.Exists(Path.Combine(directory, part)) && Directory.EnumerateFiles(Path.Combine(directory, part), stem + ":*").FirstOrDefault() is { } found) return found;
        }

        return null;
    }

    private static string Stem(string name) => name.IndexOf(':', StringComparison.Ordinal) is var colon and >= 0 ? name[..colon] : name;

    private static long Second(string name) =>
        long.TryParse(name.AsSpan(0, Math.Max(0, name.IndexOf('.', StringComparison.Ordinal))), NumberStyles.None, CultureInfo.InvariantCulture, out var second) ? second : 0;
}
