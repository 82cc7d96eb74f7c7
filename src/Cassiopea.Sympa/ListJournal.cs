using System.Text.Json;
using System.Text.Json.Serialization;
using Cassiopea.Sympa.Format;
using Cassiopea.Transfer;

namespace Cassiopea.Sympa;

/// <summary>What an import remembers between runs: that the new list is ours, whom it was given last, which held posts were handed over.</summary>
internal sealed class ListJournal
{
    private readonly string _folder;
    private Entry _entry;

    private ListJournal(string folder, Entry entry) => (_folder, _entry) = (folder, entry);

    /// <summary>True once we have begun to make the new list.</summary>
    public bool Begun => _entry.Begun;

    /// <summary>True once the new list held everyone.</summary>
    public bool Filled => _entry.Filled;

    /// <summary>Held posts that were handed over, by their name at the old host.</summary>
    public IReadOnlyCollection<string> Held => _entry.Held;

    /// <summary>Posts of the digest that were handed over, by their name at the old host.</summary>
    public IReadOnlyCollection<string> Digest => _entry.Digest ?? [];

    /// <summary>Message-IDs of held posts, by their name at the old host.</summary>
    public IReadOnlyDictionary<string, string> Ids => _entry.Ids ?? new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Archived posts that were written into an mbox.</summary>
    public IReadOnlyCollection<string> Posts => _entry.Posts ?? [];

    /// <summary>SHA-256 of the files that the list's folder was given.</summary>
    public IReadOnlyDictionary<string, string> Files => _entry.Files ?? new Dictionary<string, string>(StringComparer.Ordinal);

    public static ListJournal Open(string folder, ListAddress from, ListAddress to)
    {
        Directory.CreateDirectory(folder);
        var file = Path.Combine(folder, "import.json");
        var entry = File.Exists(file) ? JsonSerializer.Deserialize(File.ReadAllText(file), JournalJson.Default.Entry)! : new Entry(from.ToString(), to.ToString(), Begun: false, Filled: false, []);
        return entry.From == from.ToString() && entry.To == to.ToString()
            ? new(folder, entry)
            : throw new TransferException(TransferSide.Us, TransferFailureKind.Refused, TransferCode.ItemRefused, $"The journal in {folder} is of {entry.From} to {entry.To}.");
    }

    public IReadOnlyList<DumpEntry> Last(string role) => File.Exists(LastFile(role)) ? Dump.Read(File.ReadAllBytes(LastFile(role))) : [];

    public void Begin() => Save(_entry with { Begun = true });

    public void Fill(IReadOnlyDictionary<string, IReadOnlyList<DumpEntry>> given)
    {
        foreach (var (role, people) in given) Replace(LastFile(role), Dump.Write(people));
        Save(_entry with { Filled = true });
    }

    public void HandOver(string held) => Save(_entry with { Held = [.. _entry.Held, held] });

    /// <summary>Hands over a post that is known there by its Message-ID.</summary>
    public void HandOver(string held, string id) => Save(_entry with { Held = [.. _entry.Held.Where(one => one != held), held], Ids = new Dictionary<string, string>(Ids, StringComparer.Ordinal) { [held] = id } });

    public void HandOverDigest(string post) => Save(_entry with { Digest = [.. Digest, post] });

    /// <summary>What was handed over and taken back: it may be handed over again.</summary>
    public void Withdraw(IReadOnlyCollection<string> held, IReadOnlyCollection<string> digest) =>
        Save(_entry with { Held = [.. _entry.Held.Except(held)], Digest = [.. Digest.Except(digest)] });

    public void Carry(IReadOnlyList<string> posts) => Save(_entry with { Posts = posts });

    public void Give(IEnumerable<KeyValuePair<string, string>> files)
    {
        var all = new Dictionary<string, string>(Files, StringComparer.Ordinal);
        foreach (var (name, hash) in files) all[name] = hash;
        Save(_entry with { Files = all });
    }

    private string LastFile(string role) => Path.Combine(_folder, $"last-{role}.dump");

    private void Save(Entry entry)
    {
        Replace(Path.Combine(_folder, "import.json"), JsonSerializer.SerializeToUtf8Bytes(entry, JournalJson.Default.Entry));
        _entry = entry;
    }

    private static void Replace(string file, ReadOnlySpan<byte> octets)
    {
        using (var stream = new FileStream(file + ".part", FileMode.Create, FileAccess.Write))
        {
            stream.Write(octets);
            stream.Flush(flushToDisk: true);
        }

        File.Move(file + ".part", file, overwrite: true);
    }

    internal sealed record Entry(string From, string To, bool Begun, bool Filled, IReadOnlyList<string> Held, IReadOnlyList<string>? Digest = null, IReadOnlyList<string>? Posts = null, IReadOnlyDictionary<string, string>? Files = null, IReadOnlyDictionary<string, string>? Ids = null);
}

[JsonSerializable(typeof(ListJournal.Entry))]
internal sealed partial class JournalJson : JsonSerializerContext;
