using System.ComponentModel.DataAnnotations;

namespace Cassiopea.Migrations;

/// <summary>How the saga waits, reminds and forgets. Section <c>Migrations</c>.</summary>
internal sealed class MigrationsOptions
{
    public const string Section = "Migrations";

    /// <summary>Time between two reminders to a member.</summary>
    /// <value>The default is 7 days.</value>
    [Range(typeof(TimeSpan), "00:00:05", "90.00:00:00", ParseLimitsInInvariantCulture = true)]
    public TimeSpan ReminderInterval { get; set; } = TimeSpan.FromDays(7);

    /// <summary>Reminders before staff are asked to call the member.</summary>
    /// <value>The default is 3.</value>
    [Range(1, 12)]
    public int RemindersAtMost { get; set; } = 3;

    /// <summary>How long a service may take to answer a survey before its kind counts as not surveyed.</summary>
    /// <value>The default is 1 hour.</value>
    [Range(typeof(TimeSpan), "00:00:05", "7.00:00:00", ParseLimitsInInvariantCulture = true)]
    public TimeSpan SurveyAnswer { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Time between two delta passes while catching up.</summary>
    /// <value>The default is 24 hours.</value>
    [Range(typeof(TimeSpan), "00:00:05", "14.00:00:00", ParseLimitsInInvariantCulture = true)]
    public TimeSpan DeltaInterval { get; set; } = TimeSpan.FromHours(24);

    /// <summary>Time between two straggler passes after the cut-over.</summary>
    /// <value>The default is 6 hours.</value>
    [Range(typeof(TimeSpan), "00:00:05", "7.00:00:00", ParseLimitsInInvariantCulture = true)]
    public TimeSpan StragglerInterval { get; set; } = TimeSpan.FromHours(6);

    /// <summary>How long nothing new may have arrived at the old place before a hand-over.</summary>
    /// <value>The default is 48 hours.</value>
    /// <remarks>Counts from the cut-over, from the last new thing, and from the moment the last old TTL was over, whichever is latest.</remarks>
    [Range(typeof(TimeSpan), "00:00:05", "60.00:00:00", ParseLimitsInInvariantCulture = true)]
    public TimeSpan QuietPeriod { get; set; } = TimeSpan.FromHours(48);

    /// <summary>Days after which told differences count as approved.</summary>
    /// <value>The default is 14 days.</value>
    [Range(typeof(TimeSpan), "00:00:05", "90.00:00:00", ParseLimitsInInvariantCulture = true)]
    public TimeSpan TacitApproval { get; set; } = TimeSpan.FromDays(14);

    /// <summary>TTL that zones get before a cut-over.</summary>
    /// <value>The default is 5 minutes.</value>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00", ParseLimitsInInvariantCulture = true)]
    public TimeSpan LowTtl { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How often a passing failure is tried again before staff are asked.</summary>
    /// <value>The default is 5.</value>
    [Range(0, 50)]
    public int Retries { get; set; } = 5;

    /// <summary>Wait before the first retry; the n-th waits n times as long.</summary>
    /// <value>The default is 10 minutes.</value>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00", ParseLimitsInInvariantCulture = true)]
    public TimeSpan RetryInterval { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a service may read a credential after it was granted; renewed at each survey.</summary>
    /// <value>The default is 180 days.</value>
    [Range(typeof(TimeSpan), "01:00:00", "730.00:00:00", ParseLimitsInInvariantCulture = true)]
    public TimeSpan CredentialGrant { get; set; } = TimeSpan.FromDays(180);

    /// <summary>Within which time after the hand-over the erasure receipt must be there; then it is asked again and staff are told.</summary>
    /// <value>The default is 24 hours.</value>
    [Range(typeof(TimeSpan), "00:00:05", "1.00:00:00", ParseLimitsInInvariantCulture = true)]
    public TimeSpan CredentialErasure { get; set; } = TimeSpan.FromHours(24);

    /// <summary>How long a handed-over or declined migration stays open for questions.</summary>
    /// <value>The default is 90 days.</value>
    [Range(typeof(TimeSpan), "00:00:05", "3650.00:00:00", ParseLimitsInInvariantCulture = true)]
    public TimeSpan Retention { get; set; } = TimeSpan.FromDays(90);

    /// <summary>By when a task of the staff should be done.</summary>
    /// <value>The default is 7 days.</value>
    [Range(typeof(TimeSpan), "00:00:05", "90.00:00:00", ParseLimitsInInvariantCulture = true)]
    public TimeSpan TaskDue { get; set; } = TimeSpan.FromDays(7);

    /// <summary>PEM file with the key that signs erasure receipts; made with mode 600 when it does not exist.</summary>
    /// <value>The default is <c>cassiopea/receipt-signing-key.pem</c> in the XDG state folder.</value>
    public string ReceiptKeyFile { get; set; } = "";

    /// <summary>The mail relay for notices. Empty host: notices are recorded, not sent, and staff are told so.</summary>
    public SmtpOptions Smtp { get; set; } = new();
}

/// <summary>The relay that takes notices to members.</summary>
internal sealed class SmtpOptions
{
    /// <summary>Host name; empty = no relay.</summary>
    public string Host { get; set; } = "";

    /// <summary>TCP port.</summary>
    /// <value>The default is 587.</value>
    [Range(1, 65535)]
    public int Port { get; set; } = 587;

    /// <summary>STARTTLS before anything else is said; off only for a relay on the same machine.</summary>
    /// <value>The default is true.</value>
    public bool StartTls { get; set; } = true;

    /// <summary>Login at the relay; empty = none.</summary>
    public string UserName { get; set; } = "";

    /// <summary>File that holds the password; never the password itself.</summary>
    public string PasswordFile { get; set; } = "";

    /// <summary>Sender of notices.</summary>
    public string From { get; set; } = "support@cassiopea.invalid";

    /// <summary>Longest wait for the relay.</summary>
    /// <value>The default is 30 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00", ParseLimitsInInvariantCulture = true)]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How often a refused connection is tried again before staff are told.</summary>
    /// <value>The default is 8.</value>
    [Range(0, 50)]
    public int Retries { get; set; } = 8;

    public bool Configured => Host.Length > 0;
}
