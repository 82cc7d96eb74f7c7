using Cassiopea.Billing.ImportInvoices;
using Cassiopea.Contracts;

namespace Cassiopea.Billing.ImportPayments;

/// <summary>One incoming payment as a bank's file tells it.</summary>
/// <param name="Line">Where it stands in the file, from 1.</param>
/// <param name="AmountCents">Euro cents, positive.</param>
/// <param name="Communication">As the payer wrote it; empty when none.</param>
/// <param name="ReceivedOn">Value date.</param>
/// <param name="BankReference">The same whenever the bank tells of the same movement.</param>
/// <param name="MemberReference">The payer, where the file names it; else empty.</param>
internal sealed record BankMovement(int Line, long AmountCents, string Communication, DateOnly ReceivedOn, string BankReference, string MemberReference);

/// <summary>What a bank's file says: all incoming payments, or what is wrong in it.</summary>
/// <param name="Movements">In the order of the file; empty when there is any error.</param>
/// <param name="Ignored">Movements that are no incoming payment.</param>
/// <param name="Errors">In the order of the file.</param>
internal sealed record BankFile(IReadOnlyList<BankMovement> Movements, int Ignored, IReadOnlyList<LineError> Errors)
{
    /// <summary>The longest communication and reference that are kept.</summary>
    public const int MaxText = 140;

    /// <summary>Reads a CODA file, told by its form, or a CSV file; a pure function that throws on no input.</summary>
    public static BankFile Read(ReadOnlySpan<byte> content)
    {
        if (content.Length > InvoiceCsv.MaxBytes) return Refused("The file is larger than 4 MiB: split it by statement.");
        if (!CsvText.TryDecode(content, out var text)) return Refused("This is not a text file: export CODA or CSV, not a workbook or PDF.");
        return CodaFile.Is(text) ? CodaFile.Read(text) : PaymentCsv.Read(text);
    }

    public static BankFile Refused(string problem) => new([], 0, [new LineError(1, "", problem)]);
}
