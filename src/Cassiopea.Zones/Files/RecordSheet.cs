using System.Globalization;
using System.Text;

namespace Cassiopea.Zones.Files;

/// <summary>What people are asked to do with a list of records.</summary>
public enum RecordTask
{
    /// <summary>Create them at the new host.</summary>
    Create,

    /// <summary>Lower their TTL where they are; values stay.</summary>
    LowerTtl,

    /// <summary>Make them so at the agreed hour.</summary>
    Change,

    /// <summary>Make them as they were.</summary>
    Restore,
}

/// <summary>A list of records for people who type them into a provider's web page: French, Dutch or English.</summary>
public static class RecordSheet
{
    /// <summary>The list as plain text.</summary>
    /// <param name="zone">The zone.</param>
    /// <param name="language"><c>fr</c>, <c>nl</c> or <c>en</c>.</param>
    /// <param name="task">What is asked.</param>
    /// <exception cref="ArgumentException">Another language.</exception>
    public static string Write(Zone zone, string language, RecordTask task = RecordTask.Create)
    {
        var words = Words.In(language, task);
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
        private const string French = "« @ » désigne le domaine lui-même. Recopiez chaque valeur telle quelle, point final compris ; cochez chaque ligne faite.\n";
        private const string Dutch = "“@” is het domein zelf. Neem elke waarde letterlijk over, ook de punt op het einde; vink elke gedane regel aan.\n";
        private const string English = "“@” is the domain itself. Copy each value as it is, with its final dot; tick each line that is done.\n";

        public static Words In(string language, RecordTask task) => language switch
        {
            "fr" => new(
                task switch
                {
                    RecordTask.LowerTtl => "TTL à abaisser chez l’hébergeur actuel pour",
                    RecordTask.Change => "Enregistrements DNS à modifier pour",
                    RecordTask.Restore => "Enregistrements DNS à remettre comme avant pour",
                    _ => "Enregistrements DNS à créer pour",
                },
                French + task switch
                {
                    RecordTask.LowerTtl => "Ne changez que le TTL de chaque ligne, pas la valeur. Nous voyons par nous-mêmes quand c’est fait : il n’y a rien à nous signaler.",
                    RecordTask.Change => "Supprimez ce qui n’est pas dans cette liste, sauf les serveurs de noms. Nous voyons par nous-mêmes quand c’est fait.",
                    RecordTask.Restore => "Le changement est annulé : remettez tout comme dans cette liste. Nous voyons par nous-mêmes quand c’est fait.",
                    _ => "Ne changez pas encore les serveurs de noms : nous contrôlons d’abord que tout est en place.",
                },
                "Nom", "Type", "TTL (s)", "Valeur", task == RecordTask.Create ? "enregistrements à créer." : "enregistrements."),
            "nl" => new(
                task switch
                {
                    RecordTask.LowerTtl => "TTL’s te verlagen bij de huidige host voor",
                    RecordTask.Change => "Te wijzigen DNS-records voor",
                    RecordTask.Restore => "Terug te zetten DNS-records voor",
                    _ => "Aan te maken DNS-records voor",
                },
                Dutch + task switch
                {
                    RecordTask.LowerTtl => "Wijzig alleen de TTL van elke regel, niet de waarde. Wij zien zelf wanneer het gedaan is: u hoeft niets te melden.",
                    RecordTask.Change => "Verwijder wat niet in deze lijst staat, behalve de nameservers. Wij zien zelf wanneer het gedaan is.",
                    RecordTask.Restore => "De wijziging wordt ongedaan gemaakt: zet alles terug zoals in deze lijst. Wij zien zelf wanneer het gedaan is.",
                    _ => "Wijzig de nameservers nog niet: wij controleren eerst of alles klaarstaat.",
                },
                "Naam", "Type", "TTL (s)", "Waarde", task == RecordTask.Create ? "records aan te maken." : "records."),
            "en" => new(
                task switch
                {
                    RecordTask.LowerTtl => "TTLs to lower at the present host for",
                    RecordTask.Change => "DNS records to change for",
                    RecordTask.Restore => "DNS records to put back for",
                    _ => "DNS records to create for",
                },
                English + task switch
                {
                    RecordTask.LowerTtl => "Change the TTL of each line only, not its value. We see ourselves when it is done: there is nothing to report.",
                    RecordTask.Change => "Remove what is not in this list, except the name servers. We see ourselves when it is done.",
                    RecordTask.Restore => "The change is undone: put everything back as in this list. We see ourselves when it is done.",
                    _ => "Do not change the name servers yet: we first check that everything is in place.",
                },
                "Name", "Type", "TTL (s)", "Value", task == RecordTask.Create ? "records to create." : "records."),
            _ => throw new ArgumentException("French, Dutch or English only.", nameof(language)),
        };
    }
}
