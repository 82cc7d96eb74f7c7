using System.Text;
using System.Text.RegularExpressions;
using Cassiopea.Transfer;

namespace Cassiopea.MySql.Wire;

/// <summary>An error packet.</summary>
/// <param name="Number">For example 1142.</param>
/// <param name="Text">The server's words.</param>
internal readonly partial record struct ServerError(int Number, string Text)
{
    private const int Longest = 400;

    public static ServerError Parse(ReadOnlySpan<byte> packet)
    {
        var payload = new Payload(packet);
        payload.Byte();
        var number = payload.Short();
        if (payload.Rest is [(byte)'#', ..] && payload.Rest.Length >= 6) payload.Take(6);
        return new(number, Encoding.UTF8.GetString(payload.Rest.Length > Longest ? payload.Rest[..Longest] : payload.Rest));
    }

    public MySqlException ToException(TransferSide side, string doing)
    {
        var (kind, code) = Kind();
        return new(side, kind, code, $"{doing}: {Shown()} (error {Number})", Number, usable: Number is not (1053 or 1152 or 1153 or 1159 or 1160 or 1161 or 1317 or 1927));
    }

    private (TransferFailureKind Kind, string Code) Kind() => Number switch
    {
        1045 or 1698 or 1251 or 1275 or 1862 or 1820 or 3118 or 4151 => (TransferFailureKind.Refused, TransferCode.AuthenticationFailed),
        1044 or 1130 or 1142 or 1143 or 1227 or 1290 or 1370 or 1418 or 1419 or 1449 or 1524 or 4031 => (TransferFailureKind.Refused, TransferCode.PermissionDenied),
        1040 or 1129 or 1203 or 1226 => (TransferFailureKind.Passing, TransferCode.Throttled),
        1205 or 1213 or 3024 or 1969 => (TransferFailureKind.Passing, TransferCode.TimedOut),
        1053 or 1158 or 1159 or 1160 or 1161 or 1184 or 1317 or 1927 => (TransferFailureKind.Passing, TransferCode.ConnectionLost),
        1153 or 1301 => (TransferFailureKind.Refused, TransferCode.TooBig),
        1021 or 1114 or 1041 => (TransferFailureKind.Refused, TransferCode.OverQuota),
        1049 or 1146 => (TransferFailureKind.Refused, TransferCode.ItemMissing),
        _ => (TransferFailureKind.Refused, TransferCode.ItemRefused),
    };

    /// <summary>The words without values of rows: those stand in quotes in the errors that repeat what was sent.</summary>
    private string Shown() => Number is 1062 or 1064 or 1264 or 1265 or 1292 or 1366 or 1367 or 1406 or 1411 or 1586 or 4025 ? Quoted().Replace(Text, "'…'") : Text;

    [GeneratedRegex("'.*'|'.*$", RegexOptions.Singleline | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Quoted();
}
