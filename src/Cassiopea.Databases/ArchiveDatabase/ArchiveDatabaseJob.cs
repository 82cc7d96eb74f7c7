using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Cassiopea.Contracts;
using Cassiopea.MySql.Dump;
using Cassiopea.ServiceDefaults;
using Microsoft.Extensions.Options;

namespace Cassiopea.Databases;

/// <summary>
/// Writes one database as plain SQL for its member, in files of a bounded size that any mysql client loads in the order of their names, with a list of what
/// each table holds. Each file is read again before it counts. A later archive takes the place of the earlier one. Killed at any moment it begins again.
/// </summary>
internal sealed class ArchiveDatabaseJob(
    ItemPass pass, DatabaseEngine engine, DatabaseFiles files, IOptions<DatabasesOptions> options, TimeProvider time, ILogger<ArchiveDatabaseJob> log) : IJob
{
    public const string Kind = "archive-database";

    public Task RunAsync(JobRun run, CancellationToken token)
    {
        var command = run.Args<ArchiveDatabase>();
        return pass.RunAsync(run, command.Source, DatabaseEnds.Rules, (source, stop) => ArchiveAsync(run, source, stop), token);
    }

    private async Task ArchiveAsync(JobRun run, EndpointLogin source, CancellationToken token)
    {
        var folder = files.ArchiveOf(run.MigrationId, run.ItemId);
        var account = DatabaseEnds.AccountOf(source);
        var name = string.Create(CultureInfo.InvariantCulture, $"{Plain(account.Endpoint.Database)}-{run.Pass}");
        var draft = Path.Combine(folder, ".draft-" + name);
        Directory.CreateDirectory(draft);
        var dump = await new DatabaseDump(time).RunAsync(
            account, number => Path.Combine(draft, string.Create(CultureInfo.InvariantCulture, $"{name}-{number:000}.sql")), options.Value.ArchivePartBytes, engine.Copy(), token);
        var manifest = await ManifestAsync(Path.Combine(draft, name + "-manifest.tsv"), dump, token);
        var written = dump.Parts.Append(manifest).ToList();
        var equal = dump.Held.All(static table => table.Rows == table.Written);
        foreach (var part in written)
            equal &= await ReadAgainAsync(part, token);
        var before = await HeldBeforeAsync(folder, token);
        foreach (var part in written)
            File.Move(part.Path, Path.Combine(folder, Path.GetFileName(part.Path)), overwrite: true);
        Directory.Delete(draft, recursive: true);

        var exceptions = dump.Left.Select(PassFailures.Of).ToList();
        ItemArchive archive = new(
            dump.Rows, dump.Bytes, null, equal, manifest.Sha256, [.. written.Select(static p => new ArchivePart(Path.GetFileName(p.Path), p.Bytes, p.Sha256))], time.GetUtcNow());
        await run.CompleteAsync(
            new ItemArchived(run.MigrationId, run.ItemId, run.Pass, archive, dump.Held.Where(t => !before.Contains(LineOf(t))).Sum(static t => t.Rows), [.. exceptions.Take(PassException.MostInEvent)], archive.AsOf), token);
        RemoveOthers(folder, archive);
        log.Archived(run.ItemId, run.Pass, dump.Tables, dump.Rows, archive.Parts.Count, equal);
    }

    /// <summary>What each table holds, as any server with the same rows says: the member checks what was loaded against it.</summary>
    private static async Task<DumpPart> ManifestAsync(string path, DumpResult dump, CancellationToken token)
    {
        var text = new StringBuilder("table\trows\thash\n");
        foreach (var table in dump.Held)
            text.Append(LineOf(table)).Append('\n');
        foreach (var part in dump.Parts)
            text.Append(CultureInfo.InvariantCulture, $"# {Path.GetFileName(part.Path)}\t{part.Bytes}\t{part.Sha256}\n");
        var bytes = Encoding.UTF8.GetBytes(text.ToString());
        await File.WriteAllBytesAsync(path, bytes, token);
        return new DumpPart(path, bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes)));
    }

    private static string LineOf(DumpedTable table) => string.Create(CultureInfo.InvariantCulture, $"{table.Name.Replace('\t', ' ').Replace('\n', ' ')}\t{table.Rows}\t{table.Hash}");

    /// <summary>What the archive that this one replaces held: only what changed counts as new.</summary>
    private static async Task<HashSet<string>> HeldBeforeAsync(string folder, CancellationToken token)
    {
        HashSet<string> lines = new(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(folder, "*-manifest.tsv"))
            lines.UnionWith(await File.ReadAllLinesAsync(file, token));
        return lines;
    }

    private static async Task<bool> ReadAgainAsync(DumpPart part, CancellationToken token)
    {
        await using var file = File.OpenRead(part.Path);
        return file.Length == part.Bytes && Convert.ToHexStringLower(await SHA256.HashDataAsync(file, token)) == part.Sha256;
    }

    /// <summary>Files of earlier archives: no link leads there any more.</summary>
    private static void RemoveOthers(string folder, ItemArchive archive)
    {
        foreach (var file in Directory.EnumerateFiles(folder).Where(file => archive.Parts.All(part => part.Name != Path.GetFileName(file))))
            File.Delete(file);
    }

    private static string Plain(string name)
    {
        var plain = string.Concat(name.Select(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' ? c : '_'));
        return plain.Length switch { 0 => "database", > 80 => plain[..80], _ => plain };
    }
}
