using Cassiopea.Contracts;
using Cassiopea.Imap;
using Cassiopea.Imap.Archive;
using Cassiopea.Imap.Archive.Index;
using Cassiopea.ServiceDefaults;
using Microsoft.Extensions.Options;

namespace Cassiopea.Mail;

/// <summary>Puts one mailbox into its archive, or adds what is new, packs it and reads it again. Killed at any moment it goes on where it was.</summary>
internal class ArchiveMailboxJob(
    MailboxPass pass, MailboxEngine engine, MailboxFiles files, MailboxSurroundings surroundings, MailboxSettingsCarrier carrier, IOptions<JobOptions> jobs, TimeProvider time, ILogger<ArchiveMailboxJob> log) : IJob
{
    public const string Kind = "archive-mailbox";

    public Task RunAsync(JobRun run, CancellationToken token)
    {
        var command = run.Args<ArchiveMailbox>();
        return pass.RunAsync(run, command.Source, (source, stop) => ArchiveAsync(run, source, stop), token);
    }

    private async Task ArchiveAsync(JobRun run, ImapAccount source, CancellationToken token)
    {
        PassProgress progress = new(run, time, jobs.Value.ReportEvery, log);
        var archive = files.ArchiveOf(run.MigrationId, run.ItemId);
        var options = engine.Transfer() with { Progress = progress.Take, ProgressEvery = jobs.Value.ReportEvery / 2 };
        var result = await progress.WatchAsync(stop => new MailboxArchive(time).RunAsync(source, archive.Tree, options, stop), token);
        if (result.Failure is { } failure)
        {
            await progress.KeepAsync(result.Counts, result.Bytes, CancellationToken.None);
            token.ThrowIfCancellationRequested();
            throw new PassFailureException(PassFailures.Of(failure));
        }

        await MailboxSurroundings.ExportAsync(await surroundings.OfAsync(run.Args<ArchiveMailbox>().Source.Login, token), archive.Tree, token);
        var settings = await carrier.ExportAsync(source, archive.Tree, token);
        var packed = await PackAsync(archive, token);
        var exceptions = result.Exceptions.Concat(settings).Select(PassFailures.Of).ToList();
        var outcome = Archived(run, packed, null, result.Counts.Remaining == 0, exceptions, time.GetUtcNow());
        await run.CompleteAsync<MailContext>(db => PassException.KeepAsync(db, run.ItemId, run.Pass, PassStep.Transfer, exceptions, token), [outcome], token);
        log.Archived(run.ItemId, run.Pass, packed.Messages, packed.Added, packed.Parts.Count, outcome.Archive.Equal);
    }

    /// <summary>Packs what is new, with an index that can be read without a mail program.</summary>
    public static async Task<PackedArchive> PackAsync(ArchiveFiles archive, CancellationToken token)
    {
        await ArchiveIndex.WriteAsync(archive.Tree, token);
        return await archive.Parts.PackAsync(token);
    }

    /// <summary>What is told of an archive that was packed.</summary>
    public static ItemArchived Archived(JobRun run, PackedArchive packed, DateTimeOffset? before, bool complete, IReadOnlyList<ItemException> exceptions, DateTimeOffset asOf) => new(
        run.MigrationId, run.ItemId, run.Pass,
        new ItemArchive(packed.Messages, packed.Bytes, before, packed.Equal && complete, packed.ManifestSha256, packed.Parts, asOf),
        packed.Added, [.. exceptions.Take(PassException.MostInEvent)], asOf);
}

/// <summary>The same for the passes of a cut-over, with workers of its own.</summary>
internal sealed class CutOverArchiveJob(
    MailboxPass pass, MailboxEngine engine, MailboxFiles files, MailboxSurroundings surroundings, MailboxSettingsCarrier carrier, IOptions<JobOptions> jobs, TimeProvider time, ILogger<ArchiveMailboxJob> log)
    : ArchiveMailboxJob(pass, engine, files, surroundings, carrier, jobs, time, log)
{
    public new const string Kind = "cut-over-archive-mailbox";
}
