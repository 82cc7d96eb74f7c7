using System.Globalization;
using System.Text;
using QRCoder;

namespace Cassiopea.Gateway.Pages;

/// <summary>QR codes as SVG without styles, so that the pages' policy can forbid inline styles; always dark on light, for cameras.</summary>
internal static class QrCode
{
    public static string Svg(string content)
    {
        using var generator = new QRCodeGenerator();
        using var data = generator.CreateQrCode(content, QRCodeGenerator.ECCLevel.M, forceUtf8: true);
        var modules = data.ModuleMatrix; // with the quiet zone of four
        var path = new StringBuilder();
        for (var y = 0; y < modules.Count; y++)
        {
            for (var x = 0; x < modules.Count; x++)
            {
                if (modules[y][x])
                    path.Append(CultureInfo.InvariantCulture, $"M{x} {y}h1v1h-1z");
            }
        }
        return string.Create(CultureInfo.InvariantCulture,
            $"<svg class=\"qr\" viewBox=\"0 0 {modules.Count} {modules.Count}\" width=\"220\" height=\"220\" aria-hidden=\"true\" shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h{modules.Count}v{modules.Count}H0z\"/><path fill=\"#000\" d=\"{path}\"/></svg>");
    }

    /// <summary>A transfer as banks' programs read it: European Payments Council, QR code guidelines, version 002.</summary>
    /// <param name="name">Who receives.</param>
    /// <param name="iban">Account.</param>
    /// <param name="cents">Euro cents.</param>
    /// <param name="communication">Structured communication: digits with or without +++ and slashes.</param>
    public static string Transfer(string name, string iban, long cents, string communication) =>
        string.Join('\n', "BCD", "002", "1", "SCT", "", name, iban.Replace(" ", "", StringComparison.Ordinal),
            "EUR" + (cents / 100m).ToString("0.00", CultureInfo.InvariantCulture), "", "", communication);
}
