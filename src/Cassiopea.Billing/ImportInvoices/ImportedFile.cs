namespace Cassiopea.Billing.ImportInvoices;

/// <summary>A file that was imported.</summary>
internal sealed class ImportedFile
{
    /// <summary>Of the content, lower-case hex.</summary>
    public required string Sha256 { get; init; }

    public required string FileName { get; init; }

    public required string Actor { get; init; }

    public required int Invoices { get; init; }

    public required DateTimeOffset ImportedAt { get; init; }
}
