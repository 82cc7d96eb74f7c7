using System.Text.Json;
using Cassiopea.Contracts;
using Cassiopea.Imap;
using Cassiopea.Imap.Mailbox;
using Cassiopea.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Mail;

/// <summary>Reads both ends again and compares every message, whatever the transfer said of it.</summary>
internal class VerifyMailboxJob(MailboxPass pass, MailboxEngine engine, MailboxFiles files, MailboxSurroundings surroundings, TimeProvider time, ILogger<VerifyMailboxJob> log) : IJob
{
    public const string Kind = "verify-mailbox";

    public Task RunAsync(JobRun run, CancellationToken token)
    {
        var command = run.Args<VerifyMailbox>();
        return pass.RunAsync(run, command.Source, command.Target, (source, target, stop) => VerifyAsync(run, command, source, target, stop), token);
    }

    private async Task VerifyAsync(JobRun run, VerifyMailbox command, ImapAccount source, ImapAccount target, CancellationToken token)
    {
        var archive = files.ArchiveOf(run.MigrationId, run.ItemId);
        var settings = engine.Transfer() with { OnlineSince = command.OnlineSince, ArchiveDirectory = command.OnlineSince is null ? null : archive.Tree };
        // the journal is asked only which folder went where: what is there is read again
        var journal = files.JournalOf(run.ItemId, command.Source, command.Target);
        var result = await new MailboxVerification(time).RunAsync(source, target, journal, files.ManifestOf(run.ItemId, run.Pass), settings, token);
        var differences = result.Differences.Select(PassFailures.Of).ToList();
        var grade = MailboxGrade.Of(result.Compared, result.DifferenceCount, differences);
        ItemVerified outcome = new(
            run.MigrationId, run.ItemId, run.Pass, result.Compared, result.Bytes, result.Equal,
            [.. differences.Take(PassException.MostInEvent)], result.DifferenceCount, grade, result.ManifestSha256, time.GetUtcNow());
        List<object> told = [outcome];
        var around = await surroundings.OfAsync(command.Source.Login, token);
        await MailboxSurroundings.ExportAsync(around, archive.Tree, token);
        if (command.OnlineSince is not null || !around.IsEmpty)
            told.Add(ArchiveMailboxJob.Archived(run, await ArchiveMailboxJob.PackAsync(archive, token), command.OnlineSince, true, [], time.GetUtcNow()));
        await run.CompleteAsync<MailContext>(db => KeepAsync(db, outcome, result, differences, token), told, token);
        MailMeters.Verified(result.Compared);
        log.Verified(run.ItemId, run.Pass, result.Compared, result.DifferenceCount, grade, result.Bytes, result.Seconds);
    }

    private static async Task KeepAsync(MailContext db, ItemVerified outcome, MailboxVerificationResult result, IReadOnlyList<ItemException> differences, CancellationToken token)
    {
        await PassException.KeepAsync(db, outcome.ItemId, outcome.Pass, PassStep.Verify, differences, token);
        await db.Manifests.Where(x => x.ItemId == outcome.ItemId && x.Pass == outcome.Pass).ExecuteDeleteAsync(token);
        db.Manifests.Add(new Manifest
        {
            ItemId = outcome.ItemId,
            Pass = outcome.Pass,
            Sha256 = outcome.ManifestSha256,
            Grade = outcome.Grade,
            Compared = outcome.Compared,
            Bytes = outcome.Bytes,
            Extra = result.Extra,
            Differences = outcome.DifferenceCount,
            Folders = JsonSerializer.Serialize(result.Folders, JsonSerializerOptions.Web),
            AsOf = outcome.AsOf,
        });
    }
}

/// <summary>The same for the passes of a cut-over, with workers of its own.</summary>
internal sealed class CutOverVerifyJob(MailboxPass pass, MailboxEngine engine, MailboxFiles files, MailboxSurroundings surroundings, TimeProvider time, ILogger<VerifyMailboxJob> log)
    : VerifyMailboxJob(pass, engine, files, surroundings, time, log)
{
    public new const string Kind = "cut-over-verify-mailbox";
}
