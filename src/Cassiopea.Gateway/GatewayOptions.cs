using System.ComponentModel.DataAnnotations;

namespace Cassiopea.Gateway;

/// <summary>Section <c>Gateway</c>.</summary>
internal sealed class GatewayOptions
{
    public const string Section = "Gateway";

    /// <summary>Where the first operator key is written, mode 600.</summary>
    /// <value>Default: none is made; keys must then exist.</value>
    public string? AdminKeyFile { get; set; }

    /// <summary>Requests that one key may send in a minute; the next one is answered 429.</summary>
    /// <value>Default 600.</value>
    [Range(1, 1_000_000)]
    public int RequestsPerMinute { get; set; } = 600;

    /// <summary>Requests without a valid key that one address may send in a minute.</summary>
    /// <value>Default 120.</value>
    [Range(1, 1_000_000)]
    public int AnonymousRequestsPerMinute { get; set; } = 120;

    /// <summary>Where the services of mailboxes and of databases keep archives (<c>Mail:ArchiveDirectory</c>, <c>Databases:ArchiveDirectory</c>): read for downloads, nothing is written.</summary>
    /// <value>Default <c>archives</c> under the working directory.</value>
    [Required, MinLength(1)]
    public string ArchiveDirectory { get; set; } = "archives";

    /// <summary>What the old host runs, for connection sheets: <c>php-5.4</c>, or a file with a profile.</summary>
    /// <value>Default <c>php-5.4</c>.</value>
    [Required, MinLength(1)]
    public string SourceProfile { get; set; } = "php-5.4";

    /// <summary>What the new host runs, for connection sheets: <c>php-7.4</c> to <c>php-8.3</c>, or a file with a profile.</summary>
    /// <value>Default <c>php-8.2</c>.</value>
    [Required, MinLength(1)]
    public string TargetProfile { get; set; } = "php-8.2";

    /// <summary>How long a one-time link works that nobody used.</summary>
    /// <value>Default 7 days.</value>
    [Range(typeof(TimeSpan), "00:01:00", "90.00:00:00", ParseLimitsInInvariantCulture = true)]
    public TimeSpan LinkLife { get; set; } = TimeSpan.FromDays(7);

    /// <summary>The guide's first town for the registrar's secret question, after the owner's own towns; shown to the signed-in owner only.</summary>
    /// <value>Default: as in the guide.</value>
    [Required, MinLength(1)]
    public string FirstHintTown { get; set; } = "Bruxelles";

    /// <summary>The guide's second town.</summary>
    /// <value>Default: as in the guide.</value>
    [Required, MinLength(1)]
    public string SecondHintTown { get; set; } = "Schaerbeek";

    /// <summary>Address under which people reach the pages, for links in mails, for example <c>https://depart.example</c>.</summary>
    /// <value>Default: none; then links are mailed only to who asks on this machine itself.</value>
    public string? PublicUrl { get; set; }

    /// <summary>Address of the Aspire dashboard, for links from a migration or an item to its traces.</summary>
    /// <value>Default: none, and no link is shown.</value>
    [Url]
    public string? DashboardUrl { get; set; }

    /// <summary>Who is paid, as the bank knows it; printed with invoices that are open.</summary>
    /// <value>Default <c>Cassiopea</c>.</value>
    [Required, MaxLength(70)]
    public string PayeeName { get; set; } = "Cassiopea";

    /// <summary>Account that is paid to. Without one the pages refer to the invoice and show no QR code.</summary>
    /// <value>Default: none.</value>
    [RegularExpression("^[A-Z]{2}[0-9]{2}[A-Z0-9 ]{11,42}$")]
    public string? PayeeIban { get; set; }

    /// <summary>The day the old host closes for everybody.</summary>
    /// <value>Default: not known, and not shown.</value>
    public DateOnly? ClosingDate { get; set; }

    /// <summary>Largest JSON body.</summary>
    /// <value>Default 64 KiB.</value>
    [Range(1024, 16 * 1024 * 1024)]
    public int JsonBytes { get; set; } = 64 * 1024;

    /// <summary>Largest CSV file.</summary>
    /// <value>Default 4 MiB.</value>
    [Range(1024, 16 * 1024 * 1024)]
    public int CsvBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>Silence on the live stream after which a heartbeat is sent and the key is checked again.</summary>
    /// <value>Default 15 s.</value>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Addresses of reverse proxies whose <c>X-Forwarded-For</c> is believed.</summary>
    /// <value>Default: none.</value>
    public IReadOnlyList<string> KnownProxies { get; set; } = [];
}
