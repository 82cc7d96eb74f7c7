using System.ComponentModel.DataAnnotations;

namespace Cassiopea.Billing.Dolibarr;

/// <summary>Dolibarr over its REST API; section <c>Billing:Dolibarr</c>.</summary>
internal sealed class DolibarrOptions
{
    /// <summary>Name of this source in the ledger and in answers.</summary>
    public const string Source = "dolibarr";

    /// <summary>Address of the installation, without <c>/api</c>; empty = there is none.</summary>
    public string Url { get; set; } = "";

    /// <summary>File with the key of a user who may read third parties and invoices; never the key itself.</summary>
    public string ApiKeyFile { get; set; } = "";

    /// <summary>How often the invoices of a member with an open migration are read again.</summary>
    /// <value>15 minutes.</value>
    [Range(typeof(TimeSpan), "00:00:01", "7.00:00:00", ParseLimitsInInvariantCulture = true)]
    public TimeSpan Interval { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>When it is asked again after it did not answer.</summary>
    /// <value>1 minute.</value>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00", ParseLimitsInInvariantCulture = true)]
    public TimeSpan RetryInterval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>A member whose invoices were last read longer ago is Unknown, whatever they said (inv-I9).</summary>
    /// <value>1 day.</value>
    [Range(typeof(TimeSpan), "00:01:00", "90.00:00:00", ParseLimitsInInvariantCulture = true)]
    public TimeSpan MaxAge { get; set; } = TimeSpan.FromDays(1);

    /// <summary>Longest wait for one answer.</summary>
    /// <value>30 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:00.2", "00:05:00", ParseLimitsInInvariantCulture = true)]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Invoices on one page.</summary>
    /// <value>100.</value>
    [Range(1, 1000)]
    public int PageSize { get; set; } = 100;

    /// <summary>True: a 404 with a JSON error means that nothing was found, as several versions answer instead of an empty list.</summary>
    /// <value>True.</value>
    public bool NotFoundIsEmpty { get; set; } = true;

    /// <summary>Complementary attribute (<c>options_…</c>) with the year that an invoice charges; empty = the year of issue.</summary>
    public string YearField { get; set; } = "";

    /// <summary>Complementary attribute (<c>options_…</c>) with the structured communication; empty = the external or the customer's reference.</summary>
    public string CommunicationField { get; set; } = "";

    /// <summary>True when an ERP is asked.</summary>
    public bool IsUsed => Url.Length > 0;
}
