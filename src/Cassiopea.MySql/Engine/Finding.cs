namespace Cassiopea.MySql.Engine;

/// <summary>The codes of <see cref="Finding"/>.</summary>
public static class FindingCode
{
    /// <summary>A row is larger than the target's max_allowed_packet.</summary>
    public const string RowTooLarge = "row-too-large";

    /// <summary>Dates such as 0000-00-00, which the target's applications cannot write again.</summary>
    public const string ZeroDates = "zero-dates";

    /// <summary>An index is longer than the target's row format allows.</summary>
    public const string IndexTooLong = "index-too-long";

    /// <summary>The target lacks the storage engine.</summary>
    public const string EngineMissing = "engine-missing";

    /// <summary>A name that newer servers reserve: applications must quote it.</summary>
    public const string ReservedWord = "reserved-word";

    /// <summary>A name that is too long with the new prefix.</summary>
    public const string NameTooLong = "name-too-long";

    /// <summary>Two names that differ in case only, on a server that does not tell them apart.</summary>
    public const string NamesCollide = "names-collide";

    /// <summary>The target's account lacks a right.</summary>
    public const string RightMissing = "right-missing";

    /// <summary>The source's account cannot read something.</summary>
    public const string SourceRightMissing = "source-right-missing";

    /// <summary>A table of this name is at the target already.</summary>
    public const string TableExists = "table-exists";

    /// <summary>A collation that the target does not know.</summary>
    public const string CollationUnknown = "collation-unknown";

    /// <summary>A table without key is compared and sent as a whole.</summary>
    public const string NoKey = "no-key";

    /// <summary>A table that is read under a lock.</summary>
    public const string TableLock = "table-lock";

    /// <summary>The target forbids LOAD DATA LOCAL.</summary>
    public const string LocalInfileOff = "local-infile-off";

    /// <summary>The account that a view, routine, trigger or event runs as is gone at the source: dumps stop there; here the target's account takes its place.</summary>
    public const string OrphanDefiner = "orphan-definer";

    /// <summary>A view, routine, trigger or event runs as an account that the source's account may not look up.</summary>
    public const string OtherDefiner = "other-definer";

    /// <summary>A kind of table that is not moved, for example a sequence.</summary>
    public const string NotMoved = "not-moved";
}
