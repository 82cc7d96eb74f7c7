using System.Globalization;
using System.Text;

namespace Cassiopea.Lab.Seed;

/// <summary>One mailbox of an association.</summary>
/// <param name="Address">Its address, which is its login name too.</param>
/// <param name="Content">Makes what stands in it.</param>
public sealed record AssociationMailbox(string Address, Func<SeedMailbox> Content);

/// <summary>One invoice.</summary>
public sealed record AssociationInvoice(string Number, int Year, DateOnly IssuedOn, DateOnly DueOn, decimal Amount, decimal Paid)
{
    /// <summary>Belgian structured communication, from the number's digits.</summary>
    public string Communication
    {
        get
        {
            var digits = long.Parse(string.Concat(Number.Where(char.IsAsciiDigit)), CultureInfo.InvariantCulture) % 10_000_000_000;
            var check = digits % 97 == 0 ? 97 : digits % 97;
            var text = string.Create(CultureInfo.InvariantCulture, $"{digits:0000000000}{check:00}");
            return $"+++{text[..3]}/{text[3..7]}/{text[7..]}+++";
        }
    }
}

/// <summary>An invented association with all that it has on the old host.</summary>
public sealed record Association(
    string Reference, string Name, string Language, string ContactEmail, IReadOnlyList<AssociationMailbox> Mailboxes, IReadOnlyList<AssociationInvoice> Invoices);

/// <summary>The three members of the lab: one with debts, one large, one small.</summary>
public static class Associations
{
    /// <summary>Owes the last year.</summary>
    public static readonly Association InDebt = new(
        "M0007", "Les Amis du Canal asbl", "fr", "tresorier@amisducanal.example",
        [new("contact@amisducanal.example", () => MailSets.Ordinary("canal", 300, 11))],
        [
            Invoice("F2015-0007", 2015, 96.00m, 96.00m),
            Invoice("F2016-0007", 2016, 96.00m, 96.00m),
            Invoice("F2017-0007", 2017, 121.50m, 0m),
        ]);

    /// <summary>5,000 messages in one mailbox.</summary>
    public static readonly Association Large = new(
        "M0042", "Fédération Théâtre & Été asbl", "fr", "bureau@theatre-ete.be",
        [new("bureau@theatre-ete.be", MailSets.Bench), new("compta@theatre-ete.be", () => MailSets.Ordinary("compta", 200, 12))],
        [Invoice("F2016-0042", 2016, 1_240.00m, 1_240.00m), Invoice("F2017-0042", 2017, 1_310.75m, 1_310.75m)]);

    /// <summary>A few messages, every one of them unusual.</summary>
    public static readonly Association Small = new(
        "M0113", "Crèche « Les P'tits Loups » asbl", "fr", "info@ptitsloups.example",
        [new("info@ptitsloups.example", OddMail.Kept)],
        [Invoice("F2017-0113", 2017, 48.00m, 48.00m)]);

    /// <summary>The site of <see cref="Small"/>, with a database.</summary>
    public const string SmallSite = "www.ptitsloups.example";

    /// <summary>The domain of <see cref="Large"/>.</summary>
    public const string LargeDomain = "theatre-ete.be";

    /// <summary>The domain of <see cref="Small"/>, over which it has lost its rights.</summary>
    public const string SmallDomain = "ptitsloups.be";

    /// <summary>The lists of <see cref="Large"/> and how many people are on each.</summary>
    public static readonly IReadOnlyList<(string Name, int People)> LargeLists = [("theatre-infos", 2_000), ("theatre-ca", 12)];

    /// <summary>All three.</summary>
    public static readonly IReadOnlyList<Association> All = [InDebt, Large, Small];

    /// <summary>Members as the gateway imports them.</summary>
    public static string MembersCsv() => "reference;name;language;contactEmail\n"
        + string.Concat(All.Select(a => $"{a.Reference};\"{a.Name}\";{a.Language};{a.ContactEmail}\n"));

    /// <summary>Invoices as Belgian book-keeping programs export them: semicolons, decimal commas, day first; in Windows-1252 with an accent, or in UTF-8.</summary>
    public static byte[] InvoicesCsv(IEnumerable<Association> of, bool windows1252)
    {
        var text = new StringBuilder("member_ref;invoice_no;year;issued_on;due_on;amount;paid;credited;currency;status;communication\r\n");
        var belgian = new CultureInfo("fr-BE") { NumberFormat = { NumberGroupSeparator = ".", NumberDecimalSeparator = "," } };
        foreach (var a in of)
            foreach (var i in a.Invoices)
                text.Append(belgian, $"{a.Reference};{i.Number};{i.Year};{i.IssuedOn:dd/MM/yyyy};{i.DueOn:dd/MM/yyyy};{i.Amount:#,##0.00};{i.Paid:#,##0.00};0,00;EUR;{(i.Paid == i.Amount ? "payée" : "impayée")};{i.Communication}\r\n");
        return windows1252 ? Encoding.Latin1.GetBytes(text.ToString()) : [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(text.ToString())];
    }

    private static AssociationInvoice Invoice(string number, int year, decimal amount, decimal paid)
        => new(number, year, new DateOnly(year, 3, 1), new DateOnly(year, 3, 31), amount, paid);
}
