using Microsoft.EntityFrameworkCore;

namespace Cassiopea.Billing.Dolibarr;

/// <summary>When a member's invoices are to be read at the ERP next, and why the last reading failed.</summary>
internal sealed class SourceCheck
{
    public required string MemberReference { get; init; }

    public required DateTimeOffset DueAt { get; set; }

    public DateTimeOffset? FailingSince { get; set; }

    /// <summary>Why the ERP gave no answer, in English, for staff; empty when it did.</summary>
    public string LastError { get; set; } = "";

    /// <summary>The member is asked for at the next turn of the clock.</summary>
    public static Task AskNowAsync(BillingContext db, string member, DateTimeOffset now, CancellationToken token) => db.Database.ExecuteSqlAsync($"""
        insert into source_check(member_reference, due_at, last_error) values ({member}, {now}, '')
        on conflict (member_reference) do update set due_at = least(source_check.due_at, excluded.due_at)
        """, token);
}
