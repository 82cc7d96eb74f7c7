using System.Text.Json;

namespace Cassiopea.Lab.Demo;

/// <summary>What <c>demo --report</c> writes.</summary>
/// <param name="Outcome">complete, exceptions or failed.</param>
/// <param name="Seconds">From the first process to the last comparison.</param>
/// <param name="Migrations">One per member.</param>
/// <param name="Links">Name to address.</param>
/// <param name="MailServiceKills">How many times the mail service was killed on the way.</param>
/// <param name="OldHostChanges">Changes of mail that the old host's own log names; must be none.</param>
public sealed record DemoReport(string Outcome, double Seconds, IReadOnlyList<DemoMigration> Migrations, IReadOnlyDictionary<string, string> Links, int MailServiceKills, int OldHostChanges)
{
    /// <summary>How often each service was killed by SIGKILL on the way.</summary>
    public IReadOnlyDictionary<string, int> ServiceKills { get; init; } = new Dictionary<string, int>();

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Writes it as JSON.</summary>
    public Task WriteAsync(string path, CancellationToken token) => File.WriteAllTextAsync(path, JsonSerializer.Serialize(this, Json) + "\n", token);
}

/// <summary>One member's migration at the end.</summary>
/// <param name="Member">Reference.</param>
/// <param name="State">State.</param>
/// <param name="WaitedForPayment">It was seen in AwaitingPayment.</param>
/// <param name="Items">Its items, excluded ones left out.</param>
/// <param name="Dossier">SHA-256 of the dossier; null when none was delivered.</param>
/// <param name="DossierVerify">What <c>dossier verify</c> said of the downloaded file; null when none was delivered.</param>
public sealed record DemoMigration(string Member, string State, bool WaitedForPayment, IReadOnlyList<DemoItem> Items, string? Dossier, DemoDossier? DossierVerify);

/// <summary>A dossier's file, checked without any server.</summary>
/// <param name="Verifies">Nothing in it was changed, is missing or was added.</param>
/// <param name="Bytes">Of the ZIP file.</param>
/// <param name="Files">In its signed list.</param>
/// <param name="Receipts">Of what was erased by then.</param>
/// <param name="Problems">What is wrong.</param>
public sealed record DemoDossier(bool Verifies, long Bytes, int Files, int Receipts, IReadOnlyList<string> Problems);

/// <summary>One item at the end.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Name">Which.</param>
/// <param name="State">State.</param>
/// <param name="Grade">The system's own grade.</param>
/// <param name="Counts">Counts of the first copy, as the mail service told.</param>
/// <param name="Exceptions">What the system listed.</param>
/// <param name="Comparison">What the lab's own manifests of both servers say.</param>
/// <param name="Rights">For a domain: how the rights over it stand; Pending = it is left on the last rung of the ladder.</param>
public sealed record DemoItem(string Kind, string Name, string State, string? Grade, JsonElement? Counts, IReadOnlyList<JsonElement> Exceptions, DemoComparison? Comparison, string? Rights = null);

/// <summary>Both servers compared, message by message, file by file, table by table, record by record, person by person, by programs that the system does not share.</summary>
public sealed record DemoComparison(int Count, long Bytes, bool Equal, IReadOnlyList<string> Differences);
