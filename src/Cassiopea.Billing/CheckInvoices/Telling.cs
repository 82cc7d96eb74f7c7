using System.Security.Cryptography;
using System.Text.Json;
using Cassiopea.Billing.Ledger;
using Cassiopea.Contracts;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Cassiopea.Billing.CheckInvoices;

/// <summary>Works out what is to be told after a change or at a time: ledgers whose lines changed, and answers that differ from the last one.</summary>
internal sealed class Telling(BillingContext db, IOptions<BillingOptions> options, TimeProvider time)
{
    /// <summary>The events to publish, in the caller's transaction, which holds the ledger's lock and has saved its changes.</summary>
    /// <param name="members">Members whose data, decisions or time changed.</param>
    /// <param name="asking">A migration that is answered even when nothing changed; null = none.</param>
    /// <param name="token">Ends the work.</param>
    public async Task<IReadOnlyList<object>> RefreshAsync(IReadOnlyCollection<string> members, Guid? asking, CancellationToken token)
    {
        var now = time.GetUtcNow();
        var names = members.ToArray();
        var accounts = await db.Accounts.Where(row => names.Contains(row.MemberReference)).ToDictionaryAsync(row => row.MemberReference, token);
        var invoices = (await db.Invoices.Where(row => names.Contains(row.MemberReference)).ToListAsync(token)).ToLookup(row => row.MemberReference);
        var credits = await db.Payments.Where(row => names.Contains(row.MemberReference)).GroupBy(row => row.MemberReference)
            .ToDictionaryAsync(group => group.Key, group => group.Sum(row => row.CreditCents), token);
        var decisions = (await db.Decisions.Where(row => names.Contains(row.MemberReference)).ToListAsync(token)).ToLookup(row => row.MemberReference);
        var watches = (await db.Watches.Where(row => names.Contains(row.MemberReference) && row.EndedAt == null).ToListAsync(token)).ToLookup(row => row.MemberReference);
        var contests = await db.Contests.Where(row => names.Contains(row.MemberReference) && row.AnsweredAt == null).ToDictionaryAsync(row => row.MemberReference, row => row.Text, token);
        var problems = await db.SourceChecks.Where(row => names.Contains(row.MemberReference) && row.LastError != "").ToDictionaryAsync(row => row.MemberReference, row => row.LastError, token);
        List<object> events = [];
        foreach (var member in names)
        {
            var known = accounts.GetValueOrDefault(member);
            var ledger = new MemberLedger(known, Once(invoices[member], known), credits.GetValueOrDefault(member), [.. decisions[member]])
            {
                SourceProblem = problems.GetValueOrDefault(member, ""),
                Contested = contests.GetValueOrDefault(member, ""),
            };
            if (ledger.Account is { } account && LinesOf(account, ledger, now) is { } changed) events.Add(changed);
            var standing = Standing.Of(ledger, now, options.Value);
            foreach (var watch in watches[member])
                if (watch.Take(standing) || watch.MigrationId == asking) events.Add(Answer(watch, standing, now));
        }

        return events;
    }

    private static InvoicesChecked Answer(Watch watch, Standing standing, DateTimeOffset now) => new(
        watch.MigrationId, watch.MemberReference, standing.Status, standing.OpenCents, standing.Explanation, standing.Source, standing.SourceAsOf, now, standing.Contested);

    /// <summary>A number that two sources tell of is one invoice: the source that confirmed last counts.</summary>
    private static List<Invoice> Once(IEnumerable<Invoice> invoices, Account? account) =>
        [.. invoices.GroupBy(row => row.InvoiceNo, StringComparer.Ordinal).Select(same => same.FirstOrDefault(row => row.Source == account?.Source) ?? same.First())];

    private static LedgerChanged? LinesOf(Account account, MemberLedger ledger, DateTimeOffset now)
    {
        var day = Brussels.DayOf(now);
        var lines = ledger.LinesOn(day);
        account.NextChangeAt = lines.Where(line => line.OpenCents > 0 && line.DueOn >= day).Min(line => (DateTimeOffset?)Brussels.EndOf(line.DueOn));
        var told = Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(lines)));
        if (told == account.ToldLines) return null;
        account.ToldLines = told;
        return new LedgerChanged(account.MemberReference, lines, now);
    }
}
