using Cassiopea.Contracts;

namespace Cassiopea.WebHosting;

/// <summary>How faithful a copy is, from the facts of its verification.</summary>
internal static class SiteGrade
{
    /// <summary>Above this share of missing files a copy is poor.</summary>
    private const double PoorShare = 0.01;

    /// <summary>
    /// Perfect without any difference; Good when every file is there and only what the target cannot express differs;
    /// Poor when more than one file in a hundred is missing; else Investigate.
    /// </summary>
    /// <param name="compared">Files compared.</param>
    /// <param name="count">All differences.</param>
    /// <param name="listed">The differences that the engine listed.</param>
    public static Grade Of(long compared, long count, IReadOnlyList<ItemException> listed)
    {
        if (count == 0)
            return Grade.Perfect;
        var small = listed.Count(d => d.Failure.Code == FailureCode.NotExpressible);
        if (small == count)
            return Grade.Good;
        var missing = listed.Count(d => d.Failure.Code is FailureCode.ItemMissing or FailureCode.ItemRefused or FailureCode.ItemUnreadable) + (count - listed.Count);
        return missing > compared * PoorShare && missing > 1 ? Grade.Poor : Grade.Investigate;
    }
}
