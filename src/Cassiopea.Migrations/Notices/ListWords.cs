using Cassiopea.Contracts;
using Cassiopea.Migrations.Dossiers;

namespace Cassiopea.Migrations.Notices;

/// <summary>The parts of a list, in the member's language.</summary>
internal static class ListWords
{
    public static string Parts(IEnumerable<ListPart> scope, string language)
    {
        var texts = DossierTexts.In(language);
        return string.Join(", ", scope.Order().Select(part => texts[$"list-part-{part}"]));
    }
}
