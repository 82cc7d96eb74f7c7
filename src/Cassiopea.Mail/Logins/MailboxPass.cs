using Cassiopea.Contracts;
using Cassiopea.Imap;
using Cassiopea.ServiceDefaults;

namespace Cassiopea.Mail;

/// <summary>One run over the ends of a mailbox.</summary>
internal sealed class MailboxPass(ItemPass pass, MailboxEnds ends)
{
    /// <summary><paramref name="work"/> completes the run itself when it comes to its end.</summary>
    public Task RunAsync(JobRun run, Endpoint source, Endpoint target, Func<ImapAccount, ImapAccount, CancellationToken, Task> work, CancellationToken token) => pass.RunAsync(
        run, source, target, MailboxEnds.Rules,
        async (old, @new, stop) =>
        {
            using var from = ends.Of(old, run.ItemId);
            using var to = ends.Of(@new, run.ItemId);
            await work(from.Account, to.Account, stop);
        },
        token);

    /// <summary>The same over the source alone.</summary>
    public Task RunAsync(JobRun run, Endpoint source, Func<ImapAccount, CancellationToken, Task> work, CancellationToken token) => pass.RunAsync(
        run, source, MailboxEnds.Rules,
        async (old, stop) =>
        {
            using var from = ends.Of(old, run.ItemId);
            await work(from.Account, stop);
        },
        token);
}
