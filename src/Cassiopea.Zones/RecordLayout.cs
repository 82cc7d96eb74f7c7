namespace Cassiopea.Zones;

/// <summary>The pieces of which record data are made.</summary>
internal enum Piece
{
    Octet,
    Number16,
    Number32,
    Period,
    Name,
    Address4,
    Address6,
    Text,
    Texts,
    Tag,
    TextRest,
    Hex,
    Base64,
    Type,
    Instant,
    Parameters,
    Position,
}

/// <summary>Which pieces each type has; a type that is not here is written as RFC 3597 says.</summary>
internal static class RecordLayout
{
    private static readonly Dictionary<ushort, Piece[]> Layouts = Make();

    public static Piece[]? Of(RecordType type) => Layouts.GetValueOrDefault(type.Value);

    private static Dictionary<ushort, Piece[]> Make()
    {
        Piece[] name = [Piece.Name], texts = [Piece.Texts], key = [Piece.Number16, Piece.Octet, Piece.Octet, Piece.Base64];
        Piece[] digest = [Piece.Number16, Piece.Octet, Piece.Octet, Piece.Hex], association = [Piece.Octet, Piece.Octet, Piece.Octet, Piece.Hex];
        Piece[] binding = [Piece.Number16, Piece.Name, Piece.Parameters];
        return new()
        {
            [1] = [Piece.Address4], // RFC 1035 §3.4.1
            [2] = name,
            [5] = name,
            [6] = [Piece.Name, Piece.Name, Piece.Number32, Piece.Period, Piece.Period, Piece.Period, Piece.Period], // RFC 1035 §3.3.13
            [12] = name,
            [13] = [Piece.Text, Piece.Text],
            [15] = [Piece.Number16, Piece.Name],
            [16] = texts, // RFC 1035 §3.3.14
            [17] = [Piece.Name, Piece.Name], // RFC 1183 §2.2
            [18] = [Piece.Number16, Piece.Name],
            [25] = key,
            [28] = [Piece.Address6], // RFC 3596 §2.2
            [29] = [Piece.Position], // RFC 1876
            [33] = [Piece.Number16, Piece.Number16, Piece.Number16, Piece.Name], // RFC 2782
            [35] = [Piece.Number16, Piece.Number16, Piece.Text, Piece.Text, Piece.Text, Piece.Name], // RFC 3403 §4.1
            [39] = name, // RFC 6672
            [43] = digest, // RFC 4034 §5.1
            [44] = [Piece.Octet, Piece.Octet, Piece.Hex], // RFC 4255 §3.1
            [46] = [Piece.Type, Piece.Octet, Piece.Octet, Piece.Number32, Piece.Instant, Piece.Instant, Piece.Number16, Piece.Name, Piece.Base64], // RFC 4034 §3.1
            [48] = key, // RFC 4034 §2.1
            [52] = association, // RFC 6698 §2.1
            [53] = association,
            [59] = digest, // RFC 7344
            [60] = key,
            [61] = [Piece.Base64], // RFC 7929 §2.1
            [64] = binding, // RFC 9460 §2
            [65] = binding,
            [99] = texts,
            [256] = [Piece.Number16, Piece.Number16, Piece.TextRest],
            [257] = [Piece.Octet, Piece.Tag, Piece.TextRest], // RFC 8659 §4.1
            [65401] = name,
        };
    }
}
