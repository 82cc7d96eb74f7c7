using System.Globalization;

namespace Cassiopea.Billing.Ledger;

/// <summary>Belgian structured communication (OGM/VCS): ten digits and their rest modulo 97 as two digits, where rest 0 is written 97.</summary>
internal readonly record struct StructuredCommunication
{
    private const int Length = 12;

    private StructuredCommunication(string digits) => Digits = digits;

    /// <summary>The twelve digits.</summary>
    public string Digits { get; }

    /// <summary>Makes the communication of a number of at most ten digits.</summary>
    public static StructuredCommunication Of(long number)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(number, 9_999_999_999);
        return new(string.Create(CultureInfo.InvariantCulture, $"{number:D10}{CheckOf(number):D2}"));
    }

    /// <summary>Reads <c>+++ddd/dddd/ddddd+++</c>, <c>***…***</c>, digits with blanks, dots or hyphens, or twelve bare digits.</summary>
    /// <param name="text">What was written.</param>
    /// <param name="value">The communication, when true is returned.</param>
    /// <param name="problem">What is wrong and what to do, when false is returned; otherwise empty.</param>
    public static bool TryRead(string text, out StructuredCommunication value, out string problem)
    {
        value = default;
        Span<char> digits = stackalloc char[Length];
        var count = 0;
        foreach (var c in text)
        {
            if (char.IsAsciiDigit(c))
            {
                if (count < Length) digits[count] = c;
                count++;
            }
            else if (!IsOrnament(c))
            {
                problem = "Not a structured communication: write +++ddd/dddd/ddddd+++ with 12 digits, or leave it blank.";
                return false;
            }
        }

        if (count != Length)
        {
            problem = string.Create(CultureInfo.InvariantCulture, $"A structured communication has 12 digits, here are {count}. ")
                + (count is > 0 and < Length ? "A spreadsheet drops leading zeros: make the column text and export again." : "Copy it again from the invoice.");
            return false;
        }

        var number = long.Parse(digits[..10], CultureInfo.InvariantCulture);
        var written = int.Parse(digits[10..], CultureInfo.InvariantCulture);
        if (written != CheckOf(number))
        {
            problem = string.Create(CultureInfo.InvariantCulture, $"The check digits are {written:D2} and should be {CheckOf(number):D2}: copy the communication again from the invoice.");
            return false;
        }

        value = new(new string(digits));
        problem = "";
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => Digits is null ? "" : $"+++{Digits[..3]}/{Digits[3..7]}/{Digits[7..]}+++";

    private static int CheckOf(long number) => (int)(number % 97) is var rest && rest == 0 ? 97 : rest;

    private static bool IsOrnament(char c) => c is '+' or '*' or '/' or '.' or '-' || char.IsWhiteSpace(c);
}
