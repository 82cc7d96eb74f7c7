using System.Globalization;
using Cassiopea.Billing.ImportInvoices;
using Cassiopea.Contracts;

namespace Cassiopea.Billing.ImportPayments;

/// <summary>Reads payments from a CSV file: our own columns, or those of a Belgian bank's export under their French or Dutch names. Other columns are not read.</summary>
internal static class PaymentCsv
{
    private const string ReceivedOn = "received_on";
    private const string BankReference = "bank_reference";

    private static readonly CsvColumns Columns = new(
        [ReceivedOn, CsvHeader.Amount, BankReference, CsvHeader.Communication, CsvHeader.MemberRef, CsvHeader.Currency], [ReceivedOn, CsvHeader.Amount, BankReference])
    {
        OthersAreIgnored = true,
        Aliases = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["date_valeur"] = ReceivedOn,
            ["date_de_valeur"] = ReceivedOn,
            ["valutadatum"] = ReceivedOn,
            ["value_date"] = ReceivedOn,
            ["montant"] = CsvHeader.Amount,
            ["bedrag"] = CsvHeader.Amount,
            ["numéro_de_séquence"] = BankReference,
            ["référence_de_la_banque"] = BankReference,
            ["volgnummer"] = BankReference,
            ["bankreferentie"] = BankReference,
            ["n°_de_séquence"] = BankReference,
            ["communication_structurée"] = CsvHeader.Communication,
            ["mededeling"] = CsvHeader.Communication,
            ["gestructureerde_mededeling"] = CsvHeader.Communication,
            ["devise"] = CsvHeader.Currency,
            ["devise_du_compte"] = CsvHeader.Currency,
            ["munt"] = CsvHeader.Currency,
            ["valuta_rekening"] = CsvHeader.Currency,
        },
    };

    /// <summary>Reads a whole file.</summary>
    public static BankFile Read(string text)
    {
        var separator = CsvHeader.Sniff(ref text, Columns);
        List<LineError> errors = [];
        List<BankMovement> movements = [];
        Dictionary<string, int> lines = new(StringComparer.Ordinal);
        var ignored = 0;
        CsvHeader? header = null;
        foreach (var row in CsvRow.Split(text, separator))
        {
            if (row.IsBlank && row.Problem.Length == 0) continue;
            if (header is null)
            {
                header = CsvHeader.Read(row, Columns, errors);
                if (header is null) return new BankFile([], 0, errors);
                continue;
            }

            var movement = MovementOf(row, header, errors);
            if (movement.BankReference.Length > 0 && !lines.TryAdd(movement.BankReference, row.Line))
                errors.Add(new LineError(row.Line, BankReference, string.Create(CultureInfo.InvariantCulture, $"This reference is already on line {lines[movement.BankReference]}: each movement stands once.")));
            if (movement.AmountCents > 0) movements.Add(movement);
            else ignored++;
        }

        if (header is null) return BankFile.Refused("The file is empty: the first line must name the columns.");
        if (errors.Count > InvoiceCsv.MaxErrors) errors.RemoveRange(InvoiceCsv.MaxErrors, errors.Count - InvoiceCsv.MaxErrors);
        return errors.Count == 0 ? new BankFile(movements, ignored, []) : new BankFile([], 0, errors);
    }

    private static BankMovement MovementOf(CsvRow row, CsvHeader header, List<LineError> errors)
    {
        var line = new CsvLine(row, header, errors);
        line.ExpectWidth();
        line.ExpectEuro();
        var member = header.Field(row, CsvHeader.MemberRef);
        if (member.Length > 64) line.Wrong(CsvHeader.MemberRef, "At most 64 characters.");
        return new BankMovement(
            row.Line, line.Amount(CsvHeader.Amount, otherwise: null), CodaFile.CommunicationIn(header.Field(row, CsvHeader.Communication)),
            line.Date(ReceivedOn, otherwise: null), line.Text(BankReference, BankFile.MaxText), member);
    }
}
