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
/// each table holds. Each file is read again before it counts. A later archive takes the place of the earlier one, once it is known to be good. Killed at any moment it begins again.
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
        var folder = new ArchiveFolder(files.ArchiveOf(run.MigrationId, run.ItemId));
        var account = DatabaseEnds.AccountOf(source);
        var name = string.Create(CultureInfo.InvariantCulture, $"{Plain(account.Endpoint.Database)}-{run.Pass}");
        using var draft = folder.NewDraft(name);
        var dump = await new DatabaseDump(time).RunAsync(
            account, number => Path.Combine(draft.Path, string.Create(CultureInfo.InvariantCulture, $"{name}-{number:000}.sql")), options.Value.ArchivePartBytes, engine.Copy(), token);
        RefuseChanged(dump.Held);
        var manifest = await ManifestAsync(Path.Combine(draft.Path, name + ArchiveFolder.ManifestEnd), dump, token);
        var written = dump.Parts.Append(manifest).ToList();
        var before = await folder.HeldBeforeAsync(name, token);
        await folder.PlaceAsync(written, token);

        var exceptions = dump.Left.Select(PassFailures.Of).ToList();
        ItemArchive archive = new(
            dump.Rows, dump.Bytes, null, Equal: true, manifest.Sha256, [.. written.Select(static p => new ArchivePart(Path.GetFileName(p.Path), p.Bytes, p.Sha256))], time.GetUtcNow());
        await run.CompleteAsync(
            new ItemArchived(run.MigrationId, run.ItemId, run.Pass, archive, dump.Held.Where(t => !before.Contains(LineOf(t))).Sum(static t => t.Rows), [.. exceptions.Take(PassException.MostInEvent)], archive.AsOf), token);
        folder.RemoveOthers(archive.Parts);
        log.Archived(run.ItemId, run.Pass, dump.Tables, dump.Rows, archive.Parts.Count, archive.Equal);
    }

    /// <summary>A table without transactions to which somebody wrote while it was read is no archive: it is read again, and the earlier archive stays.</summary>
    internal static void RefuseChanged(IEnumerable<DumpedTable> held)
    {
        var changed = held.Where(static table => table.Rows != table.Written).Select(static table => table.Name).ToList();
        if (changed.Count > 0)
            throw new PassFailureException(new Failure(
                FailureSide.Source, FailureKind.Passing, FailureCode.ItemUnreadable,
                $"{changed.Count} tables changed while they were read ({string.Join(", ", changed.Take(3).Select(static n => n.Length <= 64 ? n : n[..64]))}): the earlier archive stays. If it goes on, stop what writes to the site, and archive again."));
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

    private static string Plain(string name)
    {
        var plain = string.Concat(name.Select(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' ? c : '_'));
        return plain.Length switch { 0 => "database", > 80 => plain[..80], _ => plain };
    }
}
