using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Cassiopea.Billing.ImportInvoices;

/// <summary>Bytes of a spreadsheet's export as text: UTF-8 with or without BOM, UTF-16 with BOM, else Windows-1252.</summary>
internal static class CsvText
{
    private static readonly Encoding Windows1252 = CodePagesEncodingProvider.Instance.GetEncoding(1252)!;
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Decodes; false when the bytes are no text (an .xlsx or PDF file, for example).</summary>
    public static bool TryDecode(ReadOnlySpan<byte> content, [NotNullWhen(true)] out string? text)
    {
        text = content switch
        {
            [0xEF, 0xBB, 0xBF, .. var rest] => Encoding.UTF8.GetString(rest),
            [0xFF, 0xFE, .. var rest] => Encoding.Unicode.GetString(rest),
            [0xFE, 0xFF, .. var rest] => Encoding.BigEndianUnicode.GetString(rest),
            _ => Guess(content),
        };
        if (!text.Contains('\0')) return true;
        text = null;
        return false;
    }

    private static string Guess(ReadOnlySpan<byte> content)
    {
        try
        {
            return StrictUtf8.GetString(content);
        }
        catch (DecoderFallbackException)
        {
            return Windows1252.GetString(content);
        }
    }
}
