using Microsoft.EntityFrameworkCore;

namespace Cassiopea.ServiceDefaults;

/// <summary>A dead letter as people may see it: not its body.</summary>
public sealed record DeadLetterView(
    Guid Id, DateTimeOffset At, string Queue, string MessageType, Guid? MessageId, string ErrorType, string Error, bool CanBeRequeued);

public static class DeadLetters
{
    /// <summary>The oldest first, at most <paramref name="most"/>.</summary>
    public static async Task<IReadOnlyList<DeadLetterView>> WaitingAsync(ServiceContext db, int most, CancellationToken token) =>
        await db.Set<DeadLetter>().Where(letter => letter.State == DeadLetterState.Waiting).OrderBy(letter => letter.At).Take(most)
            .Select(letter => new DeadLetterView(
                letter.Id, letter.At, letter.Queue, letter.MessageType, letter.MessageId, letter.ErrorType, letter.Error, letter.MessageType != ""))
            .ToListAsync(token);

    /// <summary>Sends a letter to its queue again, with its own MessageId; false when it is not waiting or was not readable.</summary>
    public static async Task<bool> RequeueAsync(ServiceContext db, Guid letter, string actor, CancellationToken token) =>
        (await db.Database.SqlQuery<bool>($"select requeue_dead_letter({letter}, {actor}) as \"Value\"").ToListAsync(token))[0];

    /// <summary>Gives a letter up, with an audit entry; false when it is not waiting.</summary>
    public static async Task<bool> DiscardAsync(ServiceContext db, Guid letter, string actor, string reason, CancellationToken token)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(token);
        var discarded = await MarkDiscardedAsync(db, letter, actor, token);
        if (discarded) db.Audit(actor, "discard-dead-letter", $"dead-letter/{letter}", reason);
        await db.SaveChangesAsync(token);
        await transaction.CommitAsync(token);
        return discarded;
    }

    /// <summary>Gives a letter up in the caller's transaction, who writes the audit entry; false when it is not waiting.</summary>
    public static async Task<bool> MarkDiscardedAsync(ServiceContext db, Guid letter, string actor, CancellationToken token) =>
        await db.Database.ExecuteSqlAsync($"""
            update dead_letter set state = 'Discarded', acted_by = {actor}, acted_at = now() where id = {letter} and state = 'Waiting'
            """, token) == 1;
}
