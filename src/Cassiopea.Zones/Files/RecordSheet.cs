using System.Globalization;
using System.Text;

namespace Cassiopea.Zones.Files;

/// <summary>A list of records for people who type them into a provider's web page: French, Dutch or English.</summary>
public static class RecordSheet
{
    /// <summary>The list as plain text.</summary>
    /// <param name="zone">The zone.</param>
    /// <param name="language"><c>fr</c>, <c>nl</c> or <c>en</c>.</param>
    /// <exception cref="ArgumentException">Another language.</exception>
    public static string Write(Zone zone, string language)
    {
        var words = Words.In(language);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{words.Title} {zone.Origin.Unicode}{(zone.Origin.Unicode == zone.Origin.Host ? "" : $" ({zone.Origin.Host})")}\n\n{words.How}\n\n");
        List<string[]> rows = [[words.Name, words.Type, words.Ttl, words.Value]];
        foreach (var set in zone.Sets.Where(set => set.Type != RecordType.Soa && !set.Type.IsSigning && !(set.Type == RecordType.Ns && set.Name.Equals(zone.Origin))))
            foreach (var data in set.Data) rows.Add([set.Name.RelativeTo(zone.Origin), set.Type.ToString(), set.Ttl.ToString(CultureInfo.InvariantCulture), data.Text]);
        int[] widths = [.. Enumerable.Range(0, 3).Select(column => rows.Max(row => row[column].Length))];
        foreach (var row in rows) text.Append(CultureInfo.InvariantCulture, $"[ ] {row[0].PadRight(widths[0])}  {row[1].PadRight(widths[1])}  {row[2].PadLeft(widths[2])}  {row[3]}\n");
        return text.Append(CultureInfo.InvariantCulture, $"\n{rows.Count - 1} {words.Count}\n").ToString();
    }

    private sealed record Words(string Title, string How, string Name, string Type, string Ttl, string Value, string Count)
    {
        public static Words In(string language) => language switch
        {
            "fr" => new(
                "Enregistrements DNS à créer pour",
                "« @ » désigne le domaine lui-même. Recopiez chaque valeur telle quelle, point final compris ; cochez la ligne une fois l’enregistrement créé.\nNe changez pas encore les serveurs de noms : nous contrôlons d’abord que tout est en place.",
                "Nom", "Type", "TTL (s)", "Valeur", "enregistrements à créer."),
            "nl" => new(
                "Aan te maken DNS-records voor",
                "“@” is het domein zelf. Neem elke waarde letterlijk over, ook de punt op het einde; vink de regel aan zodra het record bestaat.\nWijzig de nameservers nog niet: wij controleren eerst of alles klaarstaat.",
                "Naam", "Type", "TTL (s)", "Waarde", "records aan te maken."),
            "en" => new(
                "DNS records to create for",
                "“@” is the domain itself. Copy each value as it is, with its final dot; tick the line once the record exists.\nDo not change the name servers yet: we first check that everything is in place.",
                "Name", "Type", "TTL (s)", "Value", "records to create."),
            _ => throw new ArgumentException("French, Dutch or English only.", nameof(language)),
        };
    }
}
