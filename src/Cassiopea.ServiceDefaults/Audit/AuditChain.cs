using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;

namespace Cassiopea.ServiceDefaults;

/// <summary>What a verification found.</summary>
/// <param name="Intact">True when every row is as it was written.</param>
/// <param name="Entries">Rows that were read.</param>
/// <param name="Head">Hash of the last row; empty when there is none. Kept elsewhere, it also shows rows cut off the end.</param>
/// <param name="Problem">Where the chain breaks and why; empty when intact.</param>
public sealed record AuditVerdict(bool Intact, long Entries, string Head, string Problem);

public static class AuditChain
{
    /// <summary>Adds an entry that is written, chained and committed with the context's own changes.</summary>
    /// <param name="db">The context.</param>
    /// <param name="actor">Who; <c>system</c> when nobody.</param>
    /// <param name="action">Kebab-case: <c>approve-cut-over</c>.</param>
    /// <param name="object">What, by kind and id: <c>migration/…</c>.</param>
    /// <param name="reason">Why; empty when the action tells.</param>
    /// <param name="before">JSON; null when it did not exist.</param>
    /// <param name="after">JSON; null when it is gone.</param>
    public static void Audit(
        this ServiceContext db, string actor, string action, string @object, string reason, string? before = null, string? after = null) =>
        db.Add(new AuditEntry
        {
            At = db.Time.GetUtcNow(),
            Actor = actor,
            Action = action,
            Object = @object,
            Reason = reason,
            Before = before,
            After = after,
        });

    /// <summary>Reads the whole chain and computes it again, without the database's help.</summary>
    /// <param name="db">The context.</param>
    /// <param name="token">Ends the reading.</param>
    /// <param name="knownHead">A head noted earlier: it must still be in the chain.</param>
    public static async Task<AuditVerdict> VerifyAsync(ServiceContext db, CancellationToken token, string? knownHead = null)
    {
        var (count, head, known) = (0L, "", string.IsNullOrEmpty(knownHead));
        await foreach (var entry in db.Set<AuditEntry>().AsNoTracking().OrderBy(entry => entry.Seq).AsAsyncEnumerable().WithCancellation(token))
        {
            if (entry.Seq != count + 1) return Broken($"entry {count + 1} is missing");
            if (entry.PreviousHash != head) return Broken($"entry {entry.Seq} does not follow the one before it");
            if (entry.Hash != HashOf(entry)) return Broken($"entry {entry.Seq} was changed");
            (count, head) = (entry.Seq, entry.Hash);
            known |= head == knownHead;
        }

        return known ? new AuditVerdict(true, count, head, "") : Broken("the known head is not in the chain: entries were cut off or replaced");

        AuditVerdict Broken(string problem) => new(false, count, head, problem);
    }

    private static string HashOf(AuditEntry entry)
    {
        var at = entry.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
        var text = string.Create(CultureInfo.InvariantCulture, $"{entry.Seq}|{entry.PreviousHash}|{at}|")
            + Field(entry.Actor) + Field(entry.Action) + Field(entry.Object) + Field(entry.Reason)
            + Field(entry.Before) + Field(entry.After);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    // with its length, so that no text can be moved from one field to the next
    private static string Field(string? value) =>
        value is null ? "-1:" : string.Create(CultureInfo.InvariantCulture, $"{Encoding.UTF8.GetByteCount(value)}:{value}");
}
