using System.ComponentModel.DataAnnotations;

using Cassiopea.Billing.Dolibarr;

namespace Cassiopea.Billing;

/// <summary>What staff may set for invoices; section <c>Billing</c>.</summary>
internal sealed class BillingOptions
{
    /// <summary>What may stay open on an invoice without counting, in cents either way: rounding and bank costs (inv-I3).</summary>
    public const long ToleranceCents = 5;

    /// <summary>The last year that the closing host charges.</summary>
    /// <value>2017, from the member guide.</value>
    [Range(1990, 2100)]
    public int FinalYear { get; set; } = 2017;

    /// <summary>Until when, this day included, a missing invoice of the final year is still awaited.</summary>
    /// <value>31 December 2018.</value>
    public DateOnly ClosingDate { get; set; } = new(2018, 12, 31);

    /// <summary>A member whose data were last confirmed longer ago is Unknown, whatever they say.</summary>
    /// <value>45 days.</value>
    /// <remarks>Shorten it when the ledger is imported every night.</remarks>
    [Range(typeof(TimeSpan), "01:00:00", "3650.00:00:00")]
    public TimeSpan DataMaxAge { get; set; } = TimeSpan.FromDays(45);

    /// <summary>From issue to due date where a file gives no due date.</summary>
    /// <value>30 days.</value>
    [Range(typeof(TimeSpan), "00:00:00", "365.00:00:00")]
    public TimeSpan PaymentTerm { get; set; } = TimeSpan.FromDays(30);

    /// <summary>How long a proposed waiver or exemption waits for the second person.</summary>
    /// <value>30 days.</value>
    [Range(typeof(TimeSpan), "01:00:00", "365.00:00:00")]
    public TimeSpan ProposalLife { get; set; } = TimeSpan.FromDays(30);

    /// <summary>How often expiries, due dates and the age of data are looked at, in real time.</summary>
    /// <value>5 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:00.2", "01:00:00")]
    public TimeSpan ClockInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>An ERP that is asked for invoices; none when it has no address.</summary>
    public DolibarrOptions Dolibarr { get; set; } = new();
}
