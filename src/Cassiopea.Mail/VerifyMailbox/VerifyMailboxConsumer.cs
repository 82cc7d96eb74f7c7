using Cassiopea.Contracts;
using Cassiopea.ServiceDefaults;
using MassTransit;

namespace Cassiopea.Mail;

/// <summary>Records the verification as a job and acknowledges; the job tells what it found.</summary>
internal sealed class VerifyMailboxConsumer(MailContext db) : IConsumer<VerifyMailbox>
{
    public Task Consume(ConsumeContext<VerifyMailbox> context)
    {
        var command = context.Message;
        var kind = command.Bucket == Bucket.CutOver ? CutOverVerifyJob.Kind : VerifyMailboxJob.Kind;
        return db.EnqueueJob(
            new JobRequest(command.MigrationId, command.ItemId, kind, command.Pass, command.Source.Host, command.Bucket, command, command.Target.Host),
            context.CancellationToken);
    }
}
