using System.Security.Cryptography;
using Cassiopea.Lab.Parts;
using Cassiopea.Lab.Servers;

namespace Cassiopea.Lab.Manifest;

/// <summary>Compares a moved list with the old one by Sympa's own dumps of its people, and its archive and held posts octet by octet.</summary>
public static class ListComparison
{
    private static readonly string[] Roles = ["member", "owner", "editor"];

    internal static async Task<Comparison> CompareAsync(LabList list, CancellationToken token)
    {
        var name = list.Address[..list.Address.IndexOf('@', StringComparison.Ordinal)];
        var (old, @new) = (SympaServer.At(list.OldRoot, ListPart.OldRobot), SympaServer.At(list.NewRoot, ListPart.NewRobot));
        var differences = new List<string>(await DifferencesAsync(old, @new, name, token));
        foreach (var sent in @new.Sent)
            differences.Add($"mail was sent: {sent.ReplaceLineEndings(" ")}");
        foreach (var (what, found, wanted) in new[]
        {
            ("members", People($"{@new.FolderOf(name)}/member.dump").Count, list.Members),
            ("archived posts", Hashes(@new.ArchiveOf(name), "/arctxt/").Count, list.Posts),
            ("held posts", Held(@new, name).Count, list.Held),
        })
            if (found != wanted)
                differences.Add($"{found} {what} at the new place, {wanted} were seeded");
        return new Comparison(list.Members + Directory.EnumerateFiles(old.ArchiveOf(name), "*", SearchOption.AllDirectories).Count(file => file.Contains("/arctxt/", StringComparison.Ordinal)), 0, differences);
    }

    /// <summary>What is not the same; empty = equal.</summary>
    public static async Task<IReadOnlyList<string>> DifferencesAsync(SympaServer old, SympaServer @new, string list, CancellationToken token)
    {
        var differences = new List<string>();
        foreach (var server in (SympaServer[])[old, @new])
            await DumpAsync(server, list, token);
        foreach (var role in Roles)
            differences.AddRange(Unlike($"{role}s", People($"{old.FolderOf(list)}/{role}.dump"), People($"{@new.FolderOf(list)}/{role}.dump")));
        differences.AddRange(Unlike("archive", Hashes(old.ArchiveOf(list), "/arctxt/"), Hashes(@new.ArchiveOf(list), "/arctxt/")));
        differences.AddRange(Unlike("held posts", Held(old, list), Held(@new, list)));
        return differences;
    }

    // Sympa's command says nothing when its database was busy: only what it wrote counts
    private static Task DumpAsync(SympaServer server, string list, CancellationToken token)
    {
        var files = Roles.Select(role => $"{server.FolderOf(list)}/{role}.dump").ToList();
        files.ForEach(File.Delete);
        return Eventually.TrueAsync(
            $"{server.Robot} dumps {list}",
            async () =>
            {
                await server.RunAsync(token, "dump", $"--roles={string.Join(',', Roles)}", $"{list}@{server.Robot}");
                return files.TrueForAll(File.Exists);
            },
            TimeSpan.FromMinutes(1), token);
    }

    private static IEnumerable<string> Unlike(string what, IReadOnlyCollection<string> old, IReadOnlyCollection<string> @new) =>
        old.Except(@new, StringComparer.Ordinal).Select(one => $"{what}: {one} is missing or other").Concat(@new.Except(old, StringComparer.Ordinal).Select(one => $"{what}: {one} was not there before"))
            .Concat(old.Count == @new.Count ? [] : [$"{what}: {old.Count} became {@new.Count}"]);

    // one line per person; the day of the last update is the import's
    private static List<string> People(string dump) => [.. File.ReadAllText(dump).Split("\n\n", StringSplitOptions.RemoveEmptyEntries)
        .Select(person => string.Join("; ", person.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(static line => !line.StartsWith("update_date", StringComparison.Ordinal)))).Where(person => person.Length > 0)];

    private static List<string> Hashes(string folder, string of) => [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
        .Where(file => file.Contains(of, StringComparison.Ordinal)).Select(file => $"{file[(folder.Length + 1)..]} {Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)))}")];

    // a frozen list keeps what waited beside its config, so that nobody decides it at the old host
    private static List<string> Held(SympaServer server, string list) => [.. ((string[])[$"{server.Root}/spool/moderation", $"{server.FolderOf(list)}/spool.before-freeze/moderation"]).Where(Directory.Exists)
        .SelectMany(folder => Directory.EnumerateFiles(folder, $"{list}@{server.Robot}_*"))
        .Select(file => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file))))];
}
