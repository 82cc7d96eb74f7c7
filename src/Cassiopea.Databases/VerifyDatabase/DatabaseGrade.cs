using Cassiopea.Contracts;

namespace Cassiopea.Databases;

/// <summary>How faithful a copy is, from the facts of its verification.</summary>
internal static class DatabaseGrade
{
    /// <summary>Above this share of differing rows a copy is poor.</summary>
    private const double PoorShare = 0.01;

    /// <summary>Perfect without any difference; Poor when more than one row in a hundred differs or a whole table is missing; else Investigate.</summary>
    /// <param name="compared">Rows and objects compared.</param>
    /// <param name="differences">Rows and objects that differ.</param>
    /// <param name="tableMissing">True when a table is not at the target.</param>
    public static Grade Of(long compared, long differences, bool tableMissing)
    {
        if (differences == 0)
            return Grade.Perfect;
        return tableMissing || differences > 1 && differences > compared * PoorShare ? Grade.Poor : Grade.Investigate;
    }
}
