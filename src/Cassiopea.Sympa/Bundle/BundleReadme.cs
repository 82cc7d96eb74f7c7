namespace Cassiopea.Sympa.Bundle;

/// <summary>What a bundle says of itself to the listmaster who imports it by hand.</summary>
internal static class BundleReadme
{
    public static string Of(BundleManifest manifest) => $"""
        {manifest.List}: one mailing list, sealed by SHA256SUMS (check: sha256sum -c SHA256SUMS).

        FR  Pour l'importer sur un Sympa 6.2 sans le programme cassiopea : copiez raw/ (et shared/, templates/*) comme dossier de la liste, avec
            « status closed » dans config et les adresses réécrites ; puis : sympa open LISTE@ROBOT
            et, après avoir copié archive/AAAA-MM/N.eml vers arc/LISTE@ROBOT/AAAA-MM/arctxt/N : sympa rebuildarc LISTE@ROBOT
            exclusions.ndjson nomme les personnes à ne pas réinscrire. Avec le programme : cassiopea list import (docs/operations/lists.md).
        EN  To import it on a Sympa 6.2 without the program cassiopea: copy raw/ (and shared/, templates/*) as the list's folder, with
            "status closed" in config and the addresses rewritten; then: sympa open LIST@ROBOT
            and, after copying archive/YYYY-MM/N.eml to arc/LIST@ROBOT/YYYY-MM/arctxt/N: sympa rebuildarc LIST@ROBOT
            exclusions.ndjson names those who must not be subscribed again. With the program: cassiopea list import (docs/operations/lists.md).
        NL  Om ze op een Sympa 6.2 te importeren zonder het programma cassiopea: kopieer raw/ (en shared/, templates/*) als map van de lijst, met
            "status closed" in config en de adressen herschreven; dan: sympa open LIJST@ROBOT
            en, na archive/JJJJ-MM/N.eml naar arc/LIJST@ROBOT/JJJJ-MM/arctxt/N te kopiëren: sympa rebuildarc LIJST@ROBOT
            exclusions.ndjson noemt wie niet opnieuw mag worden ingeschreven. Met het programma: cassiopea list import (docs/operations/lists.md).

        """;
}
