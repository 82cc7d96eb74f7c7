using Cassiopea.Contracts;
using Cassiopea.ServiceDefaults;
using MassTransit;

namespace Cassiopea.Mail;

/// <summary>Records the archive as a job and acknowledges; the job tells how it went.</summary>
internal sealed class ArchiveMailboxConsumer(MailContext db) : IConsumer<ArchiveMailbox>
{
    public Task Consume(ConsumeContext<ArchiveMailbox> context)
    {
        var command = context.Message;
        var kind = command.Bucket == Bucket.CutOver ? CutOverArchiveJob.Kind : ArchiveMailboxJob.Kind;
        return db.EnqueueJob(
            new JobRequest(command.MigrationId, command.ItemId, kind, command.Pass, command.Source.Host, command.Bucket, command),
            context.CancellationToken);
    }
}
