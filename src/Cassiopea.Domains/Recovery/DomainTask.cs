using System.Globalization;
using System.Text;
using Cassiopea.Zones.Providers;

namespace Cassiopea.Domains;

/// <summary>What people must settle about a domain before it is handed over.</summary>
internal static class DomainTask
{
    /// <summary>The registry's holder is not who the inventory says: correct it at the registrar, or the inventory.</summary>
    public const string HolderDiffers = "holder-differs";

    /// <summary>Somebody else changed the name servers to unknown ones: ask the owner.</summary>
    public const string ChangedByOthers = "changed-by-others";

    public static IReadOnlyList<string> Of(string text) => text.Split(',', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>True when both are told and are not the same but for case, accents, punctuation and blanks.</summary>
    public static bool Differs(InventoryRow? row, GandiHolder? holder) =>
        row is { Holder.Length: > 0 } && holder is { Name.Length: > 0 } && Plain(row.Holder) != Plain(holder.Name);

    private static string Plain(string name) =>
        string.Concat(name.Normalize(NormalizationForm.FormD).Where(static c => char.IsLetterOrDigit(c) && CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark)).ToLowerInvariant();
}
