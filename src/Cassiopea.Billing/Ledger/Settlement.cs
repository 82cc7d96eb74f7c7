namespace Cassiopea.Billing.Ledger;

/// <summary>Puts recorded payments on invoices, and takes them off again when the source tells of the same money.</summary>
internal static class Settlement
{
    /// <summary>Moves a payment's credit to the open invoices that carry its communication, what is due first first; the rest stays the member's credit.</summary>
    public static void Place(Payment payment, IEnumerable<Invoice> invoicesOfMember)
    {
        if (payment.Communication.Length == 0) return;
        foreach (var invoice in invoicesOfMember.Where(row => row.Communication == payment.Communication).OrderBy(row => row.DueOn).ThenBy(row => row.InvoiceNo, StringComparer.Ordinal))
        {
            var cents = Math.Min(payment.CreditCents, Math.Max(0, invoice.OpenCents));
            payment.CreditCents -= cents;
            invoice.RecordedCents += cents;
        }
    }

    /// <summary>The source newly counts this money as paid: it is taken from the member's credit, the oldest payment first.</summary>
    public static void Absorb(long cents, IEnumerable<Payment> paymentsOfMember)
    {
        foreach (var payment in paymentsOfMember.OrderBy(row => row.ReceivedOn).ThenBy(row => row.BankReference, StringComparer.Ordinal))
        {
            var known = Math.Min(cents, payment.CreditCents);
            payment.CreditCents -= known;
            cents -= known;
        }
    }
}
