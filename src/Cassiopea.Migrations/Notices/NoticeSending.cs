using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Cassiopea.Migrations.Notices;

/// <summary>
/// Gives a notice to the relay. That it is being given is committed first: a process that dies in between gives it a second time at most,
/// under the same Message-ID, and never a third time.
/// </summary>
internal sealed class NoticeSending(MigrationsContext db, IServiceScopeFactory scopes, NoticeRelay relay, IOptions<MigrationsOptions> options, TimeProvider time)
{
    private const int AttemptsWithoutAnswer = 2;

    /// <summary>Ends Sent, Failed, or Queued when it is to be tried again later. A notice that has ended is left alone.</summary>
    public async Task<Notice> SendAsync(Guid id, int attempt, CancellationToken token)
    {
        var notice = await db.Notices.SingleAsync(n => n.Id == id, token);
        if (notice.State is NoticeState.Sent or NoticeState.Failed)
            return notice;
        if (!await BeginAsync(id, token))
            return End(notice, NoticeState.Failed, "Twice no answer from the relay: it may have been sent. Look at the relay's log.");
        try
        {
            await relay.SendAsync(notice, token);
        }
        catch (RelayException refused) when (!refused.MayHaveTaken)
        {
            // the relay said no, or was not there: it did not take the notice
            notice.Attempts = 0;
            return End(notice, attempt > options.Value.Smtp.Retries ? NoticeState.Failed : NoticeState.Queued, refused.Message);
        }
        catch (RelayException)
        {
            // the line was lost, perhaps after the relay had taken it: one more time at most
            return End(notice, NoticeState.Queued, "No answer from the relay.");
        }

        notice.SentAt = time.GetUtcNow();
        return End(notice, NoticeState.Sent, "");
    }

    /// <summary>Commits that the relay is about to be called, in a transaction of its own; false when that was so twice without an end.</summary>
    private async Task<bool> BeginAsync(Guid id, CancellationToken token)
    {
        await using var scope = scopes.CreateAsyncScope();
        var own = scope.ServiceProvider.GetRequiredService<MigrationsContext>();
        return await own.Database.ExecuteSqlAsync(
            $"update notice set state = 'Sending', attempts = attempts + 1 where id = {id} and attempts < {AttemptsWithoutAnswer}", token) == 1;
    }

    private Notice End(Notice notice, NoticeState state, string error)
    {
        (notice.State, notice.LastError) = (state, error);
        // the row was changed beside this context: write what it says now
        db.Entry(notice).Property(n => n.State).IsModified = true;
        db.Entry(notice).Property(n => n.Attempts).IsModified = notice.Attempts == 0;
        return notice;
    }
}
