using System.Globalization;
using System.Text.RegularExpressions;

namespace Cassiopea.Billing.Ledger;

/// <summary>Money as people write it, in and out of integer euro cents.</summary>
internal static partial class Euro
{
    /// <summary>The largest amount of one line, in cents: a hundred million euros.</summary>
    public const long MaxCents = 100_000_000_00;

    private const int MaxLength = 40;

    /// <summary>
    /// Reads an amount: decimal comma or point with at most two decimals, thousands by blank, narrow blank, dot or (before a decimal point) comma,
    /// a sign in front or behind, a euro sign anywhere at the ends.
    /// </summary>
    /// <param name="text">What was written, not blank.</param>
    /// <param name="cents">The amount in cents.</param>
    /// <param name="problem">What is wrong and what to do; empty when true is returned.</param>
    public static bool TryRead(string text, out long cents, out string problem)
    {
        cents = 0;
        problem = "Not an amount: write for example 1234,56 or -12,50.";
        if (text.Length > MaxLength) return false;
        var match = Amount().Match(Plain(text));
        if (!match.Success) return false;
        var group = match.Groups["group"].Value;
        var point = match.Groups["point"].Value;
        if (group.Length > 0 && group == point) return false;
        if (group == "," && point.Length == 0)
        {
            problem = "A comma before three digits can be read in two ways: write 1234 or 1234,00.";
            return false;
        }

        var signs = match.Groups["sign"].Length + match.Groups["tail"].Length;
        if (signs > 1) return false;
        var whole = match.Groups["whole"].Value.Replace(" ", "").Replace(".", "").Replace(",", "");
        if (whole.Length > 12) return TooLarge(out problem);
        cents = long.Parse(whole, CultureInfo.InvariantCulture) * 100 + long.Parse(match.Groups["cents"].Value.PadRight(2, '0'), CultureInfo.InvariantCulture);
        if (cents > MaxCents) return TooLarge(out problem);
        if (match.Groups["sign"].Value == "-" || match.Groups["tail"].Length > 0) cents = -cents;
        problem = "";
        return true;
    }

    /// <summary>For people: <c>1234.56 €</c>.</summary>
    public static string Say(long cents) => string.Create(CultureInfo.InvariantCulture, $"{(cents < 0 ? "-" : "")}{Math.Abs(cents) / 100}.{Math.Abs(cents) % 100:D2} €");

    private static bool TooLarge(out string problem)
    {
        problem = "The amount is larger than 100 million euros: check it.";
        return false;
    }

    // every kind of blank becomes a plain one, every minus a hyphen, the euro sign goes
    private static string Plain(string text)
    {
        Span<char> plain = stackalloc char[MaxLength];
        var count = 0;
        foreach (var c in text)
        {
            if (c == '€') continue;
            plain[count++] = char.IsWhiteSpace(c) ? ' ' : c is '−' or '–' ? '-' : c;
        }

        return new string(plain[..count]).Trim();
    }

    [GeneratedRegex(@"^(?<sign>[-+]?) ?(?<whole>[1-9][0-9]{0,2}(?<group>[ .,])[0-9]{3}(?:\k<group>[0-9]{3})*|[0-9]+)(?:(?<point>[.,])(?<cents>[0-9]{1,2}))? ?(?<tail>-?)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Amount();
}
